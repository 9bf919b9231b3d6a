"""Names in the operations of earlier versions the documents that they changed, so that lists include them (ADR 54).

Rule: what is not named is found by an index, so that nothing else is read.
"""

from collections.abc import Sequence
from typing import Final

from app.store.driver.client import BsonDocument, Collection
from app.store.mapping import names
from app.store.migrations.by_index import FoundByIndex
from app.store.migrations.migration import Migration
from app.store.queries.operations import OF_DOCUMENT, UNNAMED

_UNNAMED: Final = FoundByIndex(
    collection=names.OPERATIONS,
    query=UNNAMED,
    index=OF_DOCUMENT,
    page=1_000,  # operations in one statement
    fields={"_id": 1},
)

_KIND: BsonDocument = {"$arrayElemAt": ["$$this", 0]}
_DOCUMENT: BsonDocument = {"$arrayElemAt": ["$$this", 1]}
_ID: BsonDocument = {"$getField": {"field": "_id", "input": _DOCUMENT}}
_NAMED: BsonDocument = {"$map": {"input": {"$ifNull": ["$documents", []]}, "in": {"$concat": [_KIND, "/", _ID]}}}


async def _name(operations: Collection, page: Sequence[BsonDocument]) -> int:
    ids = [each["_id"] for each in page]
    await operations.update_many(
        {"_id": {"$in": ids}}, [{"$set": {names.CHANGED: _NAMED}}], bypass_document_validation=True
    )  # their format stays the one in which they were recorded
    return len(page)


CHANGED_DOCUMENTS: Final = Migration(
    number=2,
    name="changed_documents",
    version=1,
    since=3,
    changes="names in each operation the orders, transfers and reservations that it changed",
    collection=_UNNAMED.collection,
    unit="operations",
    done="Operations: the documents of {:,} named",
    step=_UNNAMED.step(_name),
    remaining=_UNNAMED.remaining,
    per_second=13_000,
    index=_UNNAMED.index,
)
