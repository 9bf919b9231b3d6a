"""What the user asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveBenchOptions:
    """Where, how many, how fast, and of what. Without a document, levels that the measurement itself changes."""

    url: str
    key: str | None = field(default=None, repr=False)
    subscribers: int
    rate: float
    seconds: float
    processes: int
    location: str
    levels: int
    levels_each: int | None
    document: str | None = field(default=None, repr=False)
    variables: Mapping[str, Any] = field(default_factory=dict)
    first_messages: int = 0
    server_pids: tuple[int, ...] = ()
    connecting_at_once: int
    is_json: bool = False
    is_quiet: bool = False

    @property
    def skus(self) -> list[str]:
        """The items whose levels are changed."""
        return [f"BENCH-LIVE-{number:05}" for number in range(1, self.levels + 1)]

    @property
    def filters(self) -> list[dict[str, Any]]:
        """The filters of the subscribers, one after the other: all levels, or so many each."""
        if self.levels_each is None or self.levels_each >= self.levels:
            return [{"locations": [self.location]}]
        skus, size = self.skus, self.levels_each
        groups = [skus[first : first + size] for first in range(0, len(skus) - size + 1, size)]
        return [{"locations": [self.location], "skus": group} for group in groups]

    @property
    def snapshot_size(self) -> int:
        """How many levels each subscriber's snapshot has."""
        return self.levels if len(self.filters) == 1 else self.levels_each or self.levels
