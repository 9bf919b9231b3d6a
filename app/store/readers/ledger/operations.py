"""Finds operations by id: in their first ledger lines, and in documents of their own.

Rule: an operation never moves from one place to the other, so that both may be read one after the other, or at once.
"""

import asyncio
from collections.abc import Iterable

from app.store.driver.client import BsonDocument, Database, Session
from app.store.mapping import names
from app.store.mapping.operations import unfolded
from app.store.mapping.raw_documents import undecoded
from app.store.queries.operations import BY_OPERATION, first_lines_of

_HEADER: BsonDocument = {
    **dict.fromkeys((names.OPERATION_ID, "sku", "location", "version", "reference", names.HEADER), 1),
    "_id": 0,
}


async def stored_operations(
    database: Database,
    ids: Iterable[str],
    *,
    shown: BsonDocument | None = None,
    session: Session | None = None,
    even_in_lines: bool = True,
) -> list[BsonDocument]:
    """Return the documents of these operations, as far as they exist; those of their own as bytes, for `decoded`.

    `shown` is the projection of an operation's own document. Not `even_in_lines`, only those are looked for.
    """
    wanted = list(ids)
    if not wanted:
        return []
    own = undecoded(database[names.OPERATIONS]).find(
        {"_id": {"$in": wanted}}, shown, batch_size=len(wanted) + 1, session=session
    )
    if not even_in_lines:
        return await own.to_list(None)
    lines = database[names.MOVEMENTS].find(
        first_lines_of(wanted), _HEADER, batch_size=len(wanted) + 1, hint=BY_OPERATION, session=session
    )
    if session is None:
        own_documents, first_lines = await asyncio.gather(own.to_list(None), lines.to_list(None))
    else:  # which takes one statement at a time
        own_documents, first_lines = await own.to_list(None), await lines.to_list(None)
    return own_documents + [operation for line in first_lines if (operation := unfolded(line)) is not None]
