"""Lists of insight into levels (ADR 17).

Rule: the figures of a level are read when they are asked for. Only the choice and the order of levels may come from a
ranking that is older: for an ABC class, dead stock, or an order by figures.
"""

from collections.abc import Mapping

from app.domain.access.visibility import EVERYTHING, Visibility
from app.domain.insight.abc import AbcClass
from app.domain.insight.class_totals import ClassTotals
from app.domain.insight.ranking import InsightOrder, Ranking, place_of
from app.domain.insight.window import Window, window
from app.services.filters import LevelOrder
from app.services.insight.filters import InsightFilter
from app.services.insight.level_insight import LevelInsight, LevelInsights
from app.services.insight.ports import InsightReader, KeptRankings
from app.services.insight.ranked_lists import RankedLists
from app.services.insight.rankings import MAX_RANKED_LEVELS, Rankings
from app.services.paging import Page, PageRequest, page_request
from app.services.ports import CatalogReader, Clock, LevelReader

_LISTED = {InsightOrder.SKU: LevelOrder.SKU, InsightOrder.LOCATION: LevelOrder.LOCATION}
_NAMES, _FIGURE_AND_NAMES = (str, str), (int, str, str)


class Insights:
    """Insight into levels, in pages. All methods raise BadArgument, Unavailable and what Rankings raises."""

    def __init__(
        self,
        *,
        reader: InsightReader,
        rankings: Rankings,
        kept: KeptRankings,
        levels: LevelReader,
        catalog: CatalogReader,
        clock: Clock,
        visibility: Visibility = EVERYTHING,
        max_levels: int = MAX_RANKED_LEVELS,
    ) -> None:
        """More than `max_levels` are not ranked on request, but once a day. `rankings` are of everything, for all."""
        self._visibility = visibility
        self._levels = levels
        self._clock = clock
        self._lists = RankedLists(reader=reader, rankings=rankings, kept=kept, catalog=catalog, max_levels=max_levels)
        self._figures = LevelInsights(reader=reader, lists=self._lists, catalog=catalog)

    async def page(
        self, where: InsightFilter, *, days: int, order: InsightOrder, first: int, after: str | None
    ) -> Page[LevelInsight]:
        """Return a page of insight into the levels that match, over the last days."""
        where = where.within(self._visibility)
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
        where = where.within(self._visibility)
        if not where.needs_ranking:
            return await self._levels.count_levels(where.levels)
        ranked = await self._lists.of(where, window(until=self._clock(), days=days))
        return await ranked.count()

    async def class_totals(self, where: InsightFilter, *, days: int) -> Mapping[AbcClass, ClassTotals]:
        """Return the sums over the levels that match, by class."""
        where = where.within(self._visibility)
        ranked = await self._lists.of(where, window(until=self._clock(), days=days))
        return await ranked.totals()

    async def _ranked(
        self, where: InsightFilter, period: Window, *, order: InsightOrder, page: PageRequest
    ) -> Page[LevelInsight]:
        if page.first == 0:
            return Page(nodes=(), positions=(), order=order.value, has_next=False)
        ranked = await self._lists.of(where, period, with_out_time=order is InsightOrder.STOCK_OUT_DAYS)
        found = await ranked.page(order, page=page)
        places = {each.key: place_of(each, order) for each in found[: page.first]}
        levels = await self._levels.levels_at(list(places)) if places else {}
        ranking = Ranking(found, as_of=ranked.as_of)
        shown = [
            each
            for each in await self._figures.of(
                [levels[key] for key in places if key in levels], period, ranking=ranking
            )
            if where.is_dead_stock in (None, each.insight.is_dead_stock)  # what was sold meanwhile is not dead
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
