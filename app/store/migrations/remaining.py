"""Counts what a migration has still to go through."""

from typing import Final

from pymongo import timeout

from app.store.driver.client import BsonDocument, Collection

COUNT_SECONDS: Final = 60  # millions of keys


async def matching(collection: Collection, query: BsonDocument, *, hint: str) -> int:
    """Return how many documents match, by this index."""
    with timeout(COUNT_SECONDS):
        return await collection.count_documents(query, hint=hint)
