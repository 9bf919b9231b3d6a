"""Reads the figures of visible levels. A figure of a level is the one that everybody sees: others may be part of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from app.domain.insight.abc import AbcClass
from app.domain.insight.class_totals import ClassTotals
from app.domain.insight.insight import LedgerSums
from app.domain.insight.level_history import Grid, Slice
from app.domain.insight.movers import MoversOrder, TopMovers
from app.domain.insight.ranking import InsightOrder, RankedLevel, StockedLevel
from app.domain.insight.window import Window
from app.domain.stock.level import LevelKey
from app.domain.time import Moment
from app.services.background.cancellation import raise_if_cancelled
from app.services.filters import LevelFilter, visible
from app.services.insight.ports import HistoryReader, InsightReader, KeptFilter, KeptLocation, KeptRankings, MoverReader
from app.services.limited.sight import Sight
from app.services.paging import PageRequest


class LimitedInsight:
    """InsightReader of visible levels."""

    def __init__(self, insight: InsightReader, *, sight: Sight) -> None:
        self._insight = insight
        self._sight = sight

    async def sums_at(self, keys: Sequence[LevelKey], *, window: Window) -> Mapping[LevelKey, LedgerSums]:
        seen = await self._sight.levels(keys)
        return await self._insight.sums_at([key for key in keys if key in seen], window=window) if seen else {}

    async def last_sold(self, keys: Sequence[LevelKey]) -> Mapping[LevelKey, Moment]:
        seen = await self._sight.levels(keys)
        return await self._insight.last_sold([key for key in keys if key in seen]) if seen else {}

    async def sums_in(self, locations: Sequence[str], *, window: Window) -> Mapping[LevelKey, LedgerSums]:
        return await self._seen(await self._insight.sums_in(self._shown(locations), window=window))

    async def sales_in(self, locations: Sequence[str], *, window: Window) -> Mapping[LevelKey, LedgerSums]:
        return await self._seen(await self._insight.sales_in(self._shown(locations), window=window))

    async def stock_in(self, locations: Sequence[str], *, limit: int) -> Sequence[StockedLevel]:
        found = await self._insight.stock_in(self._shown(locations), limit=limit)
        seen = await self._sight.levels(level.key for level in found)
        return [level for level in found if level.key in seen]

    async def matching(self, where: LevelFilter, *, limit: int) -> Collection[LevelKey]:
        return await self._insight.matching(await self._sight.narrowed(where), limit=limit)

    def _shown(self, locations: Sequence[str]) -> list[str]:
        return [code for code in locations if self._sight.visibility.shows_location(code)]

    async def _seen(self, sums: Mapping[LevelKey, LedgerSums]) -> Mapping[LevelKey, LedgerSums]:
        seen = await self._sight.levels(sums)
        return {key: of_it for key, of_it in sums.items() if key in seen}


class LimitedKeptRankings:
    """KeptRankings at visible locations. Where categories limit, only given levels are read."""

    def __init__(self, kept: KeptRankings, *, sight: Sight) -> None:
        self._kept = kept
        self._sight = sight

    async def locations(self, codes: Collection[str]) -> Mapping[str, KeptLocation]:
        return await self._kept.locations([code for code in codes if self._sight.visibility.shows_location(code)])

    async def keep(self, location: str, levels: Sequence[RankedLevel], *, at: Moment) -> int:
        raise AssertionError("a ranking is kept by the server, not for a client")

    async def page(self, where: KeptFilter, *, order: InsightOrder, page: PageRequest) -> Sequence[RankedLevel]:
        self._check(where)
        return await self._kept.page(where, order=order, page=page)

    async def count(self, where: KeptFilter) -> int:
        self._check(where)
        return await self._kept.count(where)

    async def totals(self, where: KeptFilter) -> Mapping[AbcClass, ClassTotals]:
        self._check(where)
        return await self._kept.totals(where)

    async def levels_at(self, keys: Collection[LevelKey]) -> Sequence[RankedLevel]:
        return await self._kept.levels_at(await self._sight.levels(keys))

    def _check(self, where: KeptFilter) -> None:
        visibility = self._sight.visibility
        assert visibility.categories is None, "a list by category is made of given levels"
        assert all(map(visibility.shows_location, where.locations)), where


class LimitedMovers:
    """MoverReader of visible items, by what they moved at visible locations."""

    def __init__(self, movers: MoverReader, *, sight: Sight) -> None:
        self._movers = movers
        self._sight = sight

    async def movers(
        self, locations: Sequence[str] | None, *, since: Moment, until: Moment, order: MoversOrder, first: int
    ) -> TopMovers:
        """Read more until enough of them are visible, or no more have moved."""
        there = None if locations is None else tuple(locations)
        there, asked = visible(there, self._sight.visibility.locations), first
        while True:
            found = await self._movers.movers(there, since=since, until=until, order=order, first=asked)
            items = await self._sight.items(mover.sku for mover in found.movers)
            seen = tuple(mover for mover in found.movers if mover.sku in items)
            if len(seen) >= first or len(found.movers) < asked:
                return replace(found, movers=seen[:first])
            raise_if_cancelled()
            asked *= 8


class LimitedHistory:
    """HistoryReader of visible levels."""

    def __init__(self, history: HistoryReader, *, sight: Sight) -> None:
        self._history = history
        self._sight = sight

    async def slices_of(self, keys: Sequence[LevelKey], *, grid: Grid) -> Mapping[LevelKey, Mapping[int, Slice]]:
        seen = await self._sight.levels(keys)
        return await self._history.slices_of([key for key in keys if key in seen], grid=grid) if seen else {}
