"""The digest of all levels: equal where every count and setting of every level is.

Rule: it does not depend on the order or the type of numbers in the documents, which differ between a level that was
changed in place and one that was made anew.
"""

import hashlib
from typing import Any, Final

import pymongo

from app.domain.stock.level import COUNTS
from app.store.backup.manifest import LevelsDigest
from app.store.driver.client import BsonDocument, Database, Session
from app.store.mapping import names

READ_SECONDS: Final = 3_600.0

_NUMBERS = ("version", *COUNTS, "reorder_point", "backorder_limit", "changed_at", "counted_at")
_PIPELINE: Final[list[BsonDocument]] = [
    {"$sort": {"_id": 1}},
    {"$project": {"n": [{"$toLong": {"$ifNull": [f"${name}", 0]}} for name in _NUMBERS], "s": "$status"}},
]


async def levels_digest(database: Database, *, session: Session | None = None) -> LevelsDigest:
    """Read all levels in order, in the session's snapshot, and return their digest. Raises the driver's errors."""
    sha256 = hashlib.sha256()
    levels = database[names.LEVELS]
    count = 0
    with pymongo.timeout(READ_SECONDS):
        found: Any = levels.aggregate_raw_batches(_PIPELINE, hint="_id_", session=session, batchSize=10_000)
        cursor: Any = await found if hasattr(found, "__await__") else found
        async for batch in cursor:
            sha256.update(batch)
            at = 0
            while at < len(batch):
                at += int.from_bytes(batch[at : at + 4], "little")
                count += 1
    return LevelsDigest(levels=count, sha256=sha256.hexdigest())
