"""Reads suppliers and their offers from the store in memory."""

from collections.abc import Mapping, Sequence

from app.domain.purchasing.supplier import Supplier, SupplierItem
from app.services.page_cursor import MAX_WHOLE
from app.services.paging import Page, PageRequest
from app.services.purchasing.filters import OfferFilter, SupplierFilter
from app.store.memory.page import page_of
from app.store.memory.store import MemoryStore

_WHOLE = PageRequest(first=MAX_WHOLE)


class MemorySuppliers:
    """SupplyReader."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def offers_of(self, skus: Sequence[str]) -> Mapping[str, Sequence[SupplierItem]]:
        suppliers = await self.page_of_suppliers(SupplierFilter(), page=_WHOLE)
        found: dict[str, list[SupplierItem]] = {}
        for supplier in suppliers.nodes:
            where = OfferFilter(supplier=supplier.code)
            for offer in (await self.page_of_offers(where, page=_WHOLE)).nodes:
                if offer.sku in skus:
                    found.setdefault(offer.sku, []).append(offer)
        return found

    async def page_of_offers(self, where: OfferFilter, *, page: PageRequest) -> Page[SupplierItem]:
        found: Page[SupplierItem] = await self._store.page_of_documents(where, page=_WHOLE)
        return page_of(found.nodes, page=page, order="SKU", position=lambda offer: (offer.sku,))

    async def count_offers(self, where: OfferFilter) -> int:
        return await self._store.count_documents(where)

    async def page_of_suppliers(self, where: SupplierFilter, *, page: PageRequest) -> Page[Supplier]:
        found: Page[Supplier] = await self._store.page_of_documents(where, page=_WHOLE)
        return page_of(found.nodes, page=page, order="CODE", position=lambda supplier: (supplier.code,))

    async def suppliers_alike(self, code: str) -> Sequence[Supplier]:
        found = (await self.page_of_suppliers(SupplierFilter(), page=_WHOLE)).nodes
        return [supplier for supplier in found if supplier.code.lower() == code.lower()]

    async def count_suppliers(self, where: SupplierFilter) -> int:
        return await self._store.count_documents(where)
