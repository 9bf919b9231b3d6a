"""Reads levels."""

import time
from collections.abc import Callable, Collection, Container, Mapping, Sequence
from dataclasses import replace

from app.domain.catalog.search import OPEN
from app.domain.replenishment.policy import ReplenishmentMethod
from app.domain.stock.level import Level, LevelKey, LevelStatus
from app.services.filters import LevelFilter, LevelOrder
from app.services.paging import KeysetPosition, Page, PageRequest
from app.services.turns import in_turns
from app.store.bson_documents import NOT_READ, level_id, level_of
from app.store.client import BsonDocument, Database
from app.store.driver_failures import unavailable_on_failure
from app.store.keyset_paging import count, read_page
from app.store.queries.items import item_query
from app.store.readers.archived_locations import ArchivedLocations

_SORTS = {
    LevelOrder.SKU: [("sku", 1), ("location", 1)],
    LevelOrder.LOCATION: [("location", 1), ("sku", 1)],
}
_LEADING = {"by_sku": "sku", "by_location": "location", "short": "sku", "short_at": "location"} | {
    "wanting": "sku",
    "wanting_at": "location",
}


@unavailable_on_failure
class MongoLevels:
    """See LevelReader."""

    def __init__(self, database: Database, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._levels = database["levels"]
        self._archived = ArchivedLocations(database["locations"], monotonic=monotonic)

    async def levels_at(self, keys: Sequence[LevelKey]) -> Mapping[LevelKey, Level]:
        ids = [level_id(key) for key in keys]
        found = await self._levels.find({"_id": {"$in": ids}}, NOT_READ, batch_size=len(ids) + 1).to_list(None)
        archived = await self._archived.codes() if found else frozenset[str]()
        built = await in_turns(found, lambda document: _as_it_stands(document, archived))
        return {level.key: level for level in built}

    async def levels(self, where: LevelFilter, *, order: LevelOrder = LevelOrder.SKU, page: PageRequest) -> Page[Level]:
        sort, index = _SORTS[order], _index(where, order)
        archived = await self._archived.codes()
        query = open_query(where, archived)
        if index in _LEADING:
            # Without a condition on its first field, the server would not use those on the second to narrow the scan.
            query.setdefault(_LEADING[index], {"$gte": ""})

        def position(document: BsonDocument) -> KeysetPosition:
            return tuple(document[name] for name, _ in sort)

        return await read_page(
            self._levels,
            query,
            sort=sort,
            page=replace(page, after=_behind(page.after, where, order)),
            order=order.value,
            position=position,
            build=lambda document: _as_it_stands(document, archived),
            projection=NOT_READ,
            hint=index,
            is_split=where.statuses is None or where.methods is None,  # no index has both
        )

    async def resupplied_from(self, location: str, *, limit: int) -> Sequence[LevelKey]:
        wanted = {"policy.method": {"$exists": True}, "policy.resupply_from": location}
        found = self._levels.find(wanted, {"sku": 1, "location": 1}, limit=limit, hint="by_method")
        return sorted(LevelKey(stored["sku"], stored["location"]) for stored in await found.to_list(None))

    async def count_levels(self, where: LevelFilter) -> int:
        return await count(self._levels, open_query(where, await self._archived.codes()))


def open_query(where: LevelFilter, archived: Collection[str]) -> BsonDocument:
    """Return the query of a filter. What is archived is OUT, and never in need, though it may not be noted so yet."""
    query = level_query(where)
    if where.needs_reorder or (where.statuses is not None and LevelStatus.OUT not in where.statuses):
        query["is_item_archived"] = False
        if archived:
            query.setdefault("location", {})["$nin"] = sorted(archived)
    return query


def _as_it_stands(document: BsonDocument, archived: Container[str]) -> Level:
    level = level_of(document)
    is_archived = document["is_item_archived"] or level.key.location in archived
    return level if is_archived == level.closed else replace(level, archived=is_archived)


def level_query(where: LevelFilter) -> BsonDocument:
    """Return the query of a filter."""
    query = item_query(where, sku="sku")
    if where.skus is not None:
        query["sku"] = {**query.get("sku", {}), "$in": list(where.skus)}
    if where.locations is not None:
        query["location"] = {"$in": list(where.locations)}
    if where.statuses is not None:
        query["status"] = {"$in": [status.value for status in where.statuses]}
    if where.methods is not None:
        query["policy.method"] = {"$in": _stored(where.methods)}
    if where.needs_reorder:
        query["is_short"] = True
    if where.is_wanting or where.is_declined:
        query["is_wanting"] = True
    if where.is_declined:
        query["declined.at"] = {"$gt": 0}
    return query


def _stored(methods: Sequence[ReplenishmentMethod]) -> list[str | None]:
    """Return methods as levels keep them: a level without one keeps none, and no index has it."""
    return [None if method is ReplenishmentMethod.NONE else method.value for method in methods]


def _behind(position: KeysetPosition | None, where: LevelFilter, order: LevelOrder) -> KeysetPosition | None:
    """Return the position, without its second value if nothing listed shares the first and comes behind it.

    Rather than join the scan of nothing to others, the server would sort in memory.
    """
    listed = where.locations if order is LevelOrder.SKU else where.skus
    if position is None or listed is None or any(name > str(position[1]) for name in listed):
        return position
    return position[:1]


def _index(where: LevelFilter, order: LevelOrder) -> str:
    """Return the index that narrows the list and has its order.

    Left to choose, the server now and then prefers to collect thousands of levels and sort them in memory.
    """
    by_sku, entries = order is LevelOrder.SKU, where.search_terms.entries
    is_listed = (where.skus if by_sku else where.locations) is not None
    names_methods = where.methods is not None and ReplenishmentMethod.NONE not in where.methods
    for is_asked, name in (
        (where.needs_reorder, "short"),
        (where.is_wanting or where.is_declined, "wanting"),
        (entries and entries != (OPEN,), "by_word"),
        (where.statuses is not None and not is_listed, "by_status"),
        (names_methods and not is_listed, "by_method"),
    ):
        if is_asked:
            return name if by_sku else f"{name}_at"
    if by_sku and where.skus is None and where.locations is not None and len(where.locations) == 1:
        return "by_location"
    if entries:  # that most items are open says little, yet in an old shop most may be archived
        return "by_word" if by_sku else "by_word_at"
    return "by_sku" if by_sku else "by_location"
