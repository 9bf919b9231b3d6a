"""Wakes alerts whose time to sleep is over.

That an alert is awake again is recorded like everything else that happens to it, so lists and feeds go by the same
record, and whoever watches is told.
"""

from collections.abc import Awaitable, Sequence

from app.domain.alerts.commands.change_alert import WakeAlert
from app.domain.command_batch import Outcome
from app.services.alerts.ports import AlertQueue
from app.services.command_bus import SYSTEM, CommandBus, RequestInfo
from app.services.ports import Clock
from app.services.wake_worker import WakeWorker


class AlertWakeWorker(WakeWorker[str]):
    """The alarm clock of the alerts."""

    def __init__(self, *, bus: CommandBus, queue: AlertQueue, clock: Clock) -> None:
        super().__init__(name="snoozes", what="Alerts whose time to sleep is over")
        self._bus = bus
        self._queue = queue
        self._clock = clock

    def _due(self, limit: int) -> Awaitable[Sequence[str]]:
        return self._queue.due_to_wake(now=self._clock(), limit=limit)

    def _wake(self, named: str) -> Awaitable[Outcome]:
        return self._bus.run("alertWake", RequestInfo(actor=SYSTEM), lambda info: WakeAlert(info=info, id=named))
