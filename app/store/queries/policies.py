"""The query and indexes of policies: by scope, the newest first; and those not applied yet, the oldest change first."""

from collections.abc import Iterable, Iterator

from pymongo import ASCENDING, IndexModel

from app.domain.replenishment.policy_defaults import PolicyDefaults, PolicyScope, policy_key
from app.services.replenishment.filters import PolicyFilter
from app.store.driver.client import BsonDocument
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
    asked: BsonDocument = {"sets_something": True, "scope": {"$in": list(dict.fromkeys(map(str, scopes)))}}
    hidden = list(_hidden(where))
    return {**asked, "$nor": hidden} if hidden else asked


def _hidden(where: PolicyFilter) -> Iterator[BsonDocument]:
    """Yield the conditions of policies that are not visible. Of locations and categories there are few."""
    if where.visible_at is not None:
        yield _others(PolicyScope.LOCATION, where.visible_at)
    if where.visible_categories is not None:
        yield _others(PolicyScope.CATEGORY, where.visible_categories)
    if where.visible_skus is not None:
        yield _others(PolicyScope.ITEM, where.visible_skus)


def _others(scope: PolicyScope, names: Iterable[str]) -> BsonDocument:
    return {"scope": scope.value, "_id": {"$nin": [policy_key(scope, name).id for name in names]}}
