"""Counts what a migration has still to go through."""

from typing import Final

from pymongo import timeout

from app.store.client import BsonDocument, Collection
from app.store.migrations.migration import BEGINNING

COUNT_SECONDS: Final = 60  # millions of keys


async def behind(collection: Collection, after: str) -> int:
    """Return how many documents have a later id. All of them are estimated, but 0 is exact."""
    if after != BEGINNING:
        return await matching(collection, {"_id": {"$gt": after}}, hint="_id_")
    if await collection.find_one({}, {"_id": 1}) is None:
        return 0
    return max(await collection.estimated_document_count(), 1)


async def matching(collection: Collection, query: BsonDocument, *, hint: str) -> int:
    """Return how many documents match, by this index."""
    with timeout(COUNT_SECONDS):
        return await collection.count_documents(query, hint=hint)
