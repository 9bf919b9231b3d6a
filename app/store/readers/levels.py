"""Reads levels. Archived ones are shown as such, also while their documents are not yet changed."""

import time
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import replace

from msgspec import structs

from app.domain.stock.level import Level, LevelKey
from app.services.filters import LevelFilter, LevelOrder
from app.services.page_cursor import KeysetPosition
from app.services.paging import Page, PageRequest
from app.services.time_slices import in_turns
from app.store.client import BsonDocument, Database
from app.store.driver_failures import raises_unavailable
from app.store.keyset_paging import count, read_page
from app.store.mapping import names
from app.store.mapping.catalog import WITHOUT_SEARCH_FIELDS
from app.store.mapping.levels import level_id, level_of
from app.store.queries.levels import level_index, open_query
from app.store.readers.archived_locations import ArchivedLocations

_SORTS = {
    LevelOrder.SKU: [("sku", 1), ("location", 1)],
    LevelOrder.LOCATION: [("location", 1), ("sku", 1)],
}
_LEADING = {"by_sku": "sku", "by_location": "location", "short": "sku", "short_at": "location"} | {
    "wanting": "sku",
    "wanting_at": "location",
}


class MongoLevels:
    """LevelReader over MongoDB."""

    def __init__(self, database: Database, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._levels = database[names.LEVELS]
        self._archived = ArchivedLocations(database[names.LOCATIONS], monotonic=monotonic)

    @raises_unavailable
    async def levels_at(self, keys: Sequence[LevelKey]) -> Mapping[LevelKey, Level]:
        ids = [level_id(key) for key in keys]
        found = await self._levels.find({"_id": {"$in": ids}}, WITHOUT_SEARCH_FIELDS, batch_size=len(ids) + 1).to_list(
            None
        )
        archived = await self._archived.codes() if found else frozenset[str]()
        built = await in_turns(found, lambda document: _as_it_stands(document, archived))
        return {level.key: level for level in built}

    @raises_unavailable
    async def levels(self, where: LevelFilter, *, order: LevelOrder = LevelOrder.SKU, page: PageRequest) -> Page[Level]:
        sort, index = _SORTS[order], level_index(where, order)
        archived = await self._archived.codes()
        query = open_query(where, archived)
        if index in _LEADING and (query or page.after is None):
            # Without a condition on the index's first field, the server would not bound its scan by the second.
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
            projection=WITHOUT_SEARCH_FIELDS,
            hint=index,
            is_split=where.statuses is None or where.methods is None,  # no index has both
        )

    @raises_unavailable
    async def resupplied_from(self, location: str, *, limit: int) -> Sequence[LevelKey]:
        wanted = {"policy.method": {"$exists": True}, "policy.resupply_from": location}
        found = self._levels.find(wanted, {"sku": 1, "location": 1}, limit=limit, hint="by_method")
        return sorted(LevelKey(stored["sku"], stored["location"]) for stored in await found.to_list(None))

    @raises_unavailable
    async def count_levels(self, where: LevelFilter) -> int:
        return await count(self._levels, open_query(where, await self._archived.codes()))


def _as_it_stands(document: BsonDocument, archived: Container[str]) -> Level:
    level = level_of(document)
    is_archived = document["is_item_archived"] or level.key.location in archived
    return level if is_archived == level.closed else structs.replace(level, archived=is_archived)


def _behind(position: KeysetPosition | None, where: LevelFilter, order: LevelOrder) -> KeysetPosition | None:
    """Return the position, without its second value if no listed level shares the first and comes behind it.

    The server would sort in memory rather than merge an empty scan with others.
    """
    listed = where.locations if order is LevelOrder.SKU else where.skus
    if position is None or listed is None or any(name > str(position[1]) for name in listed):
        return position
    return position[:1]
