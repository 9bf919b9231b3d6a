"""Reads the history of levels from the store in memory, computed by the domain alone."""

from collections.abc import Mapping, Sequence

from app.domain.insight.level_history import Grid, Slice
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import Movement
from app.services.filters import MovementFilter
from app.services.page_cursor import MAX_WHOLE
from app.services.paging import PageRequest
from app.store.memory.store import MemoryStore


class MemoryHistory:
    """HistoryReader."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def slices_of(self, keys: Sequence[LevelKey], *, grid: Grid) -> Mapping[LevelKey, Mapping[int, Slice]]:
        found = {key: await self._slices(key, grid) for key in keys}
        return {key: slices for key, slices in found.items() if slices}

    async def _slices(self, key: LevelKey, grid: Grid) -> Mapping[int, Slice]:
        where = MovementFilter(sku=key.sku, location=key.location, since=grid.window.since)
        lines: dict[int, list[Movement]] = {}
        for line in (await self._store.movements(where, page=PageRequest(first=MAX_WHOLE))).nodes:
            lines.setdefault(grid.slice(line.recorded_at), []).append(line)
        return {number: Slice.of(of_it) for number, of_it in lines.items()}
