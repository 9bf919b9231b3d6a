"""The indexes of operations: in the ledger by id; those that publish documents by writer, and by document, in order.

Rule: an operation names all published documents that it changed, so that one read finds what happened to one (ADR 54).
"""

from collections.abc import Sequence
from typing import Final

from pymongo import ASCENDING, DESCENDING, IndexModel

from app.domain.document import DocumentKey
from app.store.database.compression import QUICK
from app.store.driver.client import BsonDocument
from app.store.mapping import names

BY_OPERATION: Final = "by_operation"
OF_DOCUMENT: Final = "of_document"
NEWEST_PUBLISHED: Final = ((names.PUBLISHED_AT, DESCENDING),)  # unique among those of one document

IS_FIRST_LINE: Final[BsonDocument] = {names.HEADER: {"$exists": True}}
_IS_PUBLISHED: BsonDocument = {names.PUBLISHED_AT: {"$exists": True}}

IN_LEDGER = IndexModel(
    [(names.OPERATION_ID, ASCENDING)],
    name=BY_OPERATION,
    unique=True,
    partialFilterExpression=IS_FIRST_LINE,
    storageEngine=QUICK,
)

INDEXES = (
    IndexModel(
        [("writer", ASCENDING), (names.PUBLISHED_AT, ASCENDING)],
        name="in_order_of_writer",
        partialFilterExpression=_IS_PUBLISHED,
    ),
    IndexModel(
        [(names.CHANGED, ASCENDING), *NEWEST_PUBLISHED],
        name=OF_DOCUMENT,
        partialFilterExpression=_IS_PUBLISHED,
    ),
)

UNNAMED: Final[BsonDocument] = {names.CHANGED: None, **_IS_PUBLISHED}  # those of builds that did not name documents


def document_name(kind: str, identity: str) -> str:
    """Return the name of a document in the index of operations."""
    return f"{kind}/{identity}"


def operations_of(key: DocumentKey) -> BsonDocument:
    """Return the query of the operations that changed a published document."""
    return {names.CHANGED: document_name(key.kind, key.id), **_IS_PUBLISHED}


def first_lines_of(ids: Sequence[str]) -> BsonDocument:
    """Return the query of the first ledger lines of operations."""
    return {names.OPERATION_ID: {"$in": list(ids)}, **IS_FIRST_LINE}
