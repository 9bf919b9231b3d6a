"""Goes through a collection in the order of ids: for migrations that look at every document."""

from collections.abc import Sequence

from app.store.driver.client import BsonDocument, Collection, Database
from app.store.migrations.migration import BEGINNING, MigrationStep, Remaining
from app.store.migrations.remaining import matching


async def page_behind(collection: Collection, after: str, *, limit: int) -> list[BsonDocument]:
    """Return the next documents."""
    return await collection.find({"_id": {"$gt": after}}, sort=[("_id", 1)], limit=limit).to_list(None)


def through(page: Sequence[BsonDocument], *, changed: int, notes: Sequence[str] = ()) -> MigrationStep:
    """Return the step through a page; one without documents is the last."""
    return MigrationStep(after=page[-1]["_id"] if page else None, read=len(page), changed=changed, notes=notes)


def behind(collection: str) -> Remaining:
    """Return what counts the documents with a later id. All of them are estimated, but 0 is exact."""

    async def remaining(database: Database, after: str) -> int:
        documents = database[collection]
        if after != BEGINNING:
            return await matching(documents, {"_id": {"$gt": after}}, hint="_id_")
        if await documents.find_one({}, {"_id": 1}) is None:
            return 0
        return max(await documents.estimated_document_count(), 1)

    return remaining
