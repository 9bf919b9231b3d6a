"""Reads demand from the store in memory, computed by the domain alone."""

from collections import Counter
from collections.abc import Mapping, Sequence

from app.domain.insight.window import Window
from app.domain.replenishment.demand import DailySums, Demand, demand_within, units_of
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import Movement
from app.services.filters import MovementFilter
from app.services.page_cursor import MAX_WHOLE
from app.services.paging import PageRequest
from app.store.memory.store import MemoryStore


class MemoryDemand:
    """DemandReader."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def demand_at(self, keys: Sequence[LevelKey], *, window: Window) -> Mapping[LevelKey, Demand]:
        return {key: _demand(await self._lines(key, window), window) for key in keys}

    async def _lines(self, key: LevelKey, window: Window) -> Sequence[Movement]:
        where = MovementFilter(sku=key.sku, location=key.location, since=window.since)
        return (await self._store.movements(where, page=PageRequest(first=MAX_WHOLE))).nodes


def _demand(lines: Sequence[Movement], window: Window) -> Demand:
    daily: Counter[int] = Counter()
    for line in lines:
        daily[window.day(line.recorded_at)] += units_of(line)
    first = next((line.recorded_at for line in lines if line.after.version == 1), None)
    return demand_within(window, DailySums.of(daily.values()), began_at=first)
