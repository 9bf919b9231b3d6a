"""Finds needs that were declined until a time, and marks levels that an earlier build has found short."""

from collections.abc import Sequence

from pymongo import ASCENDING, IndexModel

from app.domain.stock.level import LevelKey
from app.domain.time import Moment
from app.store.client import Database
from app.store.driver_failures import unavailable_on_failure

_DUE = "declined_until"

INDEXES = (
    IndexModel(
        [("sku", ASCENDING), ("location", ASCENDING)],
        name="wanting",
        partialFilterExpression={"is_wanting": True},
    ),
    IndexModel(
        [("location", ASCENDING), ("sku", ASCENDING)],
        name="wanting_at",
        partialFilterExpression={"is_wanting": True},
    ),
    IndexModel(
        [("declined.until", ASCENDING)],
        name=_DUE,
        partialFilterExpression={"declined.until": {"$gt": 0}},
    ),
)


@unavailable_on_failure
class MongoNeedQueue:
    """See NeedQueue."""

    def __init__(self, database: Database) -> None:
        self._levels = database["levels"]

    async def needs_due(self, *, now: Moment, limit: int) -> Sequence[LevelKey]:
        found = self._levels.find(
            {"declined.until": {"$gt": 0, "$lte": now}},
            {"_id": 0, "sku": 1, "location": 1},
            sort=[("declined.until", 1)],
            limit=limit,
            hint=_DUE,
        )
        return [LevelKey(stored["sku"], stored["location"]) for stored in await found.to_list(None)]


async def mark_wanting(database: Database) -> None:
    """Let lists find the levels that were short before it was kept that they, or who declined it, want something.

    Safe to run by every process at every start: it looks only at levels that are short.
    """
    await database["levels"].update_many(
        {"is_short": True, "is_wanting": {"$exists": False}}, {"$set": {"is_wanting": True}}, hint="short"
    )
