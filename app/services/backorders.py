"""Gives units that have come in to the reservations that wait for them, the oldest first.

Units that arrive where others wait belong to those from the first moment: `available` counts the waiting ones, so
nobody else can take them. Assigning them only says who has got them, and may therefore follow a moment later.
"""

import asyncio

from app.domain.commands.assign_backorders import AssignBackorders
from app.domain.errors import Refused
from app.domain.fold import Outcome
from app.domain.level import Level, LevelKey
from app.domain.operation import Cause
from app.services.background import Background, woken
from app.services.committed import News
from app.services.request import SYSTEM, About, Door
from app.services.reservation_queue import ReservationQueue

SWEEP_SECONDS = 5.0  # what a process that crashed has left
ASSIGNED_AT_ONCE = 100  # reservations per operation
LEVELS_AT_ONCE = 1_000


class Backorders(Background):
    """The assigner of one process. An async context: its task lives in it."""

    def __init__(self, *, door: Door, queue: ReservationQueue) -> None:
        super().__init__(name="backorders")
        self._door = door
        self._queue = queue
        self._waiting: dict[LevelKey, None] = {}  # in the order in which units came
        self._something = asyncio.Event()

    def committed(self, news: News) -> None:
        """Take what a commit brought. Returns at once."""
        for line in news.movements:
            if _is_assignable(line.after):
                self._waiting[line.after.key] = None
                self._something.set()

    async def assign(self, key: LevelKey) -> None:
        """Give the free units of a level to those who wait. Raises Unavailable or Overloaded."""
        while ids := await self._queue.waiting(key, limit=ASSIGNED_AT_ONCE):
            outcome = await self._assign(key, tuple(ids))
            if outcome is None or not _is_assignable(outcome.movements[-1].after):
                return

    async def sweep(self) -> None:
        """Assign whatever is free and waited for, wherever it is. Raises Unavailable or Overloaded."""
        for key in await self._queue.assignable(limit=LEVELS_AT_ONCE):
            await self.assign(key)

    async def _run(self) -> None:
        await self._for_good(
            self._serve,
            cannot="Units that have come in cannot be assigned now",
            could_not="Units that have come in could not be assigned.",
        )

    async def _serve(self) -> None:
        """Assign what has come in; after a while without any, look for what was left."""
        if not await woken(self._something, seconds=SWEEP_SECONDS):
            await self.sweep()
            return
        while self._waiting:
            key = next(iter(self._waiting))
            del self._waiting[key]
            await self.assign(key)

    async def _assign(self, key: LevelKey, ids: tuple[str, ...]) -> Outcome | None:
        def build(cause: Cause) -> AssignBackorders:
            return AssignBackorders(cause=cause, key=key, reservations=ids)

        try:
            return await self._door.run("backordersAssign", About(actor=SYSTEM), build)
        except Refused:
            return None  # another process was faster


def _is_assignable(level: Level) -> bool:
    return level.backordered > 0 and level.free > 0
