"""Reads demand from the store in memory, by the words of the domain alone. See DemandReader."""

from collections import Counter
from collections.abc import Mapping, Sequence

from app.domain.insight.window import Window
from app.domain.replenishment.demand import DEMAND_REASONS, DailySums, units_of
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import Movement
from app.services.filters import MovementFilter
from app.services.paging import MAX_WHOLE, PageRequest
from app.services.replenishment.ports import MeasuredDays
from app.store.memory.store import MemoryStore


class MemoryDemand:
    """See DemandReader."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def demand_at(self, keys: Sequence[LevelKey], *, window: Window) -> Mapping[LevelKey, MeasuredDays]:
        found = {key: _measured(await self._lines(key, window), window) for key in keys}
        return {key: measured for key, measured in found.items() if measured is not None}

    async def _lines(self, key: LevelKey, window: Window) -> Sequence[Movement]:
        where = MovementFilter(sku=key.sku, location=key.location, since=window.since)
        return (await self._store.movements(where, page=PageRequest(first=MAX_WHOLE))).nodes


def _measured(lines: Sequence[Movement], window: Window) -> MeasuredDays | None:
    daily: Counter[int] = Counter()
    for line in lines:
        daily[window.day(line.recorded_at)] += units_of(line)
    first = next((line.recorded_at for line in lines if line.after.version == 1), None)
    if first is None and not any(line.reason in DEMAND_REASONS for line in lines):
        return None
    return MeasuredDays(DailySums.of(daily.values()), first)
