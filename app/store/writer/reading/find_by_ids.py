"""Finds documents by their ids, within a transaction."""

from collections.abc import Iterable

from app.store.driver.client import BsonDocument, Collection, Session


async def find_by_ids(
    collection: Collection,
    ids: Iterable[str],
    *,
    session: Session,
    projection: BsonDocument | None = None,
    also: BsonDocument | None = None,
) -> list[BsonDocument]:
    """Return the documents that exist, in one reply. `also` is what they all meet: their shard key."""
    wanted = list(ids)
    if not wanted:
        return []
    where = {"_id": wanted[0] if len(wanted) == 1 else {"$in": wanted}}
    # Without a batch size the server returns 101 documents, and the rest costs a second round trip.
    batch_size = len(wanted) + 1
    if not also:
        return await collection.find(where, projection, session=session, batch_size=batch_size).to_list(None)
    found = collection.find(where | also, projection, session=session, batch_size=batch_size, hint="_id_")
    return await found.to_list(None)
