"""How alerts are found: by state, type, item and place, always the newest first."""

from pymongo import ASCENDING, DESCENDING, IndexModel

from app.services.alert_filter import AlertFilter
from app.store.client import Document

_NEWEST_FIRST = [("created_at", DESCENDING), ("_id", DESCENDING)]

INDEXES = (
    IndexModel(_NEWEST_FIRST, name="newest"),
    IndexModel([("state", ASCENDING), *_NEWEST_FIRST], name="newest_in_state"),
    IndexModel([("type", ASCENDING), *_NEWEST_FIRST], name="newest_of_type"),
    IndexModel([("sku", ASCENDING), *_NEWEST_FIRST], name="newest_of_sku"),
    IndexModel([("location", ASCENDING), *_NEWEST_FIRST], name="newest_at_location"),
)


def query(where: AlertFilter) -> Document:
    """Return the query of a filter."""
    found: Document = {
        name: {"$in": [str(value) for value in values]}
        for name, values in {
            "state": where.states,
            "type": where.types,
            "sku": where.skus,
            "location": where.locations,
        }.items()
        if values is not None
    }
    if where.is_acknowledged is not None:
        found["acknowledged_at"] = {"$ne": None} if where.is_acknowledged else None
    bounds = {"$gte": where.since, "$lt": where.until}
    if window := {operator: moment for operator, moment in bounds.items() if moment is not None}:
        found["created_at"] = window
    return found
