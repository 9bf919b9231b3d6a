"""Finds whose documents fit one reply, as one command: the driver's cursor costs more than all else of such a read.

Rule: the answer, and what happens at failures, are those of `find`: what a single reply does not hold, or a connection
that breaks, is left to a cursor, which reads on and tries again.
"""

from collections.abc import Sequence
from typing import Any, Final

from pymongo.errors import ConnectionFailure

from app.store.driver.client import BsonDocument, Collection

_MAJORITY: Final = {"level": "majority"}  # as the client's own, which commands do not inherit


async def find_in_one(
    collection: Collection,
    query: BsonDocument,
    projection: BsonDocument | None,
    *,
    sort: list[tuple[str, int]] | None = None,
    limit: int,
    hint: str | None = None,
    least: BsonDocument | None = None,
) -> list[BsonDocument]:
    """Return the first documents that match. `least` bounds the index of the hint: its first key that is scanned."""
    command: dict[str, Any] = {"find": collection.name, "filter": query, "limit": limit}
    if sort is not None:
        command["sort"] = dict(sort)
    if projection is not None:
        command["projection"] = projection
    if hint is not None:
        command["hint"] = hint
    if least is not None:
        command["min"] = least
    command |= {"batchSize": limit + 1, "readConcern": _MAJORITY}  # one more: the server then closes its cursor itself
    database = collection.database
    try:
        reply = await database.command(command, codec_options=collection.codec_options)
    except ConnectionFailure as error:
        if error.timeout:
            raise
        reply = None
    if reply is not None:
        cursor = reply["cursor"]
        if not cursor["id"]:
            return list(cursor["firstBatch"])
        await database.command({"killCursors": collection.name, "cursors": [cursor["id"]]})
    found = collection.find(query, projection, sort=sort, limit=limit, batch_size=limit + 1, hint=hint)
    return await (found if least is None else found.min(list(least.items()))).to_list(None)


async def documents_by_ids(
    collection: Collection, ids: Sequence[str], projection: BsonDocument | None = None
) -> list[BsonDocument]:
    """Return the documents that have these primary keys, in any order."""
    where = {"_id": ids[0] if len(ids) == 1 else {"$in": list(ids)}}
    return await find_in_one(collection, where, projection, limit=len(ids))
