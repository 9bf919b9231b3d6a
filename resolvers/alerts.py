"""Alerts."""

from functools import partial

from app.domain.alerts.alert import Alert
from app.services.alerts.filters import AlertFilter
from app.services.paging import DEFAULT_PAGE_SIZE
from schema.arguments import After, AlertsWhere, First, Id, Input
from schema.context import Info
from schema.inputs.alerts import AlertAcknowledgeInput, AlertSnoozeInput
from schema.payloads.alerts import AlertPayload
from schema.types.alerts import StockAlert, StockAlertCounts
from schema.types.connection import Connection
from schema.types.identity import document_id


async def alert(info: Info, id: Id) -> StockAlert | None:
    """Return one alert."""
    return await alert_of(info, document_id(StockAlert.__name__, id))


async def alert_of(info: Info, identity: str) -> StockAlert | None:
    """Return one alert by the id behind its global id."""
    found = await info.context.loaders.document(Alert, identity)
    return None if found is None else StockAlert.from_domain(found)


async def alerts(
    info: Info, filter: AlertsWhere = None, first: First = DEFAULT_PAGE_SIZE, after: After = None
) -> Connection[StockAlert]:
    """Return a page of alerts, the newest first."""
    service = info.context.services.alerts
    where = filter.to_domain() if filter else AlertFilter()
    page = await service.alerts(where, first=first, after=after)
    return Connection.of(page, StockAlert.from_domain, counter=partial(service.count_alerts, where), after=after)


async def counts(info: Info, filter: AlertsWhere = None) -> StockAlertCounts:
    """Return how many alerts there are; where the filter names no state, of those that are open."""
    where = filter.to_domain() if filter else AlertFilter()
    return StockAlertCounts.from_domain(await info.context.services.alerts.totals(where))


async def acknowledge(info: Info, input: Input[AlertAcknowledgeInput]) -> AlertPayload:
    """Acknowledge an alert."""
    outcome = await info.context.services.alerts.acknowledge(
        document_id(StockAlert.__name__, input.id), request=input.request(info.context.principal)
    )
    return AlertPayload.from_outcome(outcome)


async def snooze(info: Info, input: Input[AlertSnoozeInput]) -> AlertPayload:
    """Snooze an alert, or end its snooze."""
    outcome = await info.context.services.alerts.snooze(
        document_id(StockAlert.__name__, input.id), until=input.end(), request=input.request(info.context.principal)
    )
    return AlertPayload.from_outcome(outcome)
