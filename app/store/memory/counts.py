"""Reads counts from the store in memory."""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import TypeVar

from app.domain.counting.count_line import CountLine
from app.domain.replenishment.demand import DEMAND_REASONS
from app.domain.stock.level import Level
from app.domain.time import Moment
from app.services.counting.filters import CountLineFilter
from app.services.counting.ports import SoldItem
from app.services.filters import LevelFilter, MovementFilter
from app.services.page_cursor import MAX_WHOLE
from app.services.paging import Page, PageRequest
from app.store.memory.store import MemoryStore

T = TypeVar("T")

_WHOLE = PageRequest(first=MAX_WHOLE)


class MemoryCounts:
    """CountReader and CycleReader."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def page_of_lines(self, where: CountLineFilter, *, page: PageRequest) -> Page[CountLine]:
        found: Page[CountLine] = await self._store.page_of_documents(where, page=_WHOLE)
        return _page({line.sku: line for line in found.nodes}, page)

    async def count_lines(self, where: CountLineFilter) -> int:
        return await self._store.count_documents(where)

    async def count_uncounted(self, count: str, levels: LevelFilter) -> int:
        where = CountLineFilter(count=count)
        lines: Page[CountLine] = await self._store.page_of_documents(where, page=_WHOLE)
        counted = {line.sku for line in lines.nodes}
        found = await self._store.levels(levels, page=_WHOLE)
        return sum(level.key.sku not in counted for level in found.nodes)

    async def sold(self, location: str, *, since: Moment) -> Sequence[SoldItem]:
        units: Counter[str] = Counter()
        for reason in DEMAND_REASONS:
            where = MovementFilter(location=location, reason=reason, since=since)
            for line in (await self._store.movements(where, page=_WHOLE)).nodes:
                units[line.after.key.sku] -= line.change.on_hand
        items = await self._store.items(list(units))
        return [
            SoldItem(sku=sku, units=sold, unit_cost=items[sku].unit_cost)
            for sku, sold in units.items()
            if sold > 0 and not items[sku].is_archived
        ]

    async def longest_uncounted(
        self, location: str, *, until: Moment, without: Collection[str], first: int
    ) -> Sequence[Level]:
        levels = await self._store.levels(LevelFilter(locations=(location,), is_archived=False), page=_WHOLE)
        due = [level for level in levels.nodes if level.counted_at <= until and level.key.sku not in without]
        return sorted(due, key=lambda level: (level.counted_at, level.key.sku))[:first]

    async def oversold(self, location: str, *, limit: int) -> Sequence[Level]:
        levels = await self._store.levels(LevelFilter(locations=(location,)), page=_WHOLE)
        return [level for level in levels.nodes if level.oversold][:limit]


def _page(by_sku: dict[str, T], page: PageRequest) -> Page[T]:
    skus = sorted(sku for sku in by_sku if page.after is None or (sku,) > page.after)
    shown = skus[: page.first]
    return Page(
        nodes=tuple(by_sku[sku] for sku in shown),
        positions=tuple((sku,) for sku in shown),
        order="SKU",
        has_next=0 < page.first < len(skus),
    )
