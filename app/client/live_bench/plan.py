"""What the subscribers of one process do, as it is handed to that process."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import orjson


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriberPlan:
    """So many subscribers of one document; each takes the next of the variables, and begins again behind the last.

    A subscriber is ready once it has got `first_messages` events, such as those of its snapshot. With `reads_levels`,
    events are `StockLevelEvent` as `LEVELS` selects it, and their times and states are known.
    """

    url: str
    key: str | None = field(default=None, repr=False)
    document: str
    variables: Sequence[Mapping[str, Any]]
    subscribers: int
    first_messages: int
    reads_levels: bool
    connecting_at_once: int
    ready_seconds: float
    receive_buffer_bytes: int | None = None  # of each socket; the kernel's usual one where None

    def to_json(self) -> bytes:
        """Return it as a line for the other process."""
        return orjson.dumps(asdict(self))

    @classmethod
    def of_json(cls, line: bytes) -> "SubscriberPlan":
        """Read what `to_json` returned."""
        return cls(**orjson.loads(line))

    def shared_out(self, processes: int) -> list["SubscriberPlan"]:
        """Return a plan for each process, so that each set of variables has as many subscribers as before."""
        number = len(self.variables)
        shares = [range(first, self.subscribers, processes) for first in range(processes)]
        return [
            SubscriberPlan(
                **{
                    **asdict(self),
                    "subscribers": len(share),
                    "variables": [self.variables[each % number] for each in share[:number]],
                    "connecting_at_once": max(1, self.connecting_at_once // processes),
                }
            )
            for share in shares
            if share
        ]
