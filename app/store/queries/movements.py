"""The query and indexes of the ledger's lines, the newest first; lines of one moment are ordered by writer."""

from typing import Final

from pymongo import ASCENDING, DESCENDING, IndexModel

from app.services.filters import MovementFilter
from app.store.client import BsonDocument
from app.store.mapping import names
from app.store.queries.conditions import all_of, between, in_any_form
from app.store.queries.newest_first import newest
from app.store.queries.operations import IN_LEDGER

LEDGER_ORDER: Final = ((names.RECORDED_AT, DESCENDING), ("writer", DESCENDING))

INDEXES = (
    newest("newest", order=LEDGER_ORDER),
    newest("newest_of_sku", "sku", order=LEDGER_ORDER),
    newest("newest_at_location", "location", order=LEDGER_ORDER),
    newest("by_level", "sku", "location", "reason", order=LEDGER_ORDER[:1]),
    newest("newest_for_reason", "reason", order=LEDGER_ORDER),
    newest("newest_of_reference", "reference", only={"reference": {"$exists": True}}, order=LEDGER_ORDER),
    IN_LEDGER,
    IndexModel([("writer", ASCENDING), (names.RECORDED_AT, ASCENDING)], name="in_order_of_writer"),
    IndexModel(  # the first line of each level
        [(names.RECORDED_AT, ASCENDING), ("sku", ASCENDING), ("location", ASCENDING)],
        name="begun",
        partialFilterExpression={"version": 1},
    ),
)


def movement_query(where: MovementFilter) -> BsonDocument:
    """Return the query of a filter."""
    return all_of(
        {
            "sku": in_any_form(where.sku),
            "location": in_any_form(where.location),
            "reference": in_any_form(where.reference),
            "reason": None if where.reason is None else where.reason.value,
            names.RECORDED_AT: between(where.since, where.until),
        }
    )


def movement_index(where: MovementFilter) -> str:
    """Return the most selective index that has the order of the list.

    The planner itself prefers the one that insight reads by level, and sorts in memory.
    """
    narrowing = {"reference": "newest_of_reference", "sku": "newest_of_sku", "location": "newest_at_location"}
    for name, index in narrowing.items():
        if getattr(where, name) is not None:
            return index
    return "newest" if where.reason is None else "newest_for_reason"
