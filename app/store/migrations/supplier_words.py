"""Gives suppliers of an earlier version what a search finds them by.

Rule: a supplier is overwritten only as it was read. One that was changed meanwhile has its fields by that change, or is
read again.
"""

from collections.abc import Sequence
from typing import Final

from pymongo import UpdateOne

from app.domain.document import DocumentKind
from app.store.driver.client import BsonDocument, Collection
from app.store.mapping import names
from app.store.mapping.document_mapping import DOCUMENT_MAPPINGS, from_bson
from app.store.migrations.by_index import FoundByIndex
from app.store.migrations.migration import Migration

_UNINDEXED: Final = FoundByIndex(
    collection=names.SUPPLIERS,
    query={names.INDEX_ENTRIES: None},
    index="by_word",
    page=500,  # suppliers in one statement
)


async def _index(suppliers: Collection, page: Sequence[BsonDocument]) -> int:
    mapping = DOCUMENT_MAPPINGS[DocumentKind.SUPPLIER]
    statements = [
        UpdateOne(
            {"_id": stored["_id"], "version": stored["version"]},
            {"$set": mapping.index_fields(from_bson(DocumentKind.SUPPLIER, stored))},
        )
        for stored in page
    ]
    result = await suppliers.bulk_write(statements, ordered=False)
    return result.matched_count


SUPPLIER_WORDS: Final = Migration(
    number=3,
    name="supplier_words",
    version=1,
    since=3,
    changes="stores the words by which suppliers are found",
    collection=_UNINDEXED.collection,
    unit="suppliers",
    done="Suppliers: {:,} can be searched",
    step=_UNINDEXED.step(_index),
    remaining=_UNINDEXED.remaining,
    per_second=3_000,
    index=_UNINDEXED.index,
)
