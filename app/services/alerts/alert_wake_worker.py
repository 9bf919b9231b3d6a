"""Wakes alerts whose snooze has ended.

Rule: that an alert is awake again is recorded like every other change of it, so lists, feeds and subscribers see it by
the same record.
"""

from collections.abc import Sequence

from app.domain.alerts.alert import Alert
from app.domain.alerts.commands.change_alert import WakeAlert
from app.domain.command_batch import Outcome
from app.domain.operation import SYSTEM
from app.services.alerts.filters import AlertFilter
from app.services.command_bus import CommandBus
from app.services.paging import Page, PageRequest
from app.services.ports import Clock, DocumentReader
from app.services.request_info import RequestInfo
from app.services.wake_worker import WakeWorker


class AlertWakeWorker(WakeWorker[str]):
    """Wakes the alerts of all processes; each process has one."""

    def __init__(self, *, bus: CommandBus, documents: DocumentReader, clock: Clock) -> None:
        super().__init__(name="snoozes", what="Alerts whose snooze has ended")
        self._bus = bus
        self._documents = documents
        self._clock = clock

    async def _due(self, limit: int) -> Sequence[str]:
        where = AlertFilter(snooze_ends_by=self._clock())
        page: Page[Alert] = await self._documents.page_of_documents(where, page=PageRequest(first=limit))
        return [alert.id for alert in page.nodes]

    async def _wake(self, named: str) -> Outcome:
        return await self._bus.run("alertWake", RequestInfo(actor=SYSTEM), lambda info: WakeAlert(info=info, id=named))
