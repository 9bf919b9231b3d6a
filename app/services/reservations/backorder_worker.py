"""Assigns units that have arrived to the reservations that wait for them, the oldest first (ADR 12).

Units that arrive where reservations wait belong to those from the first moment: `available` counts the waiting units,
so no other order can take them. The assignment only says which reservation has them, and may therefore follow a moment
later. Units that arrive elsewhere are assigned to reservations that accept any location in the batch that brings them
(`app.store.writer.assign_backorders`). A reservation that began to wait at the same moment, unseen there, is found
here.
"""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from app.domain.errors import InvalidValue, Refused
from app.domain.operation import SYSTEM, CommandInfo
from app.domain.outcome import Outcome
from app.domain.reservations.arrivals import brings_units
from app.domain.reservations.commands.assign_backorders import AssignBackorders
from app.domain.stock.level import Level, LevelKey
from app.services.background.background import Background, woken
from app.services.command_bus import CommandBus
from app.services.committed_batch import CommittedBatch
from app.services.request_info import RequestInfo
from app.services.reservations.ports import ReservationQueue, WaitingReservation

SWEEP_SECONDS = 5.0  # for what a process that crashed has left
ASSIGNED_AT_ONCE = 100  # reservations per operation
LEVELS_AT_ONCE = 1_000


class BackorderWorker(Background):
    """The assigner of one process. An async context: its task lives in it."""

    def __init__(self, *, bus: CommandBus, queue: ReservationQueue, sweep_seconds: float = SWEEP_SECONDS) -> None:
        super().__init__(name="backorders")
        self._sweep_seconds = sweep_seconds
        self._bus = bus
        self._queue = queue
        self._waiting: dict[LevelKey, None] = {}  # in the order in which units came
        self._arrived: dict[LevelKey, None] = {}  # where no reservation waits, except those that accept any location
        self._asked: dict[str, None] = {}  # items for which a reservation has begun to wait
        self._something = asyncio.Event()

    def committed(self, batch: CommittedBatch) -> None:
        """Queue the levels and items of a commit that may have units to assign. Returns at once."""
        for line in batch.movements:
            if _is_assignable(line.after):
                self._waiting[line.after.key] = None
            elif brings_units(line):
                self._arrived[line.after.key] = None
            elif line.change.backordered > 0:  # its batch has not seen what arrived elsewhere meanwhile
                self._asked[line.after.key.sku] = None
            else:
                continue
            self._something.set()

    async def assign(self, key: LevelKey) -> None:
        """Assign the free units of a level to the reservations that wait for them. Raises Unavailable or Overloaded."""
        passed_over = 0
        while found := await self._queue.waiting(key, limit=ASSIGNED_AT_ONCE, skip=passed_over):
            try:
                outcome = await self._assign(key, found)
            except Refused as refused:
                if not isinstance(refused.errors[0], InvalidValue):
                    return  # nothing is free any more: another process was faster
                passed_over += len(found)
            else:
                if outcome.movements[0].after.free <= 0:
                    return

    async def sweep(self) -> None:
        """Assign whatever is free and waited for, at any location. Raises Unavailable or Overloaded."""
        for key in await self._queue.assignable(limit=LEVELS_AT_ONCE):
            await self.assign(key)
        await self._assign_anywhere(await self._queue.waited_for_anywhere())

    async def _run(self) -> None:
        await self._for_good(
            self._serve,
            cannot="Arrived units cannot be assigned to backorders now",
            could_not="Arrived units could not be assigned to backorders.",
        )

    async def _serve(self) -> None:
        """Assign what has arrived; after a while without arrivals, look for what was left."""
        if not await woken(self._something, seconds=self._sweep_seconds):
            await self.sweep()
            return
        while self._waiting or self._arrived or self._asked:
            while self._waiting:
                key = next(iter(self._waiting))
                del self._waiting[key]
                await self.assign(key)
            await self._look_anywhere()

    async def _look_anywhere(self) -> None:
        arrived, self._arrived = self._arrived, {}
        asked, self._asked = self._asked, {}
        skus = list(dict.fromkeys((*(key.sku for key in arrived), *asked)))
        for some in _some(skus):
            awaited = set(await self._queue.waited_for_anywhere(some))
            for key in [key for key in arrived if key.sku in awaited and key.sku not in asked]:
                await self.assign(key)
            await self._assign_anywhere([sku for sku in some if sku in awaited and sku in asked])

    async def _assign_anywhere(self, skus: Sequence[str]) -> None:
        for some in _some(skus):
            for key in await self._queue.free(some):
                await self.assign(key)

    async def _assign(self, key: LevelKey, found: Sequence[WaitingReservation]) -> Outcome:
        ids = tuple(each.id for each in found)
        homes = tuple(dict.fromkeys(code for each in found for code in each.homes if code != key.location))

        def build(info: CommandInfo) -> AssignBackorders:
            return AssignBackorders(info=info, key=key, reservations=ids, homes=homes)

        return await self._bus.run("backordersAssign", RequestInfo(actor=SYSTEM), build)


def _some(skus: Iterable[str]) -> Iterator[list[str]]:
    left = iter(skus)
    while some := list(islice(left, LEVELS_AT_ONCE)):
        yield some


def _is_assignable(level: Level) -> bool:
    return level.backordered > 0 and level.free > 0
