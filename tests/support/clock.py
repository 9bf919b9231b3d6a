"""A clock that stands still until a test moves it, and entropy that never repeats."""

from itertools import count

from app.domain.time import Moment

START = Moment(1_760_000_000_000_000)  # 2025-10-09 08:53:20 UTC
SECOND = 1_000_000


class StillClock:
    """Shows the same moment until it is moved."""

    def __init__(self, now: Moment = START) -> None:
        self.now = now

    def __call__(self) -> Moment:
        """Return the moment."""
        return self.now

    def move(self, *, seconds: int) -> None:
        """Move the clock, backwards too."""
        self.now = Moment(self.now + seconds * SECOND)


class CountingEntropy:
    """Gives 1, 2, 3, …: fresh operation ids differ, and every run of a test has the same ones."""

    def __init__(self, start: int = 1) -> None:
        self._numbers = count(start)

    def __call__(self) -> int:
        """Return the next number."""
        return next(self._numbers)
