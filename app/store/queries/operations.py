"""The index of operations that publish documents: by writer, in the order of their moments."""

from pymongo import ASCENDING, IndexModel

from app.store.mapping import names

INDEXES = (
    IndexModel(
        [("writer", ASCENDING), (names.PUBLISHED_AT, ASCENDING)],
        name="in_order_of_writer",
        partialFilterExpression={names.PUBLISHED_AT: {"$exists": True}},
    ),
)
