"""Ends the snooze of declined needs, so that their levels are ordered for again.

Rule: the end is a movement of the level, so lists and feeds see it by the same record as any other change.
"""

from collections.abc import Awaitable, Sequence

from app.domain.command_batch import Outcome
from app.domain.operation import SYSTEM
from app.domain.replenishment.commands.decline_need import WakeNeed
from app.domain.stock.level import LevelKey
from app.services.command_bus import CommandBus
from app.services.ports import Clock
from app.services.replenishment.ports import NeedQueue
from app.services.request_info import RequestInfo
from app.services.wake_worker import WakeWorker


class NeedWakeWorker(WakeWorker[LevelKey]):
    """Wakes the needs of all processes; each process has one."""

    def __init__(self, *, bus: CommandBus, queue: NeedQueue, clock: Clock) -> None:
        super().__init__(name="need snoozes", what="Declined needs whose snooze has ended")
        self._bus = bus
        self._queue = queue
        self._clock = clock

    def _due(self, limit: int) -> Awaitable[Sequence[LevelKey]]:
        return self._queue.needs_due(now=self._clock(), limit=limit)

    def _wake(self, named: LevelKey) -> Awaitable[Outcome]:
        request = RequestInfo(actor=SYSTEM)
        return self._bus.run("replenishmentNeedWake", request, lambda info: WakeNeed(info=info, key=named))
