"""How purchase orders are found, always the newest first."""

from pymongo import ASCENDING, DESCENDING, IndexModel

from app.services.purchasing.filters import PurchaseOrderFilter
from app.store.client import BsonDocument
from app.store.queries.text_forms import in_any_form

_NEWEST_FIRST = [("created_at", DESCENDING), ("_id", DESCENDING)]

INDEXES = (
    IndexModel(_NEWEST_FIRST, name="newest"),
    IndexModel([("state", ASCENDING), *_NEWEST_FIRST], name="newest_in_state"),
    IndexModel([("supplier", ASCENDING), *_NEWEST_FIRST], name="newest_from_supplier"),
    IndexModel([("location", ASCENDING), *_NEWEST_FIRST], name="newest_to_location"),
    IndexModel([("lines.sku", ASCENDING), *_NEWEST_FIRST], name="newest_of_sku"),
    IndexModel([("reference", ASCENDING), *_NEWEST_FIRST], name="newest_of_reference"),
    IndexModel([("is_automatic", ASCENDING), *_NEWEST_FIRST], name="newest_by_author"),
)


def query(where: PurchaseOrderFilter) -> BsonDocument:
    """Return the query of a filter."""
    found: BsonDocument = {
        name: value
        for name, value in {
            "supplier": where.supplier,
            "location": where.location,
            "lines.sku": where.sku,
            "reference": in_any_form(where.reference),
            "is_automatic": where.is_automatic,
        }.items()
        if value is not None
    }
    if where.states is not None:
        found["state"] = {"$in": [state.value for state in where.states]}
    bounds = {"$gte": where.since, "$lt": where.until}
    if window := {operator: moment for operator, moment in bounds.items() if moment is not None}:
        found["created_at"] = window
    return found
