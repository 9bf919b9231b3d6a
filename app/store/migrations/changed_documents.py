"""Names in the operations of earlier versions the documents that they changed, so that lists include them (ADR 54).

Rule: what is not named is found by an index, so that nothing else is read.
"""

from typing import Final

from app.store.client import BsonDocument, Database
from app.store.mapping import names
from app.store.migrations.migration import BEGINNING, Migration, MigrationStep
from app.store.migrations.remaining import matching
from app.store.queries.operations import OF_DOCUMENT, UNNAMED

PAGE: Final = 1_000  # operations in one statement

_KIND: BsonDocument = {"$arrayElemAt": ["$$this", 0]}
_DOCUMENT: BsonDocument = {"$arrayElemAt": ["$$this", 1]}
_ID: BsonDocument = {"$getField": {"field": "_id", "input": _DOCUMENT}}
_NAMED: BsonDocument = {"$map": {"input": {"$ifNull": ["$documents", []]}, "in": {"$concat": [_KIND, "/", _ID]}}}


async def _name(database: Database, _: str) -> MigrationStep:
    operations = database[names.OPERATIONS]
    page = await operations.find(UNNAMED, {"_id": 1}, limit=PAGE, hint=OF_DOCUMENT).to_list(None)
    if not page:
        return MigrationStep(after=None, read=0, changed=0)
    ids = [each["_id"] for each in page]
    await operations.update_many(
        {"_id": {"$in": ids}}, [{"$set": {names.CHANGED: _NAMED}}], bypass_document_validation=True
    )  # their format stays the one in which they were recorded
    return MigrationStep(after=BEGINNING, read=len(page), changed=len(page))


async def _remaining(database: Database, _: str) -> int:
    return await matching(database[names.OPERATIONS], UNNAMED, hint=OF_DOCUMENT)


CHANGED_DOCUMENTS: Final = Migration(
    number=2,
    name="changed_documents",
    version=1,
    since=3,
    changes="names in each operation the orders, transfers and reservations that it changed",
    collection=names.OPERATIONS,
    unit="operations",
    done="Operations: the documents of {:,} named",
    step=_name,
    remaining=_remaining,
    per_second=13_000,
    index=OF_DOCUMENT,
)
