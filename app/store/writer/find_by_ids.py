"""Finds documents by their ids, within a transaction."""

from collections.abc import Iterable

from app.store.client import BsonDocument, Collection, Session


async def find_by_ids(
    collection: Collection, ids: Iterable[str], *, session: Session, projection: BsonDocument | None = None
) -> list[BsonDocument]:
    """Return the documents that exist, in one reply."""
    wanted = list(ids)
    if not wanted:
        return []
    where = {"_id": wanted[0] if len(wanted) == 1 else {"$in": wanted}}
    # Without a batch size the server returns 101 documents, and the rest costs a second round trip.
    return await collection.find(where, projection, session=session, batch_size=len(wanted) + 1).to_list(None)
