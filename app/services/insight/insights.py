"""Lists of insight into levels (ADR 17).

Rule: the figures of a level are read when they are asked for. Only the choice and the order of levels may come from a
ranking that is a moment old: for an ABC class, dead stock, or an order by figures.
"""

import asyncio
from collections.abc import Collection, Iterable, Iterator
from itertools import islice

from app.domain.insight.ranking import InsightOrder, RankedLevel, Ranking, place_of
from app.domain.insight.window import Window, window
from app.domain.stock.level import LevelKey
from app.services.filters import LevelOrder, LocationFilter
from app.services.insight.filters import InsightFilter
from app.services.insight.level_insight import LevelInsight, LevelInsights
from app.services.insight.ports import InsightReader
from app.services.insight.rankings import MAX_RANKED_LEVELS, Rankings
from app.services.paging import Page, PageRequest, page_request
from app.services.ports import CatalogReader, Clock, LevelReader

MAX_LOCATIONS = 10_000  # of which all levels are ranked; there are too many levels long before

_LISTED = {InsightOrder.SKU: LevelOrder.SKU, InsightOrder.LOCATION: LevelOrder.LOCATION}
_NAMES, _FIGURE_AND_NAMES = (str, str), (int, str, str)


class Insights:
    """Insight into levels, in pages. All methods raise BadArgument, Unavailable and what Rankings raises."""

    def __init__(
        self, *, reader: InsightReader, rankings: Rankings, levels: LevelReader, catalog: CatalogReader, clock: Clock
    ) -> None:
        self._reader = reader
        self._rankings = rankings
        self._levels = levels
        self._catalog = catalog
        self._clock = clock
        self._figures = LevelInsights(reader=reader, rankings=rankings, catalog=catalog)

    async def page(
        self, where: InsightFilter, *, days: int, order: InsightOrder, first: int, after: str | None
    ) -> Page[LevelInsight]:
        """Return a page of insight into the levels that match, over the last days."""
        period = window(until=self._clock(), days=days)
        shape = _NAMES if order in _LISTED else _FIGURE_AND_NAMES
        request = page_request(order=order.value, shape=shape, first=first, after=after)
        if where.needs_ranking or order not in _LISTED:
            return await self._ranked(where, period, order=order, page=request)
        listed = await self._levels.levels(where.levels, order=_LISTED[order], page=request)
        return Page(
            nodes=tuple(await self._figures.of(listed.nodes, period)),
            positions=listed.positions,
            order=order.value,
            has_next=listed.has_next,
        )

    async def count(self, where: InsightFilter, *, days: int) -> int:
        """Return how many levels match."""
        if not where.needs_ranking:
            return await self._levels.count_levels(where.levels)
        period = window(until=self._clock(), days=days)
        ranking, keys = await self._candidates(where, period)
        return await asyncio.to_thread(lambda: sum(1 for _ in _matching(ranking.levels, where, keys)))

    async def _ranked(
        self, where: InsightFilter, period: Window, *, order: InsightOrder, page: PageRequest
    ) -> Page[LevelInsight]:
        if page.first == 0:
            return Page(nodes=(), positions=(), order=order.value, has_next=False)
        with_out_time = order is InsightOrder.STOCK_OUT_DAYS
        ranking, keys = await self._candidates(where, period, with_out_time=with_out_time)

        def search() -> list[RankedLevel]:
            ordered = ranking.ordered(order, after=page.after)
            return list(islice(_matching(ordered, where, keys), page.first + 1))

        found = await asyncio.to_thread(search)  # to sort 100,000 levels takes a tenth of a second
        places = {each.key: place_of(each, order) for each in found[: page.first]}
        levels = await self._levels.levels_at(list(places)) if places else {}
        shown = [
            each
            for each in await self._figures.of([levels[key] for key in places], period, ranking=ranking)
            if where.is_dead_stock in (None, each.insight.is_dead_stock)  # what was sold a moment ago is not dead
        ]
        has_next = len(found) > page.first
        if has_next and not shown:  # a page without an entry would have no cursor to continue from
            behind = PageRequest(first=page.first, after=place_of(found[-2], order))
            return await self._ranked(where, period, order=order, page=behind)
        return Page(
            nodes=tuple(shown),
            positions=tuple(places[each.level.key] for each in shown),
            order=order.value,
            has_next=has_next,
        )

    async def _candidates(
        self, where: InsightFilter, period: Window, *, with_out_time: bool = False
    ) -> tuple[Ranking, Collection[LevelKey] | None]:
        """Return the ranking that a filter needs, and which of its levels match so far; None where all of them do."""
        codes = where.levels.locations
        if codes is None:
            whole = PageRequest(first=MAX_LOCATIONS)
            codes = tuple(
                location.code
                for location in (await self._catalog.page_of_locations(LocationFilter(), page=whole)).nodes
            )
        ranking = await self._rankings.ranking(codes, days=period.days, with_out_time=with_out_time)
        if not where.narrows_levels:
            return ranking, None
        return ranking, await self._reader.matching(where.levels, limit=MAX_RANKED_LEVELS)


def _matching(
    levels: Iterable[RankedLevel], where: InsightFilter, keys: Collection[LevelKey] | None
) -> Iterator[RankedLevel]:
    for level in levels:
        if (
            (where.classes is None or level.abc_class in where.classes)
            and where.is_dead_stock in (None, level.is_dead_stock)
            and (keys is None or level.key in keys)
        ):
            yield level
