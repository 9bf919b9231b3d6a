"""Reads the lines of visible counts, and the visible levels that are due for one."""

from collections.abc import Collection, Sequence

from app.domain.counting.count import Count
from app.domain.counting.count_line import CountLine
from app.domain.stock.level import Level
from app.domain.time import Moment
from app.services.counting.filters import CountLineFilter
from app.services.counting.ports import CountReader, CycleReader, SoldItem
from app.services.filters import LevelFilter
from app.services.limited.documents import LimitedDocuments
from app.services.limited.sight import Sight, first_visible
from app.services.paging import Page, PageRequest


class LimitedCounts:
    """CountReader of visible counts."""

    def __init__(self, counts: CountReader, *, documents: LimitedDocuments) -> None:
        self._counts = counts
        self._documents = documents

    async def page_of_lines(self, where: CountLineFilter, *, page: PageRequest) -> Page[CountLine]:
        if not await self._shows(where.count):
            return Page(nodes=(), positions=(), order="SKU", has_next=False)
        return await self._counts.page_of_lines(where, page=page)

    async def count_lines(self, where: CountLineFilter) -> int:
        return await self._counts.count_lines(where) if await self._shows(where.count) else 0

    async def count_uncounted(self, count: str, levels: LevelFilter) -> int:
        return await self._counts.count_uncounted(count, levels) if await self._shows(count) else 0

    async def _shows(self, count: str) -> bool:
        return count in await self._documents.documents(Count, [count])


class LimitedCycle:
    """CycleReader of visible levels. Sales are those of all items of a visible location, as they make its classes."""

    def __init__(self, cycle: CycleReader, *, sight: Sight) -> None:
        self._cycle = cycle
        self._sight = sight

    async def sold(self, location: str, *, since: Moment) -> Sequence[SoldItem]:
        return await self._cycle.sold(location, since=since) if self._shows(location) else ()

    async def longest_uncounted(
        self, location: str, *, until: Moment, without: Collection[str], first: int
    ) -> Sequence[Level]:
        if not self._shows(location):
            return ()

        async def read(limit: int) -> Sequence[Level]:
            return await self._cycle.longest_uncounted(location, until=until, without=without, first=limit)

        return await first_visible(read, self._seen, limit=first)

    async def oversold(self, location: str, *, limit: int) -> Sequence[Level]:
        if not self._shows(location):
            return ()

        async def read(first: int) -> Sequence[Level]:
            return await self._cycle.oversold(location, limit=first)

        return await first_visible(read, self._seen, limit=limit)

    def _shows(self, location: str) -> bool:
        return self._sight.visibility.shows_location(location)

    async def _seen(self, levels: Sequence[Level]) -> Sequence[Level]:
        seen = await self._sight.levels(level.key for level in levels)
        return [level for level in levels if level.key in seen]
