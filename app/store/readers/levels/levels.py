"""Reads levels. Archived ones are shown as such, also while their documents are not yet changed."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from operator import itemgetter
from typing import Any

from app.domain.stock.level import Level, LevelKey
from app.services.concurrency.time_slices import in_turns
from app.services.filters import INDEXED_SORTS, LevelFilter, LevelOrder, LevelSort, list_order
from app.services.page_cursor import KeysetPosition
from app.services.paging import Page, PageRequest, Row
from app.store.driver.client import BsonDocument, Database
from app.store.driver.failures import raises_unavailable
from app.store.keyset_paging import count, read_page
from app.store.mapping import names
from app.store.mapping.catalog import WITHOUT_SEARCH_FIELDS
from app.store.mapping.level_rows import LEVEL_ROWS, level_as_it_stands
from app.store.mapping.levels import level_id
from app.store.queries.levels import level_index, levels_at, open_query
from app.store.readers.levels.archived_locations import ArchivedLocations
from app.store.readers.levels.sorted_levels import page_by_number, page_by_status
from app.store.shared_reads import SharedReads
from app.store.single_reply import documents_by_ids, find_in_one

_SORTS = {
    LevelOrder.SKU: [("sku", 1), ("location", 1)],
    LevelOrder.LOCATION: [("location", 1), ("sku", 1)],
}
_POSITIONS = {order: itemgetter(*(name for name, _ in sort)) for order, sort in _SORTS.items()}
_LEADING = {"by_sku": "sku", "by_location": "location", "short": "sku", "short_at": "location"} | {
    "wanting": "sku",
    "wanting_at": "location",
}


class MongoLevels:
    """LevelReader over MongoDB."""

    def __init__(
        self, database: Database, *, is_sharded: bool = False, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """Of a database that `is_sharded`, levels are asked for by their shard key as well: elsewhere that costs."""
        self._levels = database[names.LEVELS]
        self._is_sharded = is_sharded
        self._shared = SharedReads()
        self._archived = ArchivedLocations(database[names.LOCATIONS], monotonic=monotonic)

    @raises_unavailable
    async def levels_at(self, keys: Sequence[LevelKey]) -> Mapping[LevelKey, Level]:
        async def read() -> Mapping[LevelKey, Level]:
            documents = await self._documents_at(keys)
            archived = await self._archived.codes() if documents else frozenset[str]()
            built = await in_turns(documents, lambda document: level_as_it_stands(document, archived))
            return {level.key: level for level in built}

        return await self._shared.read(("at", *keys), read)

    async def _documents_at(self, keys: Sequence[LevelKey]) -> list[BsonDocument]:
        if not self._is_sharded:
            return await documents_by_ids(self._levels, [level_id(key) for key in keys], WITHOUT_SEARCH_FIELDS)
        where = levels_at(keys)
        return await find_in_one(self._levels, where, WITHOUT_SEARCH_FIELDS, limit=len(keys), hint="_id_")

    @raises_unavailable
    async def levels(self, where: LevelFilter, *, order: LevelOrder = LevelOrder.SKU, page: PageRequest) -> Page[Level]:
        archived = await self._archived.codes()
        return await read_page(
            self._levels,
            **_listed(where, order, page, archived),
            build=lambda document: level_as_it_stands(document, archived),
            projection=WITHOUT_SEARCH_FIELDS,
        )

    @raises_unavailable
    async def level_rows(
        self, where: LevelFilter, *, order: LevelOrder, page: PageRequest, attributes: tuple[str, ...]
    ) -> Page[Row]:
        async def read() -> Page[Row]:
            archived, rows = await self._archived.codes(), LEVEL_ROWS.rows(attributes)
            return await read_page(
                self._levels,
                **_listed(where, order, page, archived),
                build=partial(rows.built, archived),
                projection=rows.projection,
                is_quick=True,
            )

        return await self._shared.read((where, order, page, attributes), read)

    @raises_unavailable
    async def sorted_levels(
        self, where: LevelFilter, *, sort: LevelSort, descending: bool, page: PageRequest
    ) -> Page[Level]:
        if sort is LevelSort.STATUS:

            async def by_sku(there: LevelFilter, some: PageRequest) -> Page[Level]:
                return await self.levels(there, page=some)

            return await page_by_status(by_sku, where, descending=descending, page=page)
        archived = await self._archived.codes()
        if sort not in INDEXED_SORTS:
            return await page_by_number(
                self._levels, where, sort=sort, descending=descending, page=page, archived=archived
            )
        return await read_page(
            self._levels,
            **_listed(where, INDEXED_SORTS[sort], page, archived, descending=descending),
            build=lambda document: level_as_it_stands(document, archived),
            projection=WITHOUT_SEARCH_FIELDS,
        )

    @raises_unavailable
    async def resupplied_from(self, location: str, *, limit: int) -> Sequence[LevelKey]:
        wanted = {"policy.method": {"$exists": True}, "policy.resupply_from": location}
        found = self._levels.find(wanted, {"sku": 1, "location": 1}, limit=limit, hint="by_method")
        return sorted(LevelKey(stored["sku"], stored["location"]) for stored in await found.to_list(None))

    @raises_unavailable
    async def count_levels(self, where: LevelFilter) -> int:
        return await count(self._levels, open_query(where, await self._archived.codes()))


def _listed(
    where: LevelFilter, order: LevelOrder, page: PageRequest, archived: frozenset[str], *, descending: bool = False
) -> dict[str, Any]:
    """Return how a list is read, whatever is read of each level."""
    query, index = _selected(where, order, archived)
    if index in _LEADING and (query or page.after is None):
        # Without a condition on the index's first field, the server would not bound its scan by the second.
        query = {_LEADING[index]: {"$gte": ""}, **query}
    return {
        "query": query,
        "sort": [(name, -1) for name, _ in _SORTS[order]] if descending else _SORTS[order],
        "position": _POSITIONS[order],
        "page": replace(page, after=_behind(page.after, where, order, descending)) if page.after else page,
        "order": list_order(LevelSort(order.value), descending=descending),
        "hint": index,
        "is_split": where.statuses is None or where.methods is None,  # no index has both
    }


@lru_cache(maxsize=256)  # some filters, each with many pages
def _selected(where: LevelFilter, order: LevelOrder, archived: frozenset[str]) -> tuple[BsonDocument, str]:
    """Return the query of a filter, which must not be changed, and its index."""
    return open_query(where, archived), level_index(where, order)


def _behind(
    position: KeysetPosition | None, where: LevelFilter, order: LevelOrder, descending: bool
) -> KeysetPosition | None:
    """Return the position, without its second value if no listed level shares the first and comes behind it.

    The server would sort in memory rather than merge an empty scan with others.
    """
    listed = where.locations if order is LevelOrder.SKU else where.skus
    if position is None or listed is None:
        return position
    second = str(position[1])
    if any(name < second if descending else name > second for name in listed):
        return position
    return position[:1]
