"""The query and indexes of webhooks: by state, and by event, always the newest first."""

from app.services.webhooks.filters import WebhookFilter
from app.store.client import BsonDocument
from app.store.queries.conditions import all_of, one_of
from app.store.queries.newest_first import newest

INDEXES = (newest("newest"), newest("newest_in_state", "state"), newest("newest_for_event", "events"))


def query(where: WebhookFilter) -> BsonDocument:
    """Return the query of a filter."""
    event = None if where.event is None else where.event.value
    return all_of({"state": one_of(where.states), "events": event})
