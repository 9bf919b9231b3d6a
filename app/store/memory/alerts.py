"""Counts alerts, and finds those whose snooze has ended, in the store in memory."""

from collections.abc import Sequence

from app.domain.alerts.alert import Alert
from app.domain.alerts.alert_totals import AlertTotals
from app.domain.time import Moment
from app.services.alerts.filters import AlertFilter
from app.services.page_cursor import MAX_WHOLE
from app.services.paging import Page, PageRequest
from app.store.memory.store import MemoryStore


class MemoryAlertQueue:
    """WakeQueue of alerts."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def due(self, *, now: Moment, limit: int) -> Sequence[str]:
        page = PageRequest(first=MAX_WHOLE)
        found: Page[Alert] = await self._store.page_of_documents(AlertFilter(is_snoozed=True), page=page)
        due = [(each.snoozed_until, each.id) for each in found.nodes if each.snoozed_until is not None]
        return [identity for until, identity in sorted(due) if until <= now][:limit]


class MemoryAlertCounter:
    """AlertCounter."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def totals(self, where: AlertFilter, *, as_of: Moment) -> AlertTotals:
        found: Page[Alert] = await self._store.page_of_documents(where, page=PageRequest(first=MAX_WHOLE))
        return AlertTotals.of(found.nodes, as_of=as_of)
