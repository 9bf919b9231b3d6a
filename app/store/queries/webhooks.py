"""The query and indexes of webhooks: by state, and by event, always the newest first."""

from collections.abc import Iterable

from app.domain.folding import alike
from app.services.webhooks.filters import WebhookFilter
from app.store.driver.client import BsonDocument
from app.store.queries.conditions import all_of, one_of
from app.store.queries.newest_first import newest

INDEXES = (newest("newest"), newest("newest_in_state", "state"), newest("newest_for_event", "events"))


def query(where: WebhookFilter) -> BsonDocument:
    """Return the query of a filter."""
    event = None if where.event is None else where.event.value
    seen = where.visibility
    return all_of(
        {
            "state": one_of(where.states),
            "events": event,
            "owner.locations": _all_among(seen.locations),
            "owner.categories": _all_among(None if seen.categories is None else map(alike, seen.categories)),
        }
    )


def _all_among(names: Iterable[str] | None) -> BsonDocument | None:
    """Return what matches a list that has no other names; None where all names will do."""
    return None if names is None else {"$type": "array", "$not": {"$elemMatch": {"$nin": sorted(names)}}}
