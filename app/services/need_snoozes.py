"""Lets levels be ordered for again whose needs were declined until a time that is over, in every process at once.

Rule: the decision is the command's own, by the database's clock: whichever process comes first wakes a need, and the
movement that says so lets it be ordered like any other.
"""

from collections.abc import Awaitable, Sequence

from app.domain.commands.decline_need import WakeNeed
from app.domain.fold import Outcome
from app.domain.level import LevelKey
from app.services.background import Background
from app.services.due import decide_due
from app.services.need_queue import NeedQueue
from app.services.ports import Clock
from app.services.request import SYSTEM, About, Door

POLL_SECONDS = 1.0  # how late a need may wake: people decline for days
PAUSE_SECONDS = 2.0  # while the database is away


class NeedSnoozes(Background):
    """The alarm clock of one process. An async context: its task lives in it."""

    def __init__(self, *, door: Door, queue: NeedQueue, clock: Clock) -> None:
        super().__init__(name="need snoozes")
        self._door = door
        self._queue = queue
        self._clock = clock

    async def sweep(self) -> int:
        """Wake everything that is due, and return how many needs this process has woken.

        Raises Unavailable or Overloaded.
        """
        return await decide_due(self._due, self._wake)

    async def _run(self) -> None:
        await self._for_good(
            self.sweep,
            cannot="Needs that were declined until now cannot be woken",
            could_not="Needs that were declined until now could not be woken.",
            rest_seconds=POLL_SECONDS,
            pause_seconds=PAUSE_SECONDS,
        )

    def _due(self, limit: int) -> Awaitable[Sequence[LevelKey]]:
        return self._queue.needs_due(now=self._clock(), limit=limit)

    def _wake(self, key: LevelKey) -> Awaitable[Outcome]:
        about = About(actor=SYSTEM)
        return self._door.run("replenishmentNeedWake", about, lambda cause: WakeNeed(cause=cause, key=key))
