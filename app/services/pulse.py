"""The sign of life of a task that must go on.

Rule: whoever works gives one at least once in LATE_SECONDS: with each turn of a loop and each answer of the database.
Who waits for work rests, and is not expected to.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from time import monotonic

LATE_SECONDS = 120.0  # one answer of MongoDB is waited for a minute at most, by the settings

_of_task: ContextVar["Pulse | None"] = ContextVar("pulse", default=None)


class Pulse:
    """Of one task."""

    def __init__(self) -> None:
        self._beaten_at = monotonic()
        self._rests = 0

    @property
    def silent_seconds(self) -> float:
        """How long it has given no sign of life; 0 while it rests."""
        return 0.0 if self._rests else monotonic() - self._beaten_at

    def take(self) -> None:
        """Make this the pulse of the task that runs."""
        _of_task.set(self)

    def beat(self) -> None:
        """Give a sign of life."""
        self._beaten_at = monotonic()

    @contextmanager
    def rest(self) -> Iterator[None]:
        """Wait for as long as it takes."""
        self._rests += 1
        try:
            yield
        finally:
            self._rests -= 1
            self.beat()


def beat() -> None:
    """Give a sign of life of the task that runs, where somebody minds."""
    pulse = _of_task.get()
    if pulse is not None:
        pulse.beat()


@contextmanager
def resting() -> Iterator[None]:
    """Wait for work, or for the time to begin it."""
    pulse = _of_task.get()
    if pulse is None:
        yield
    else:
        with pulse.rest():
            yield
