"""Gives suppliers of an earlier version what a search finds them by."""

from pymongo import UpdateOne

from app.domain.document import DocumentKind
from app.store.client import Database
from app.store.mapping import names
from app.store.mapping.document_mapping import DOCUMENT_MAPPINGS, from_bson


async def index_suppliers(database: Database) -> None:
    """Write the search fields of suppliers that have none.

    Safe to run by every process at every start: an index bounds it to those, and what was changed since it was read has
    its fields by that change.
    """
    suppliers, mapping = database[names.SUPPLIERS], DOCUMENT_MAPPINGS[DocumentKind.SUPPLIER]
    found = await suppliers.find({names.INDEX_ENTRIES: None}, hint="by_word").to_list(None)
    statements = [
        UpdateOne(
            {"_id": stored["_id"], "version": stored["version"]},
            {"$set": mapping.index_fields(from_bson(DocumentKind.SUPPLIER, stored))},
        )
        for stored in found
    ]
    if statements:
        await suppliers.bulk_write(statements, ordered=False)
