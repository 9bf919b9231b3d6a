"""Names in the operations of earlier versions the documents that they changed, so that lists include them (ADR 54).

Rule: what is not named is found by the index. So whatever an earlier version records while it still runs is named at
the next start of a process.
"""

from collections.abc import Callable
from typing import Final

from app.store.client import BsonDocument, Database
from app.store.mapping import names
from app.store.queries.operations import OF_DOCUMENT, UNNAMED

PAGE: Final = 1_000  # operations in one statement
REPORT_EVERY: Final = 100_000

_KIND: BsonDocument = {"$arrayElemAt": ["$$this", 0]}
_DOCUMENT: BsonDocument = {"$arrayElemAt": ["$$this", 1]}
_ID: BsonDocument = {"$getField": {"field": "_id", "input": _DOCUMENT}}
_NAMED: BsonDocument = {"$map": {"input": {"$ifNull": ["$documents", []]}, "in": {"$concat": [_KIND, "/", _ID]}}}


async def name_changed_documents(database: Database, *, report: Callable[[str], None]) -> None:
    """Name the documents of all operations that do not; an interrupted run is resumed.

    Safe to run by every process at every start. Raises the driver's errors.
    """
    operations = database[names.OPERATIONS]
    done = 0
    while page := await operations.find(UNNAMED, {"_id": 1}, limit=PAGE, hint=OF_DOCUMENT).to_list(None):
        ids = [each["_id"] for each in page]
        await operations.update_many(
            {"_id": {"$in": ids}}, [{"$set": {names.CHANGED: _NAMED}}], bypass_document_validation=True
        )  # their format stays the one in which they were recorded
        done += len(page)
        if done % REPORT_EVERY == 0:
            report(f"Operations: the documents of {done:,} named so far")
    if done:
        report(f"Operations: the documents of {done:,} named")
