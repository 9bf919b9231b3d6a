"""Reads items and locations."""

from collections.abc import Mapping, Sequence

from app.domain.catalog import Item, Location
from app.domain.document import DocumentKind
from app.services.filters import ItemFilter, LocationFilter
from app.services.paging import Page, PageRequest
from app.store.client import Database, Document
from app.store.documents import item_of, location_of
from app.store.failures import unavailable_on_failure
from app.store.filing import SHELVES
from app.store.paging import count, read_page

_BY_ID = [("_id", 1)]


@unavailable_on_failure
class MongoCatalog:
    """See CatalogReader."""

    def __init__(self, database: Database) -> None:
        self._items = database["items"]
        self._barcodes = database[SHELVES[DocumentKind.BARCODE].collection]
        self._locations = database["locations"]

    async def items(self, skus: Sequence[str]) -> Mapping[str, Item]:
        """See CatalogReader."""
        found = await self._items.find({"_id": {"$in": list(skus)}}, batch_size=len(skus) + 1).to_list(None)
        return {document["_id"]: item_of(document) for document in found}

    async def item_by_barcode(self, barcode: str) -> Item | None:
        """See CatalogReader."""
        known = await self._barcodes.find_one({"_id": barcode})
        sku = known and known["sku"]
        return (await self.items([sku])).get(sku) if sku else None

    async def locations(self, codes: Sequence[str]) -> Mapping[str, Location]:
        """See CatalogReader."""
        found = await self._locations.find({"_id": {"$in": list(codes)}}, batch_size=len(codes) + 1).to_list(None)
        return {document["_id"]: location_of(document) for document in found}

    async def page_of_items(self, where: ItemFilter, *, page: PageRequest) -> Page[Item]:
        """See CatalogReader."""
        return await read_page(
            self._items, _item_query(where), sort=_BY_ID, page=page, order="SKU", position=_position, build=item_of
        )

    async def page_of_locations(self, where: LocationFilter, *, page: PageRequest) -> Page[Location]:
        """See CatalogReader."""
        return await read_page(
            self._locations,
            _location_query(where),
            sort=_BY_ID,
            page=page,
            order="CODE",
            position=_position,
            build=location_of,
        )

    async def count_items(self, where: ItemFilter) -> int:
        """See CatalogReader."""
        return await count(self._items, _item_query(where))

    async def count_locations(self, where: LocationFilter) -> int:
        """See CatalogReader."""
        return await count(self._locations, _location_query(where))


def _item_query(where: ItemFilter) -> Document:
    query: Document = {}
    if where.words:
        query["words"] = {"$all": list(where.words)}
    if where.category is not None:
        query["category"] = where.category
    if where.is_archived is not None:
        query["is_archived"] = where.is_archived
    return query


def _location_query(where: LocationFilter) -> Document:
    return {} if where.is_archived is None else {"is_archived": where.is_archived}


def _position(document: Document) -> tuple[str]:
    return (document["_id"],)
