"""The figures of given levels, read from the ledger when they are asked for."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

from app.domain.insight.abc import AbcClass
from app.domain.insight.insight import DayEndCounts, Insight, LedgerSums
from app.domain.insight.ranking import Ranking
from app.domain.insight.window import Window
from app.domain.stock.level import Level, LevelKey
from app.domain.time import Moment
from app.services.insight.ports import InsightReader
from app.services.insight.ranked_lists import RankedLists
from app.services.ports import CatalogReader

_NOTHING = LedgerSums()


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelInsight:
    """A level and its figures. Its class is only looked up when it is asked for, and raises what Rankings raises.

    `last_sold_at` is of any time, None where it was never sold. `ranked_at` is the moment of the ranking that has found
    it; None where none was needed.
    """

    level: Level
    insight: Insight
    last_sold_at: Moment | None
    ranked_at: Moment | None
    abc_class: Callable[[], Awaitable[AbcClass]]


class LevelInsights:
    """Insight into given levels."""

    def __init__(self, *, reader: InsightReader, lists: RankedLists, catalog: CatalogReader) -> None:
        self._reader = reader
        self._lists = lists
        self._catalog = catalog

    async def of(
        self, levels: Sequence[Level], period: Window, *, ranking: Ranking | None = None
    ) -> list[LevelInsight]:
        """Return the insight of these levels. Without a ranking, their classes come from the ranking of their location.

        Raises Unavailable.
        """
        if not levels:
            return []
        keys = [level.key for level in levels]
        sums, items = await asyncio.gather(
            self._reader.sums_at(keys, window=period), self._catalog.items(list(dict.fromkeys(key.sku for key in keys)))
        )
        sold = {key: of_it.sold_at for key, of_it in sums.items() if of_it.sold_at is not None}
        unsold = [key for key in keys if key not in sold]
        last_sold = {**sold, **(await self._reader.last_sold(unsold) if unsold else {})}
        classes = _Classes(ranking, partial(self._lists.classes_of, keys, period))
        return [
            LevelInsight(
                level=level,
                insight=Insight(
                    key=level.key,
                    counts=DayEndCounts(level.on_hand, level.unpromised),
                    unit_cost=None if (item := items.get(level.key.sku)) is None else item.unit_cost,
                    sums=sums.get(level.key, _NOTHING),
                    window=period,
                    is_closed=level.is_closed,
                ),
                last_sold_at=last_sold.get(level.key),
                ranked_at=None if ranking is None else ranking.as_of,
                abc_class=partial(classes.class_of, level.key),
            )
            for level in levels
        ]


class _Classes:
    """The classes of a page's levels: one ranking for all of them, made when the first is asked for."""

    def __init__(self, ranking: Ranking | None, make: Callable[[], Awaitable[Ranking]]) -> None:
        self._ranking = ranking
        self._make = make

    async def class_of(self, key: LevelKey) -> AbcClass:
        if self._ranking is None:
            self._ranking = await self._make()
        return self._ranking.class_of(key)
