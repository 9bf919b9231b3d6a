"""The heartbeat of a background task, by which a hanging task is found.

Rule: a working task beats at least once in LATE_SECONDS: with each turn of a loop and each answer of the database.
A task that waits for work rests, and no beat is expected of it.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from app.services.ports import Monotonic

LATE_SECONDS = 120.0  # an answer of MongoDB takes a minute at most, by the settings

_of_task: ContextVar["Heartbeat | None"] = ContextVar("heartbeat", default=None)


class Heartbeat:
    """The heartbeat of one task."""

    def __init__(self, monotonic: Monotonic = time.monotonic) -> None:
        self._monotonic = monotonic
        self._beaten_at = monotonic()
        self._rests = 0

    @property
    def silent_seconds(self) -> float:
        """Seconds since the last beat; 0 while the task rests."""
        return 0.0 if self._rests else self._monotonic() - self._beaten_at

    def take(self) -> None:
        """Make this the heartbeat of the running task."""
        _of_task.set(self)

    def beat(self) -> None:
        """Show that the task is alive."""
        self._beaten_at = self._monotonic()

    @contextmanager
    def rest(self) -> Iterator[None]:
        """Expect no beat within the context, however long it lasts."""
        self._rests += 1
        try:
            yield
        finally:
            self._rests -= 1
            self.beat()


def beat() -> None:
    """Show that the running task is alive; do nothing outside of a supervised task."""
    heartbeat = _of_task.get()
    if heartbeat is not None:
        heartbeat.beat()


@contextmanager
def resting() -> Iterator[None]:
    """Wait for work, or for the time to begin it: no beat is expected meanwhile."""
    heartbeat = _of_task.get()
    if heartbeat is None:
        yield
    else:
        with heartbeat.rest():
            yield
