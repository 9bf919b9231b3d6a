"""Finds needs that were declined until a time that has come."""

from collections.abc import Sequence

from app.domain.stock.level import LevelKey
from app.domain.time import Moment
from app.store.driver.client import Database
from app.store.driver.failures import raises_unavailable
from app.store.mapping import names


class MongoNeedQueue:
    """WakeQueue of needs over MongoDB."""

    def __init__(self, database: Database) -> None:
        self._levels = database[names.LEVELS]

    @raises_unavailable
    async def due(self, *, now: Moment, limit: int) -> Sequence[LevelKey]:
        found = self._levels.find(
            {"declined.until": {"$gt": 0, "$lte": now}},
            {"_id": 0, "sku": 1, "location": 1},
            sort=[("declined.until", 1)],
            limit=limit,
            hint="declined_until",
        )
        return [LevelKey(stored["sku"], stored["location"]) for stored in await found.to_list(None)]
