"""The query and indexes of alerts: by state, type, item and location, always the newest first; and those due to wake.

Rule: every query names states and types. There are few of either, so that the server merges the scans of an index for
each of them, and a list of open alerts never reads the many that are closed.
"""

from pymongo import ASCENDING, IndexModel

from app.domain.alerts.alert import AlertState
from app.domain.alerts.open_alert import AlertType
from app.services.alerts.filters import MAX_NAMES, AlertFilter
from app.services.filters import visible
from app.store.driver.client import BsonDocument
from app.store.queries.conditions import all_of, between, named, one_of
from app.store.queries.newest_first import newest

INDEXES = (
    newest("newest_in_state", "state", "type"),
    newest("newest_of_sku", "sku", "state"),
    newest("newest_at_location", "location", "state"),
    IndexModel(
        [("snoozed_until", ASCENDING), ("_id", ASCENDING)],
        name="due",
        partialFilterExpression={"snoozed_until": {"$gt": 0}},
    ),
)


def query(where: AlertFilter) -> BsonDocument:
    """Return the query of a filter."""
    return (
        all_of(
            {
                "state": one_of(dict.fromkeys(AlertState if where.states is None else where.states)),
                "type": one_of(dict.fromkeys(AlertType if where.types is None else where.types)),
                "sku": named(where.skus),
                "location": named(visible(where.locations, where.visible_at)),
                "created_at": between(where.since, where.until),
            }
        )
        | _marks(where)
        | ({} if where.visible_skus is None else {"$and": [{"sku": named(where.visible_skus)}]})
    )


def hint(where: AlertFilter) -> str:
    """Return the index that serves a list: where few alerts match, the planner would rather sort than use it."""
    if where.skus is not None:
        return "newest_of_sku"
    there = visible(where.locations, where.visible_at)
    return "newest_in_state" if there is None or len(there) > MAX_NAMES else "newest_at_location"


def _marks(where: AlertFilter) -> BsonDocument:
    """Return the conditions on moments that an alert has, or has not: None itself is what a query matches."""
    marks: BsonDocument = {}
    if where.is_acknowledged is not None:
        marks["acknowledged_at"] = {"$ne": None} if where.is_acknowledged else None
    if where.is_snoozed is not None:
        marks["snoozed_until"] = {"$ne": None} if where.is_snoozed else None
    return marks
