"""The query and indexes of webhook deliveries: by webhook and state, the newest first; and the pending, in order."""

from pymongo import ASCENDING, IndexModel

from app.domain.webhooks.delivery import DeliveryState
from app.services.webhooks.filters import DeliveryFilter
from app.store.driver.client import BsonDocument
from app.store.queries.conditions import all_of, at_visible, one_of
from app.store.queries.newest_first import newest

INDEXES = (
    newest("newest"),
    newest("newest_in_state", "state"),
    newest("newest_of_webhook", "webhook_id"),
    newest("newest_of_webhook_in_state", "webhook_id", "state"),
    IndexModel(
        [("webhook_id", ASCENDING), ("message.occurred_at", ASCENDING), ("_id", ASCENDING)],
        name="pending",
        partialFilterExpression={"state": DeliveryState.PENDING.value},
    ),
    IndexModel(
        [("redelivered_by", ASCENDING)], name="redelivered", partialFilterExpression={"redelivered_by": {"$gte": ""}}
    ),
    IndexModel([("forget_at", ASCENDING)], name="forgotten", expireAfterSeconds=0),
)


def query(where: DeliveryFilter) -> BsonDocument:
    """Return the query of a filter."""
    return all_of({"webhook_id": at_visible(where.webhook_id, where.visible_webhooks), "state": one_of(where.states)})
