"""Reads insight from the store in memory, computed by the domain alone."""

from collections.abc import Collection, Mapping, Sequence
from typing import TypeVar

from app.domain.insight.insight import DayEndCounts, LedgerSums
from app.domain.insight.ranking import RankingTooLarge, StockedLevel
from app.domain.insight.window import Window
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import Movement, MovementReason
from app.domain.time import Moment
from app.services.filters import LevelFilter, MovementFilter
from app.services.page_cursor import MAX_WHOLE
from app.services.paging import PageRequest
from app.store.memory.store import MemoryStore

T = TypeVar("T")

_WHOLE = PageRequest(first=MAX_WHOLE)


class MemoryInsight:
    """InsightReader."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def sums_at(self, keys: Sequence[LevelKey], *, window: Window) -> Mapping[LevelKey, LedgerSums]:
        lines = {key: await self._lines(MovementFilter(**key._asdict(), since=window.since)) for key in keys}
        return {key: LedgerSums.of(of_it, window=window) for key, of_it in lines.items() if of_it}

    async def last_sold(self, keys: Sequence[LevelKey]) -> Mapping[LevelKey, Moment]:
        reason = MovementReason.SALE
        lines = {key: await self._lines(MovementFilter(**key._asdict(), reason=reason)) for key in keys}
        return {key: newest_first[0].recorded_at for key, newest_first in lines.items() if newest_first}

    async def sums_in(self, locations: Sequence[str], *, window: Window) -> Mapping[LevelKey, LedgerSums]:
        stocked = await self.stock_in(locations, limit=MAX_WHOLE)
        return await self.sums_at([level.key for level in stocked], window=window)

    async def sales_in(self, locations: Sequence[str], *, window: Window) -> Mapping[LevelKey, LedgerSums]:
        found = await self.sums_in(locations, window=window)
        return {key: sums._replace(moved_late=0, out_late=0, ended=None) for key, sums in found.items()}

    async def stock_in(self, locations: Sequence[str], *, limit: int) -> Sequence[StockedLevel]:
        levels = (await self._store.levels(LevelFilter(locations=tuple(locations)), page=_WHOLE)).nodes
        items = await self._store.items([level.key.sku for level in levels])
        stocked = [
            StockedLevel(
                key=level.key,
                counts=DayEndCounts(level.on_hand, level.unpromised),
                unit_cost=items[level.key.sku].unit_cost,
                is_closed=level.is_closed,
            )
            for level in levels
        ]
        return _bounded(stocked, limit=limit)

    async def matching(self, where: LevelFilter, *, limit: int) -> Collection[LevelKey]:
        found = (await self._store.levels(where, page=_WHOLE)).nodes
        return frozenset(_bounded([level.key for level in found], limit=limit))

    async def _lines(self, where: MovementFilter) -> Sequence[Movement]:
        return (await self._store.movements(where, page=_WHOLE)).nodes


def _bounded(found: list[T], *, limit: int) -> list[T]:
    if len(found) > limit:
        raise RankingTooLarge(f"{limit:,} levels")
    return found
