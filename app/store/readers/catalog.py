"""Reads items and locations."""

from collections.abc import Mapping, Sequence

from app.domain.catalog.barcode import barcode_key
from app.domain.catalog.catalog import Item, Location
from app.domain.catalog.search import entry_of_beginning
from app.domain.document import DocumentKind
from app.services.filters import ItemFilter, ItemOrder, LocationFilter
from app.services.paging import KeysetPosition, Page, PageRequest
from app.store.bson_documents import NOT_READ, item_of, location_of
from app.store.client import BsonDocument, Database
from app.store.document_mapping import DOCUMENT_MAPPINGS
from app.store.driver_failures import unavailable_on_failure
from app.store.keyset_paging import count, read_page
from app.store.queries.items import MAX_ALIKE, code_alike, item_query

_BY_ID = [("_id", 1)]
_MAX_UNCOMPOSED = 10_000  # SKUs: there are none but those of an earlier version
_SORTS = {ItemOrder.SKU: _BY_ID, ItemOrder.NAME: [("name", 1), ("_id", 1)]}


@unavailable_on_failure
class MongoCatalog:
    """See CatalogReader."""

    def __init__(self, database: Database) -> None:
        self._items = database["items"]
        self._barcodes = database[DOCUMENT_MAPPINGS[DocumentKind.BARCODE].collection]
        self._locations = database["locations"]

    async def items(self, skus: Sequence[str]) -> Mapping[str, Item]:
        found = await self._items.find({"_id": {"$in": list(skus)}}, NOT_READ, batch_size=len(skus) + 1).to_list(None)
        return {document["_id"]: item_of(document) for document in found}

    async def item_by_barcode(self, barcode: str) -> Item | None:
        known = await self._barcodes.find_one({"_id": barcode_key(barcode).id})
        sku = known and known["sku"]
        return (await self.items([sku])).get(sku) if sku else None

    async def uncomposed_skus(self) -> Sequence[str]:
        found = self._items.find({"is_uncomposed": True}, {"_id": 1}, hint="uncomposed", limit=_MAX_UNCOMPOSED)
        return [document["_id"] for document in await found.to_list(None)]

    async def items_alike(self, keys: Sequence[str]) -> Sequence[Item]:
        found = self._items.find({"alike": {"$in": list(keys)}}, NOT_READ, hint="by_alike")
        return [item_of(document) for document in await found.to_list(None)]

    async def item_with(self, entry: str, *, besides: Sequence[str]) -> Item | None:
        query = {"words": entry, "_id": {"$nin": list(besides)}}
        found = await self._items.find_one(query, NOT_READ, sort=_BY_ID, hint="by_word")
        return None if found is None else item_of(found)

    async def locations_alike(self, code: str) -> Sequence[Location]:
        found = self._locations.find(code_alike(code), limit=MAX_ALIKE)
        return [location_of(document) for document in await found.to_list(None)]

    async def locations(self, codes: Sequence[str]) -> Mapping[str, Location]:
        found = await self._locations.find({"_id": {"$in": list(codes)}}, batch_size=len(codes) + 1).to_list(None)
        return {document["_id"]: location_of(document) for document in found}

    async def page_of_items(
        self, where: ItemFilter, *, order: ItemOrder = ItemOrder.SKU, page: PageRequest
    ) -> Page[Item]:
        sort = _SORTS[order]

        def position(document: BsonDocument) -> KeysetPosition:
            return tuple(document[name] for name, _ in sort)

        query = _item_query(where, order)
        return await read_page(
            self._items,
            query,
            sort=sort,
            page=page,
            order=order.value,
            position=position,
            build=item_of,
            projection=NOT_READ,
            hint=_index(query, order),
        )

    async def page_of_locations(self, where: LocationFilter, *, page: PageRequest) -> Page[Location]:
        return await read_page(
            self._locations,
            _location_query(where),
            sort=_BY_ID,
            page=page,
            order="CODE",
            position=lambda document: (document["_id"],),
            build=location_of,
        )

    async def count_items(self, where: ItemFilter) -> int:
        return await count(self._items, item_query(where, sku="_id"))

    async def count_locations(self, where: LocationFilter) -> int:
        return await count(self._locations, _location_query(where))


def _item_query(where: ItemFilter, order: ItemOrder) -> BsonDocument:
    """Return the query of a filter; in the order of names with an entry for the beginning of the SKU.

    In that order the items of a range of SKUs lie scattered. Those that share an entry lie together.
    """
    query = item_query(where, sku="_id")
    entry = entry_of_beginning(where.sku_prefix or "")
    if order is ItemOrder.NAME and entry is not None:
        query["words"] = {"$all": [entry, *where.search_terms.entries]}
    return query


def _index(query: BsonDocument, order: ItemOrder) -> str:
    """Return the index that narrows the list and has its order."""
    if "words" in query:
        return "by_word" if order is ItemOrder.SKU else "by_word_named"
    return "_id_" if order is ItemOrder.SKU else "by_name"


def _location_query(where: LocationFilter) -> BsonDocument:
    return {} if where.is_archived is None else {"is_archived": where.is_archived}
