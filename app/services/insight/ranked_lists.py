"""Lists of ranked levels: from a ranking that is made for them, or from the one that is kept where there are too many.

Rule: a kept ranking is complete, or it is not shown: every location that is asked for has been ranked.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from app.domain.insight.abc import AbcClass
from app.domain.insight.class_totals import ClassTotals, class_totals
from app.domain.insight.ranking import InsightOrder, RankedLevel, Ranking, RankingTooLarge
from app.domain.insight.window import SALES_DAYS, Window
from app.domain.stock.level import LevelKey
from app.domain.time import Moment
from app.services.filters import LocationFilter
from app.services.insight.filters import InsightFilter
from app.services.insight.ports import InsightReader, KeptFilter, KeptRankings
from app.services.insight.rankings import MAX_RANKED_LEVELS, Rankings
from app.services.paging import PageRequest
from app.services.ports import CatalogReader

MAX_LOCATIONS = 10_000  # of which all levels are ranked


class RankedList(ABC):
    """The levels that match a filter, as of a moment."""

    def __init__(self, *, as_of: Moment) -> None:
        self.as_of = as_of

    @abstractmethod
    async def page(self, order: InsightOrder, *, page: PageRequest) -> Sequence[RankedLevel]:
        """Return the first levels after a place, and one more if more follow."""

    @abstractmethod
    async def count(self) -> int:
        """Return how many levels there are."""

    @abstractmethod
    async def totals(self) -> Mapping[AbcClass, ClassTotals]:
        """Return the sums over the levels by class."""


class RankedLists:
    """Finds the list for a filter. All methods raise Unavailable and what Rankings raises."""

    def __init__(
        self,
        *,
        reader: InsightReader,
        rankings: Rankings,
        kept: KeptRankings,
        catalog: CatalogReader,
        max_levels: int = MAX_RANKED_LEVELS,
    ) -> None:
        """More than `max_levels` are not ranked on request."""
        self._max_levels = max_levels
        self._reader = reader
        self._rankings = rankings
        self._kept = kept
        self._catalog = catalog

    async def of(self, where: InsightFilter, period: Window, *, with_out_time: bool = False) -> RankedList:
        """Return the list of the levels that match, by their movements within a period."""
        codes = where.levels.locations
        if codes is None:
            whole = PageRequest(first=MAX_LOCATIONS)
            found = await self._catalog.page_of_locations(LocationFilter(), page=whole)
            codes = tuple(location.code for location in found.nodes)
        as_of, levels = await self._kept_of(codes, period)
        if as_of is None or levels <= self._max_levels:
            try:
                ranking = await self._rankings.ranking(codes, days=period.days, with_out_time=with_out_time)
            except RankingTooLarge:  # it took too long
                if as_of is None:
                    raise
            else:
                return _MadeList(ranking, where, await self._matching(where))
        return await self._kept_list(where, codes, as_of)

    async def classes_of(self, keys: Collection[LevelKey], period: Window) -> Ranking:
        """Return a ranking that knows the classes of these levels."""
        codes = {key.location for key in keys}
        as_of, levels = await self._kept_of(codes, period)
        if as_of is None or levels <= self._max_levels:
            try:
                return await self._rankings.ranking(codes, days=period.days)
            except RankingTooLarge:
                if as_of is None:
                    raise
        return Ranking(await self._kept.levels_at(keys), as_of=as_of)

    async def _kept_of(self, codes: Collection[str], period: Window) -> tuple[Moment | None, int]:
        """Return as of when all of these locations are ranked, None where one is not; and how many levels they have."""
        if period.days != SALES_DAYS or not codes:
            return None, 0
        found = (await self._kept.locations(codes)).values()
        as_of = min(each.at for each in found) if len(found) == len(set(codes)) else None
        return as_of, sum(each.levels for each in found)

    async def _kept_list(self, where: InsightFilter, codes: Sequence[str], as_of: Moment) -> RankedList:
        keys = await self._matching(where)
        if keys is not None:
            return _MadeList(Ranking(await self._kept.levels_at(keys), as_of=as_of), where, None)
        chosen = KeptFilter(locations=tuple(codes), classes=where.classes, is_dead_stock=where.is_dead_stock)
        return _KeptList(self._kept, chosen, as_of=as_of)

    async def _matching(self, where: InsightFilter) -> Collection[LevelKey] | None:
        """Return the keys of the levels that match what does not come from a ranking; None where all do."""
        return await self._reader.matching(where.levels, limit=MAX_RANKED_LEVELS) if where.narrows_levels else None


class _MadeList(RankedList):
    """A list in memory. `keys` are those that match so far; None where all do."""

    def __init__(self, ranking: Ranking, where: InsightFilter, keys: Collection[LevelKey] | None) -> None:
        super().__init__(as_of=ranking.as_of)
        self._ranking, self._where, self._keys = ranking, where, keys

    async def page(self, order: InsightOrder, *, page: PageRequest) -> Sequence[RankedLevel]:
        def search() -> list[RankedLevel]:
            return list(islice(self._matching(self._ranking.ordered(order, after=page.after)), page.first + 1))

        return await asyncio.to_thread(search)  # to sort 100,000 levels takes a tenth of a second

    async def count(self) -> int:
        return await asyncio.to_thread(lambda: sum(1 for _ in self._matching(self._ranking.levels)))

    async def totals(self) -> Mapping[AbcClass, ClassTotals]:
        return await asyncio.to_thread(lambda: class_totals(self._matching(self._ranking.levels)))

    def _matching(self, levels: Iterable[RankedLevel]) -> Iterator[RankedLevel]:
        where, keys = self._where, self._keys
        for level in levels:
            if (
                (where.classes is None or level.abc_class in where.classes)
                and where.is_dead_stock in (None, level.is_dead_stock)
                and (keys is None or level.key in keys)
            ):
                yield level


class _KeptList(RankedList):
    """A list in the database."""

    def __init__(self, kept: KeptRankings, where: KeptFilter, *, as_of: Moment) -> None:
        super().__init__(as_of=as_of)
        self._kept, self._where = kept, where

    async def page(self, order: InsightOrder, *, page: PageRequest) -> Sequence[RankedLevel]:
        return await self._kept.page(self._where, order=order, page=page)

    async def count(self) -> int:
        return await self._kept.count(self._where)

    async def totals(self) -> Mapping[AbcClass, ClassTotals]:
        return await self._kept.totals(self._where)
