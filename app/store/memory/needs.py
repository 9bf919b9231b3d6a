"""Finds declined needs that are due, in the store in memory."""

from collections.abc import Sequence

from app.domain.stock.level import LevelKey
from app.domain.time import Moment
from app.services.filters import LevelFilter
from app.services.page_cursor import MAX_WHOLE
from app.services.paging import PageRequest
from app.store.memory.store import MemoryStore


class MemoryNeedQueue:
    """WakeQueue of needs."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def due(self, *, now: Moment, limit: int) -> Sequence[LevelKey]:
        found = await self._store.levels(LevelFilter(is_declined=True), page=PageRequest(first=MAX_WHOLE))
        due = [
            (level.declined.until, level.key)
            for level in found.nodes
            if level.declined is not None and level.declined.until is not None
        ]
        return [key for until, key in sorted(due) if until <= now][:limit]
