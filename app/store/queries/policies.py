"""The query and indexes of policies: by scope, the newest first; and those not applied yet, the oldest change first."""

from pymongo import ASCENDING, IndexModel

from app.domain.replenishment.policy_defaults import PolicyDefaults, PolicyScope
from app.services.replenishment.filters import PolicyFilter
from app.store.client import BsonDocument
from app.store.queries.newest_first import newest

INDEXES = (
    newest("newest_of_scope", "scope", only={"sets_something": True}),
    IndexModel(
        [("changed_at", ASCENDING), ("_id", ASCENDING)], name="pending", partialFilterExpression={"is_applied": False}
    ),
)


def index_fields(defaults: PolicyDefaults) -> BsonDocument:
    """Return the fields that lists filter by besides the policy's own."""
    return {"scope": defaults.scope.value, "sets_something": defaults.sets_something}


def query(where: PolicyFilter) -> BsonDocument:
    """Return the query of a filter. It always names scopes, of which there are few: the index begins with them."""
    scopes = tuple(PolicyScope) if where.scopes is None else where.scopes
    return {"sets_something": True, "scope": {"$in": list(dict.fromkeys(map(str, scopes)))}}
