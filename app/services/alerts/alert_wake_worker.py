"""Wakes alerts whose snooze has ended.

Rule: that an alert is awake again is recorded like every other change of it, so lists, feeds and subscribers see it by
the same record.
"""

from collections.abc import Awaitable

from app.domain.alerts.commands.change_alert import WakeAlert
from app.domain.operation import SYSTEM
from app.domain.outcome import Outcome
from app.services.background.wake_worker import WakeWorker
from app.services.command_bus import CommandBus
from app.services.ports import Clock, WakeQueue
from app.services.request_info import RequestInfo


class AlertWakeWorker(WakeWorker[str]):
    """Wakes the alerts of all processes; each process has one."""

    def __init__(self, *, bus: CommandBus, queue: WakeQueue[str], clock: Clock) -> None:
        super().__init__(name="snoozes", what="Alerts whose snooze has ended", queue=queue, clock=clock)
        self._bus = bus

    def _wake(self, named: str) -> Awaitable[Outcome]:
        return self._bus.run("alertWake", RequestInfo(actor=SYSTEM), lambda info: WakeAlert(info=info, id=named))
