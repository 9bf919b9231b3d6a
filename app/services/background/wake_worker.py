"""The base of workers that end snoozes, in every process at once.

Rule: each command decides in its own transaction, by the database's clock: the first process wakes a thing, and the
record says so.
"""

from abc import abstractmethod
from collections.abc import Awaitable, Sequence
from typing import Generic, TypeVar

from app.services.background.background import Background
from app.services.background.due_work import decide_due
from app.services.ports import Clock, WakeQueue

T = TypeVar("T")

POLL_SECONDS = 1.0  # how late a snooze may end: people snooze for hours and days
PAUSE_SECONDS = 2.0  # while the database is not available


class WakeWorker(Background, Generic[T]):
    """The wake worker of one process, for things of one kind. An async context: its task lives in it."""

    def __init__(self, *, name: str, what: str, queue: WakeQueue[T], clock: Clock) -> None:
        """Take the name of the task, and the subject of its log messages."""
        super().__init__(name=name)
        self._what = what
        self._queue = queue
        self._clock = clock

    async def sweep(self) -> int:
        """Wake everything that is due, and return how much of it this process has woken.

        Raises Unavailable or Overloaded.
        """
        return await decide_due(self._due, self._wake)

    def _due(self, limit: int) -> Awaitable[Sequence[T]]:
        return self._queue.due(now=self._clock(), limit=limit)

    @abstractmethod
    def _wake(self, named: T) -> Awaitable[object]:
        """Commit the command that wakes one."""

    async def _run(self) -> None:
        await self._for_good(
            self.sweep,
            cannot=f"{self._what} cannot be woken",
            could_not=f"{self._what} could not be woken.",
            rest_seconds=POLL_SECONDS,
            pause_seconds=PAUSE_SECONDS,
        )
