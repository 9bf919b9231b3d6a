"""Gives suppliers of an earlier version what a search finds them by.

Rule: a supplier is overwritten only as it was read. One that was changed meanwhile has its fields by that change, or is
read again.
"""

from typing import Final

from pymongo import UpdateOne

from app.domain.document import DocumentKind
from app.store.client import BsonDocument, Database
from app.store.mapping import names
from app.store.mapping.document_mapping import DOCUMENT_MAPPINGS, from_bson
from app.store.migrations.migration import BEGINNING, Migration, MigrationStep
from app.store.migrations.remaining import matching

PAGE: Final = 500  # suppliers in one statement

_UNINDEXED: Final[BsonDocument] = {names.INDEX_ENTRIES: None}
_INDEX: Final = "by_word"


async def _index(database: Database, _: str) -> MigrationStep:
    suppliers, mapping = database[names.SUPPLIERS], DOCUMENT_MAPPINGS[DocumentKind.SUPPLIER]
    found = await suppliers.find(_UNINDEXED, limit=PAGE, hint=_INDEX).to_list(None)
    if not found:
        return MigrationStep(after=None, read=0, changed=0)
    statements = [
        UpdateOne(
            {"_id": stored["_id"], "version": stored["version"]},
            {"$set": mapping.index_fields(from_bson(DocumentKind.SUPPLIER, stored))},
        )
        for stored in found
    ]
    result = await suppliers.bulk_write(statements, ordered=False)
    return MigrationStep(after=BEGINNING, read=result.matched_count, changed=result.matched_count)


async def _remaining(database: Database, _: str) -> int:
    return await matching(database[names.SUPPLIERS], _UNINDEXED, hint=_INDEX)


SUPPLIER_WORDS: Final = Migration(
    number=3,
    name="supplier_words",
    version=1,
    since=3,
    changes="stores the words by which suppliers are found",
    collection=names.SUPPLIERS,
    unit="suppliers",
    done="Suppliers: {:,} can be searched",
    step=_index,
    remaining=_remaining,
    per_second=3_000,
    index=_INDEX,
)
