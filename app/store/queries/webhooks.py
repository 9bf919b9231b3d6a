"""How webhooks are found: by state, and by an event that they are for, always the newest first."""

from pymongo import ASCENDING, DESCENDING, IndexModel

from app.services.webhooks.filters import WebhookFilter
from app.store.client import BsonDocument

_NEWEST_FIRST = [("created_at", DESCENDING), ("_id", DESCENDING)]

INDEXES = (
    IndexModel(_NEWEST_FIRST, name="newest"),
    IndexModel([("state", ASCENDING), *_NEWEST_FIRST], name="newest_in_state"),
    IndexModel([("events", ASCENDING), *_NEWEST_FIRST], name="newest_for_event"),
)


def query(where: WebhookFilter) -> BsonDocument:
    """Return the query of a filter."""
    found: BsonDocument = {}
    if where.states is not None:
        found["state"] = {"$in": [state.value for state in where.states]}
    if where.event is not None:
        found["events"] = where.event.value
    return found
