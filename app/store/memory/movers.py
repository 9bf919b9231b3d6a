"""Finds what moves most in the store in memory, computed by the domain alone."""

from collections.abc import Sequence

from app.domain.insight.movers import MoversOrder, TopMovers
from app.domain.time import Moment
from app.services.filters import MovementFilter
from app.services.page_cursor import MAX_WHOLE
from app.services.paging import PageRequest
from app.store.memory.store import MemoryStore


class MemoryMovers:
    """MoverReader. There is no limit to its lines."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def movers(
        self, locations: Sequence[str] | None, *, since: Moment, until: Moment, order: MoversOrder, first: int
    ) -> TopMovers:
        there = MovementFilter(since=since, visible_at=None if locations is None else tuple(locations))
        found = await self._store.movements(there, page=PageRequest(first=MAX_WHOLE))
        return TopMovers.of(found.nodes, since=since, until=until, order=order, first=first)
