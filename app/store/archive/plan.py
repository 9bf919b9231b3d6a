"""Which lines may be archived: those before a moment, except the last ones that something still needs.

Rule: of each level a last part of its lines stays, without a gap: from its last line before the moment on, or from its
last sale on where that is older. So the state of a level, what it was before any line that stays, and when it was last
sold are answered by the ledger as before.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pymongo

from app.domain.insight.window import MAX_WINDOW_DAYS
from app.domain.stock.movement import MovementReason
from app.domain.time import MICROSECONDS_PER_DAY, Moment, datetime_of
from app.store.backup.errors import BackupError
from app.store.driver.client import BsonDocument, Database
from app.store.mapping import names

MIN_AGE_DAYS: Final = MAX_WINDOW_DAYS + 2  # what insight may read, and the day that has begun at each end
PLAN_SECONDS: Final = 3_600.0
PLAN: Final = "archive_plan"  # a collection for the time of a run

_OLD_ENOUGH: Final = "before_moment"


async def make_plan(database: Database, *, before: Moment) -> None:
    """Note of each level the first version that stays, where lines before it are there. Raises the driver's errors."""
    await database.drop_collection(PLAN)
    is_sale: BsonDocument = {"$eq": ["$reason", MovementReason.SALE.value]}
    pipeline: list[BsonDocument] = [
        {"$project": {"sku": 1, "location": 1, "version": 1, "reason": 1, names.RECORDED_AT: 1}},
        {
            "$group": {
                "_id": {"$concat": ["$location", "/", "$sku"]},
                "first": {"$min": "$version"},
                "old": {"$max": {"$cond": [{"$lt": [f"${names.RECORDED_AT}", before]}, "$version", 0]}},
                "sold": {"$max": {"$cond": [is_sale, "$version", None]}},
            }
        },
        {"$project": {"first": 1, "stays": {"$min": ["$old", {"$ifNull": ["$sold", "$old"]}]}}},
        {"$match": {"$expr": {"$gt": ["$stays", "$first"]}}},
        {"$project": {"stays": 1}},
        {"$merge": {"into": PLAN}},
    ]
    with pymongo.timeout(PLAN_SECONDS):
        found: Any = database[names.MOVEMENTS].aggregate(pipeline, allowDiskUse=True)
        if hasattr(found, "__await__"):
            await found
        else:
            await found.to_list(None)


async def staying_from(database: Database, levels: Sequence[str]) -> Mapping[str, int]:
    """Return the first version that stays of these levels, by their ids, where lines before it may go."""
    found = database[PLAN].find({"_id": {"$in": list(levels)}}, batch_size=len(levels) + 1)
    return {each["_id"]: each["stays"] for each in await found.to_list(None)}


async def check_moment(database: Database, before: Moment, *, now: Moment) -> None:
    """Raise BackupError where lines before the moment are still needed, and the driver's errors."""
    latest = Moment(now - MIN_AGE_DAYS * MICROSECONDS_PER_DAY)
    if before > latest:
        raise BackupError(
            f"Lines are archived {MIN_AGE_DAYS} days after they were recorded, because insight reads up to "
            f"{MAX_WINDOW_DAYS} days: the latest date is {datetime_of(latest):%Y-%m-%d}."
        )
    behind = await database[names.DELIVERY_OFFSETS].find_one({"base": {"$lt": before}})
    if behind is not None:
        raise BackupError(
            f"The webhook {behind['_id']} has not read the ledger up to {datetime_of(before):%Y-%m-%d}: let it, or "
            "delete it."
        )
