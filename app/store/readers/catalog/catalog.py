"""Reads items and locations."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import TypeVar

from app.domain.catalog.barcode import barcode_key
from app.domain.catalog.catalog import Item, Location
from app.domain.catalog.labels import LabelKind
from app.domain.catalog.search import entry_of_category
from app.services.filters import ItemFilter, ItemOrder, LocationFilter
from app.services.page_cursor import KeysetPosition
from app.services.paging import Page, PageRequest, Row
from app.store.driver.client import BsonDocument, Database
from app.store.driver.failures import raises_unavailable
from app.store.keyset_paging import count, read_page
from app.store.mapping import names
from app.store.mapping.catalog import WITHOUT_SEARCH_FIELDS, item_of, location_of
from app.store.mapping.item_rows import ITEM_ROWS
from app.store.queries.items import MAX_ALIKE, code_alike, item_index, item_query, location_query, ordered_item_query
from app.store.readers.catalog.labels import read_labels
from app.store.shared_reads import SharedReads
from app.store.single_reply import documents_by_ids

T = TypeVar("T")

_BY_ID = [("_id", 1)]
_MAX_UNCOMPOSED = 10_000  # SKUs; only an earlier version wrote any
_MANY = 100_000  # in one reply: a few MB
_SORTS = {ItemOrder.SKU: _BY_ID, ItemOrder.NAME: [("name", 1), ("_id", 1)]}


class MongoCatalog:
    """CatalogReader over MongoDB."""

    def __init__(self, database: Database) -> None:
        self._items = database[names.ITEMS]
        self._barcodes = database[names.BARCODES]
        self._locations = database[names.LOCATIONS]
        self._shared = SharedReads()

    @raises_unavailable
    async def items(self, skus: Sequence[str]) -> Mapping[str, Item]:
        async def read() -> Mapping[str, Item]:
            found = await documents_by_ids(self._items, skus, WITHOUT_SEARCH_FIELDS)
            return {document["_id"]: item_of(document) for document in found}

        return await self._shared.read(("items", *skus), read)

    @raises_unavailable
    async def item_by_barcode(self, barcode: str) -> Item | None:
        known = await self._barcodes.find_one({"_id": barcode_key(barcode).id})
        sku = known and known["sku"]
        return (await self.items([sku])).get(sku) if sku else None

    @raises_unavailable
    async def uncomposed_skus(self) -> Sequence[str]:
        found = self._items.find({"is_uncomposed": True}, {"_id": 1}, hint="uncomposed", limit=_MAX_UNCOMPOSED)
        return [document["_id"] for document in await found.to_list(None)]

    @raises_unavailable
    async def skus_in(self, categories: Collection[str], *, limit: int | None = None) -> frozenset[str]:
        entries = sorted({entry_of_category(category) for category in categories})

        async def read() -> frozenset[str]:  # from the index alone
            found = self._items.find(
                {names.INDEX_ENTRIES: {"$in": entries}}, {"_id": 1}, hint="by_word", batch_size=_MANY, limit=limit or 0
            )
            return frozenset(document["_id"] for document in await found.to_list(None))

        return await self._shared.read(("skus", limit, *entries), read)

    @raises_unavailable
    async def labels(self, kind: LabelKind, *, beginning: str, within: Collection[str] | None = None) -> Sequence[str]:
        return await read_labels(self._items, kind, beginning=beginning, within=within)

    @raises_unavailable
    async def items_alike(self, keys: Sequence[str]) -> Sequence[Item]:
        found = self._items.find({"alike": {"$in": list(keys)}}, WITHOUT_SEARCH_FIELDS, hint="by_alike")
        return [item_of(document) for document in await found.to_list(None)]

    @raises_unavailable
    async def item_with(self, entry: str, *, besides: Sequence[str]) -> Item | None:
        query = {names.INDEX_ENTRIES: entry, "_id": {"$nin": list(besides)}}
        found = await self._items.find_one(query, WITHOUT_SEARCH_FIELDS, sort=_BY_ID, hint="by_word")
        return None if found is None else item_of(found)

    @raises_unavailable
    async def locations_alike(self, code: str) -> Sequence[Location]:
        found = self._locations.find(code_alike(code), limit=MAX_ALIKE)
        return [location_of(document) for document in await found.to_list(None)]

    @raises_unavailable
    async def locations(self, codes: Sequence[str]) -> Mapping[str, Location]:
        async def read() -> Mapping[str, Location]:
            found = await documents_by_ids(self._locations, codes)
            return {document["_id"]: location_of(document) for document in found}

        return await self._shared.read(("locations", *codes), read)

    @raises_unavailable
    async def page_of_items(
        self, where: ItemFilter, *, order: ItemOrder = ItemOrder.SKU, page: PageRequest
    ) -> Page[Item]:
        return await self._page_of_items(where, order, page, build=item_of, projection=WITHOUT_SEARCH_FIELDS)

    @raises_unavailable
    async def item_rows(
        self, where: ItemFilter, *, order: ItemOrder, page: PageRequest, attributes: tuple[str, ...]
    ) -> Page[Row]:
        rows = ITEM_ROWS.rows(attributes)
        build = partial(rows.built, None)
        return await self._shared.read(
            (where, order, page, attributes),
            partial(self._page_of_items, where, order, page, build=build, projection=rows.projection, is_quick=True),
        )

    async def _page_of_items(
        self,
        where: ItemFilter,
        order: ItemOrder,
        page: PageRequest,
        *,
        build: Callable[[BsonDocument], T],
        projection: BsonDocument,
        is_quick: bool = False,
    ) -> Page[T]:
        sort, query = _SORTS[order], ordered_item_query(where, order)

        def position(document: BsonDocument) -> KeysetPosition:
            return tuple(document[name] for name, _ in sort)

        return await read_page(
            self._items,
            query,
            sort=sort,
            page=page,
            order=order.value,
            position=position,
            build=build,
            projection=projection,
            hint=item_index(query, order),
            is_quick=is_quick,
        )

    @raises_unavailable
    async def page_of_locations(self, where: LocationFilter, *, page: PageRequest) -> Page[Location]:
        return await read_page(
            self._locations,
            location_query(where),
            sort=_BY_ID,
            page=page,
            order="CODE",
            position=lambda document: (document["_id"],),
            build=location_of,
        )

    @raises_unavailable
    async def count_items(self, where: ItemFilter) -> int:
        return await count(self._items, item_query(where, sku="_id"))

    @raises_unavailable
    async def count_locations(self, where: LocationFilter) -> int:
        return await count(self._locations, location_query(where))
