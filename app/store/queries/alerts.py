"""How alerts are found: by state, type, item and place, always the newest first; and those that are due to wake.

Rule: every query names states and types. There are few of either, so that the server can merge what it reads along
an index for each of them, and a list of what is open never looks at the many that are closed.
"""

from pymongo import ASCENDING, DESCENDING, IndexModel

from app.domain.alerts.alert import AlertState
from app.domain.alerts.open_alert import AlertType
from app.services.alerts.filters import AlertFilter
from app.store.client import BsonDocument

_STATE = ("state", ASCENDING)
_NEWEST_FIRST = [("created_at", DESCENDING), ("_id", DESCENDING)]

INDEXES = (
    IndexModel([_STATE, ("type", ASCENDING), *_NEWEST_FIRST], name="newest_in_state"),
    IndexModel([("sku", ASCENDING), _STATE, *_NEWEST_FIRST], name="newest_of_sku"),
    IndexModel([("location", ASCENDING), _STATE, *_NEWEST_FIRST], name="newest_at_location"),
    IndexModel(
        [("snoozed_until", ASCENDING), ("_id", ASCENDING)],
        name="due",
        partialFilterExpression={"snoozed_until": {"$gt": 0}},
    ),
)


def query(where: AlertFilter) -> BsonDocument:
    """Return the query of a filter."""
    found: BsonDocument = {
        name: {"$in": list(dict.fromkeys(map(str, values)))}
        for name, values in {
            "state": tuple(AlertState) if where.states is None else where.states,
            "type": tuple(AlertType) if where.types is None else where.types,
            "sku": where.skus,
            "location": where.locations,
        }.items()
        if values is not None
    }
    if where.is_acknowledged is not None:
        found["acknowledged_at"] = {"$ne": None} if where.is_acknowledged else None
    if where.is_snoozed is not None:
        found["snoozed_until"] = {"$ne": None} if where.is_snoozed else None
    if where.snooze_ends_by is not None:
        found["snoozed_until"] = {"$gt": 0, "$lte": where.snooze_ends_by}
    bounds = {"$gte": where.since, "$lt": where.until}
    if window := {operator: moment for operator, moment in bounds.items() if moment is not None}:
        found["created_at"] = window
    return found


def hint(where: AlertFilter) -> str:
    """Return the index that serves a list: where few alerts match, the server would rather sort than follow one."""
    if where.snooze_ends_by is not None:
        return "due"
    if where.skus is not None:
        return "newest_of_sku"
    return "newest_in_state" if where.locations is None else "newest_at_location"
