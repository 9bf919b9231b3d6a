"""The indexes of operations: in the ledger by id, and those that publish documents by writer, in their order."""

from collections.abc import Sequence
from typing import Final

from pymongo import ASCENDING, IndexModel

from app.store.client import BsonDocument
from app.store.compression import QUICK
from app.store.mapping import names

BY_OPERATION: Final = "by_operation"

_IS_FIRST_LINE: BsonDocument = {names.HEADER: {"$exists": True}}

IN_LEDGER = IndexModel(
    [(names.OPERATION_ID, ASCENDING)],
    name=BY_OPERATION,
    unique=True,
    partialFilterExpression=_IS_FIRST_LINE,
    storageEngine=QUICK,
)

INDEXES = (
    IndexModel(
        [("writer", ASCENDING), (names.PUBLISHED_AT, ASCENDING)],
        name="in_order_of_writer",
        partialFilterExpression={names.PUBLISHED_AT: {"$exists": True}},
    ),
)


def first_lines_of(ids: Sequence[str]) -> BsonDocument:
    """Return the query of the first ledger lines of operations."""
    return {names.OPERATION_ID: {"$in": list(ids)}, **_IS_FIRST_LINE}
