"""The queries and indexes of the ledger's lines, the newest first; lines of one moment are ordered by writer.

Each index costs every line 5 to 8 µs of the server. So a list by item, location or reason has none of its own: the
server merges the scans of an index that begins with more fields, one scan per level or location and reason.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from pymongo import ASCENDING, DESCENDING, IndexModel

from app.domain.stock.movement import MovementReason
from app.services.filters import MovementFilter
from app.store.database.compression import DENSE, QUICK
from app.store.driver.client import BsonDocument
from app.store.mapping import names
from app.store.queries.conditions import all_of, between, in_any_form, named, one_of
from app.store.queries.level_lines import BY_LEVEL
from app.store.queries.newest_first import newest
from app.store.queries.operations import IN_LEDGER

AT_LOCATION: Final = "at_location"
MAX_SCANS: Final = 200  # merged by one query: more of them the server sorts in memory (its maxScansToExplode)

_REASONS: Final = tuple(reason.value for reason in MovementReason)

LEDGER_ORDER: Final = ((names.RECORDED_AT, DESCENDING), ("writer", DESCENDING))

INDEXES = (
    newest("newest", order=LEDGER_ORDER),
    newest(AT_LOCATION, "location", "reason", order=LEDGER_ORDER, compression=DENSE),
    newest(BY_LEVEL, "sku", "location", "reason", order=LEDGER_ORDER, compression=QUICK),
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
    query = all_of(
        {
            "sku": in_any_form(where.sku),
            "location": in_any_form(where.location),
            "reference": in_any_form(where.reference),
            "reason": _reasons(where),
            names.RECORDED_AT: between(where.since, where.until),
        }
    )
    seen = [{field: named(names)} for field, names in _seen(where) if names is not None]
    return {**query, "$and": seen} if seen else query


def _seen(where: MovementFilter) -> Iterator[tuple[str, Iterable[str] | None]]:
    """Yield the fields of which only some values are visible, each with these."""
    yield "location", where.visible_at
    yield "sku", where.visible_skus


def movement_index(where: MovementFilter) -> str:
    """Return the index that serves the filter: the planner itself would prefer others, and sort in memory."""
    if where.reference is not None:
        return "newest_of_reference"
    if where.sku is not None:
        return BY_LEVEL
    asked = (where.location, where.reason, where.reasons, where.visible_at)
    return "newest" if all(each is None for each in asked) else AT_LOCATION


def merged_queries(where: MovementFilter, locations: Sequence[str]) -> Iterator[BsonDocument]:
    """Return queries that together find what the filter names at these locations, each with few enough scans.

    Every field before the order of the index has its values listed, so that each scan is in the order of the list.
    """
    query = movement_query(where)
    asked = query.get("reason", {"$in": list(_REASONS)})
    query["reason"] = asked if isinstance(asked, dict) else {"$in": [asked]}
    scans = len(query["reason"]["$in"]) * (2 if isinstance(query.get("sku"), dict) else 1)
    at_once = MAX_SCANS // max(scans, 1)
    for start in range(0, len(locations), at_once):
        yield {**query, "location": {"$in": list(locations[start : start + at_once])}}


def _reasons(where: MovementFilter) -> str | BsonDocument | None:
    """Return what matches the reasons of the filter; with both of its conditions, what matches both."""
    if where.reasons is None:
        return None if where.reason is None else where.reason.value
    return one_of([reason for reason in where.reasons if where.reason in (None, reason)])
