"""Reads suppliers and their offers."""

from collections.abc import Mapping, Sequence

from app.domain.document import DocumentKind
from app.domain.purchasing.supplier import Supplier, SupplierItem
from app.services.page_cursor import KeysetPosition
from app.services.paging import Page, PageRequest
from app.services.purchasing.filters import OfferFilter, SupplierFilter
from app.store.driver.client import BsonDocument, Database
from app.store.driver.failures import raises_unavailable
from app.store.keyset_paging import count, read_page
from app.store.mapping import names
from app.store.mapping.document_mapping import from_bson
from app.store.queries.items import MAX_ALIKE, code_alike
from app.store.queries.suppliers import offer_query, query


class MongoSuppliers:
    """SupplyReader over MongoDB."""

    def __init__(self, database: Database) -> None:
        self._suppliers = database[names.SUPPLIERS]
        self._offers = database[names.SUPPLIER_ITEMS]

    @raises_unavailable
    async def offers_of(self, skus: Sequence[str]) -> Mapping[str, Sequence[SupplierItem]]:
        where = {"sku": {"$in": list(skus)}, "is_removed": False}
        found: dict[str, list[SupplierItem]] = {}
        for stored in await self._offers.find(where, sort=[("sku", 1), ("supplier", 1)], hint="of_item").to_list(None):
            offer = _offer(stored)
            found.setdefault(offer.sku, []).append(offer)
        return found

    @raises_unavailable
    async def page_of_offers(self, where: OfferFilter, *, page: PageRequest) -> Page[SupplierItem]:
        return await read_page(
            self._offers,
            offer_query(where),
            sort=[("sku", 1)],
            page=page,
            order="SKU",
            position=_position_of_offer,
            build=_offer,
        )

    @raises_unavailable
    async def count_offers(self, where: OfferFilter) -> int:
        return await count(self._offers, offer_query(where))

    @raises_unavailable
    async def page_of_suppliers(self, where: SupplierFilter, *, page: PageRequest) -> Page[Supplier]:
        return await read_page(
            self._suppliers,
            query(where),
            sort=[("_id", 1)],
            page=page,
            order="CODE",
            position=_position_of_supplier,
            build=_supplier,
        )

    @raises_unavailable
    async def suppliers_alike(self, code: str) -> Sequence[Supplier]:
        found = self._suppliers.find(code_alike(code), limit=MAX_ALIKE)
        return [_supplier(stored) for stored in await found.to_list(None)]

    @raises_unavailable
    async def count_suppliers(self, where: SupplierFilter) -> int:
        return await count(self._suppliers, query(where))


def _offer(stored: BsonDocument) -> SupplierItem:
    offer = from_bson(DocumentKind.SUPPLIER_ITEM, stored)
    assert isinstance(offer, SupplierItem)
    return offer


def _supplier(stored: BsonDocument) -> Supplier:
    supplier = from_bson(DocumentKind.SUPPLIER, stored)
    assert isinstance(supplier, Supplier)
    return supplier


def _position_of_offer(stored: BsonDocument) -> KeysetPosition:
    return (stored["sku"],)


def _position_of_supplier(stored: BsonDocument) -> KeysetPosition:
    return (stored["_id"],)
