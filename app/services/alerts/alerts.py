"""Use cases of alerts. The system opens and closes alerts; people acknowledge and snooze them."""

from app.domain.alerts.alert import Alert
from app.domain.alerts.alert_totals import AlertTotals
from app.domain.alerts.commands.change_alert import AcknowledgeAlert, SnoozeAlert
from app.domain.outcome import Outcome
from app.domain.time import Moment
from app.services.alerts.filters import AlertFilter
from app.services.alerts.ports import AlertCounter
from app.services.command_bus import CommandBus
from app.services.paging import Page, page_request
from app.services.ports import Clock, DocumentReader
from app.services.request_info import RequestInfo


class Alerts:
    """Changes and reads alerts. Every change raises Refused, Overloaded or Unavailable."""

    def __init__(self, *, bus: CommandBus, documents: DocumentReader, counter: AlertCounter, clock: Clock) -> None:
        self._bus = bus
        self._documents = documents
        self._counter = counter
        self._clock = clock

    async def acknowledge(self, identity: str, *, request: RequestInfo) -> Outcome:
        """Record that a person takes care of an alert."""
        return await self._bus.run("alertAcknowledge", request, lambda info: AcknowledgeAlert(info=info, id=identity))

    async def snooze(self, identity: str, *, until: Moment | None, request: RequestInfo) -> Outcome:
        """Snooze an alert until a moment, or wake it."""
        return await self._bus.run(
            "alertSnooze", request, lambda info: SnoozeAlert(info=info, id=identity, until=until)
        )

    async def alerts(self, where: AlertFilter, *, first: int, after: str | None) -> Page[Alert]:
        """Return a page of alerts, the last opened first. Raises BadArgument."""
        page = page_request(order="NEWEST", shape=(int, str), first=first, after=after)
        return await self._documents.page_of_documents(where, page=page)

    async def count_alerts(self, where: AlertFilter) -> int:
        """Return how many alerts match."""
        return await self._documents.count_documents(where)

    async def totals(self, where: AlertFilter) -> AlertTotals:
        """Return how many alerts match, by type; where the filter names no state, of those that are open."""
        return await self._counter.totals(where.open_unless_named, as_of=self._clock())
