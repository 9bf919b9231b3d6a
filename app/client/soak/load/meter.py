"""How long operations took, by kind, and how long there was none: measured at the client."""

import time
from dataclasses import dataclass, field

from app.client.live_bench.latencies import Latencies


@dataclass(slots=True)
class KindFigures:
    """The operations of one kind."""

    answered: int = 0
    repeated: int = 0  # of those, how many were sent more than once
    latencies: Latencies = field(default_factory=Latencies)


class Silence:
    """The longest time between two things of a kind, since it was looked for."""

    def __init__(self) -> None:
        self._last = time.monotonic()
        self._longest = 0.0

    def begin(self) -> None:
        """Look for it from now on."""
        self._last, self._longest = time.monotonic(), 0.0

    def end(self) -> None:
        """Take note that such a thing happened now."""
        now = time.monotonic()
        self._longest = max(self._longest, now - self._last)
        self._last = now

    @property
    def seconds(self) -> float:
        """The longest, also of the one that still lasts."""
        return max(self._longest, time.monotonic() - self._last)
