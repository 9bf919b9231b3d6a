"""Ends the snooze of declined needs, so that their levels are ordered for again.

Rule: the end is a movement of the level, so lists and feeds see it by the same record as any other change.
"""

from collections.abc import Awaitable

from app.domain.operation import SYSTEM
from app.domain.outcome import Outcome
from app.domain.replenishment.commands.decline_need import WakeNeed
from app.domain.stock.level import LevelKey
from app.services.background.wake_worker import WakeWorker
from app.services.command_bus import CommandBus
from app.services.ports import Clock, WakeQueue
from app.services.request_info import RequestInfo


class NeedWakeWorker(WakeWorker[LevelKey]):
    """Wakes the needs of all processes; each process has one."""

    def __init__(self, *, bus: CommandBus, queue: WakeQueue[LevelKey], clock: Clock) -> None:
        super().__init__(name="need snoozes", what="Declined needs whose snooze has ended", queue=queue, clock=clock)
        self._bus = bus

    def _wake(self, named: LevelKey) -> Awaitable[Outcome]:
        request = RequestInfo(actor=SYSTEM)
        return self._bus.run("replenishmentNeedWake", request, lambda info: WakeNeed(info=info, key=named))
