"""Reads visible levels, and sums of them."""

from collections.abc import Mapping, Sequence

from app.domain.stock.level import Level, LevelKey
from app.domain.stock.summary import InventorySummary
from app.domain.time import Moment
from app.services.filters import LevelFilter, LevelOrder, LevelSort
from app.services.limited.sight import Sight, first_visible
from app.services.paging import Page, PageRequest, Row
from app.services.ports import LevelReader, SummaryReader


class LimitedLevels:
    """LevelReader of visible levels."""

    def __init__(self, levels: LevelReader, *, sight: Sight) -> None:
        self._levels = levels
        self._sight = sight

    async def levels_at(self, keys: Sequence[LevelKey]) -> Mapping[LevelKey, Level]:
        seen = await self._sight.levels(keys)
        asked = [key for key in keys if key in seen]
        return await self._levels.levels_at(asked) if asked else {}

    async def levels(self, where: LevelFilter, *, order: LevelOrder = LevelOrder.SKU, page: PageRequest) -> Page[Level]:
        return await self._levels.levels(await self._sight.narrowed(where), order=order, page=page)

    async def level_rows(
        self, where: LevelFilter, *, order: LevelOrder, page: PageRequest, attributes: tuple[str, ...]
    ) -> Page[Row]:
        narrowed = await self._sight.narrowed(where)
        return await self._levels.level_rows(narrowed, order=order, page=page, attributes=attributes)

    async def sorted_levels(
        self, where: LevelFilter, *, sort: LevelSort, descending: bool, page: PageRequest
    ) -> Page[Level]:
        narrowed = await self._sight.narrowed(where)
        return await self._levels.sorted_levels(narrowed, sort=sort, descending=descending, page=page)

    async def resupplied_from(self, location: str, *, limit: int) -> Sequence[LevelKey]:
        if not self._sight.visibility.shows_location(location):
            return ()

        async def read(first: int) -> Sequence[LevelKey]:
            return await self._levels.resupplied_from(location, limit=first)

        async def keep(keys: Sequence[LevelKey]) -> Sequence[LevelKey]:
            seen = await self._sight.levels(keys)
            return [key for key in keys if key in seen]

        return await first_visible(read, keep, limit=limit)

    async def count_levels(self, where: LevelFilter) -> int:
        return await self._levels.count_levels(await self._sight.narrowed(where))


class LimitedSummary:
    """SummaryReader of visible levels."""

    def __init__(self, sums: SummaryReader, *, sight: Sight) -> None:
        self._sums = sums
        self._sight = sight

    async def summary(self, where: LevelFilter, *, as_of: Moment) -> InventorySummary:
        return await self._sums.summary(await self._sight.narrowed(where), as_of=as_of)
