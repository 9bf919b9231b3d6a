"""The query and indexes of levels: by item, location, status, replenishment method, and need.

An index comes twice, for lists ordered by SKU and, with `_at` behind its name, for those ordered by location.
"""

from collections.abc import Collection, Iterable, Sequence

from pymongo import ASCENDING, IndexModel

from app.domain.catalog.search import OPEN
from app.domain.replenishment.policy import ReplenishmentMethod
from app.domain.stock.availability import LevelStatus
from app.domain.stock.level import LevelKey
from app.services.filters import LevelFilter, LevelOrder
from app.store.driver.client import BsonDocument
from app.store.mapping import names
from app.store.mapping.levels import level_id
from app.store.queries.conditions import one_of
from app.store.queries.items import item_query
from app.store.sharding.conditions import of_levels

_HAS_METHOD: BsonDocument = {"policy.method": {"$exists": True}}


def _index(name: str, *fields: str, only: BsonDocument | None = None) -> IndexModel:
    keys = [(field, ASCENDING) for field in fields]
    return IndexModel(keys, name=name) if only is None else IndexModel(keys, name=name, partialFilterExpression=only)


INDEXES = (
    _index("by_sku", "sku", "location"),
    _index("by_location", "location", "sku"),
    _index("by_status", "status", "sku", "location"),
    _index("by_word", names.INDEX_ENTRIES, "sku", "location"),
    _index("by_status_at", "status", "location", "sku"),
    _index("by_word_at", names.INDEX_ENTRIES, "location", "sku"),
    _index("backordered", "sku", "location", only={"backordered": {"$gt": 0}}),
    _index("in_shortfall", "sku", "location", only={"shortfall": {"$gte": 1}}),
    _index("oversold_at", "location", "sku", only={"oversold": {"$gt": 0}}),
    _index("short", "sku", "location", only={"is_short": True}),
    _index("short_at", "location", "sku", only={"is_short": True}),
    _index("wanting", "sku", "location", only={"is_wanting": True}),
    _index("wanting_at", "location", "sku", only={"is_wanting": True}),
    _index("declined_until", "declined.until", only={"declined.until": {"$gt": 0}}),
    _index("by_method", "policy.method", "sku", "location", only=_HAS_METHOD),
    _index("by_method_at", "policy.method", "location", "sku", only=_HAS_METHOD),
)


def levels_at(keys: Iterable[LevelKey]) -> BsonDocument:
    """Return the query of these levels, for the index of ids."""
    keys = list(keys)
    return {"_id": {"$in": list(map(level_id, keys))}, **of_levels(keys)}


def level_query(where: LevelFilter) -> BsonDocument:
    """Return the query of a filter."""
    query = item_query(where, sku="sku")
    if where.skus is not None:
        query["sku"] = {**query.get("sku", {}), "$in": list(where.skus)}
    if where.locations is not None:
        query["location"] = {"$in": list(where.locations)}
    if where.statuses is not None:
        query["status"] = one_of(where.statuses)
    if where.methods is not None:
        query["policy.method"] = {"$in": _stored(where.methods)}
    if where.needs_reorder:
        query["is_short"] = True
    if where.is_wanting or where.is_declined:
        query["is_wanting"] = True
    if where.is_declined:
        query["declined.at"] = {"$gt": 0}
    return query


def open_query(where: LevelFilter, archived: Collection[str]) -> BsonDocument:
    """Return the query of a filter. An archived level is OUT, without need, though its document may lag behind."""
    query = level_query(where)
    if where.needs_reorder or (where.statuses is not None and LevelStatus.OUT not in where.statuses):
        query["is_item_archived"] = False
        if archived:
            query.setdefault("location", {})["$nin"] = sorted(archived)
    return query


def level_index(where: LevelFilter, order: LevelOrder) -> str:
    """Return the most selective index that has the order of the list.

    The planner itself sometimes prefers to fetch thousands of levels and sort them in memory.
    """
    by_sku, terms = order is LevelOrder.SKU, where.search_terms
    is_listed = (where.skus if by_sku else where.locations) is not None
    names_methods = where.methods is not None and ReplenishmentMethod.NONE not in where.methods
    for is_asked, name in (
        (where.needs_reorder, "short"),
        (where.is_wanting or where.is_declined, "wanting"),
        (terms and (terms.entries != (OPEN,) or terms.any_of is not None), "by_word"),
        (where.statuses is not None and not is_listed, "by_status"),
        (names_methods and not is_listed, "by_method"),
    ):
        if is_asked:
            return name if by_sku else f"{name}_at"
    if by_sku and where.skus is None and where.locations is not None and len(where.locations) == 1:
        return "by_location"
    if terms:  # most items are open, so this is hardly selective; but in an old shop most may be archived
        return "by_word" if by_sku else "by_word_at"
    return "by_sku" if by_sku else "by_location"


def _stored(methods: Sequence[ReplenishmentMethod]) -> list[str | None]:
    """Return methods as levels store them: a level without one has no such field, and no index has it."""
    return [None if method is ReplenishmentMethod.NONE else method.value for method in methods]
