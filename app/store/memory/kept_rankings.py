"""Keeps rankings in memory."""

from collections.abc import Collection, Mapping, Sequence

from app.domain.insight.abc import AbcClass
from app.domain.insight.class_totals import ClassTotals, class_totals
from app.domain.insight.ranking import InsightOrder, RankedLevel, Ranking
from app.domain.stock.level import LevelKey
from app.domain.time import NEVER, Moment
from app.services.insight.ports import KeptFilter, KeptLocation
from app.services.paging import PageRequest


class MemoryKeptRankings:
    """KeptRankings."""

    def __init__(self) -> None:
        self._levels: dict[str, dict[LevelKey, RankedLevel]] = {}
        self._at: dict[str, Moment] = {}

    async def locations(self, codes: Collection[str]) -> Mapping[str, KeptLocation]:
        return {code: KeptLocation(self._at[code], len(self._levels[code])) for code in codes if code in self._at}

    async def keep(self, location: str, levels: Sequence[RankedLevel], *, at: Moment) -> int:
        old, fresh = self._levels.get(location, {}), {level.key: level for level in levels}
        self._levels[location], self._at[location] = fresh, at
        return sum(old.get(key) != fresh.get(key) for key in {*old, *fresh})

    async def page(self, where: KeptFilter, *, order: InsightOrder, page: PageRequest) -> Sequence[RankedLevel]:
        return Ranking(self._matching(where), as_of=NEVER).ordered(order, after=page.after)[: page.first + 1]

    async def count(self, where: KeptFilter) -> int:
        return len(self._matching(where))

    async def totals(self, where: KeptFilter) -> Mapping[AbcClass, ClassTotals]:
        return class_totals(self._matching(where))

    async def levels_at(self, keys: Collection[LevelKey]) -> Sequence[RankedLevel]:
        return [level for of_one in self._levels.values() for key, level in of_one.items() if key in keys]

    def _matching(self, where: KeptFilter) -> list[RankedLevel]:
        return [
            level
            for code, of_one in self._levels.items()
            for level in of_one.values()
            if code in where.locations
            and (where.classes is None or level.abc_class in where.classes)
            and where.is_dead_stock in (None, level.is_dead_stock)
        ]
