"""Looks up what is on order: purchase orders that have not ended, drafts included."""

from app.domain.catalog.open_work import MAX_OPEN_LISTED, OpenKind, OpenWork, open_documents
from app.domain.purchasing.purchase_order import NOT_ENDED, PurchaseOrder
from app.services.paging import Page, PageRequest
from app.services.ports import DocumentReader
from app.services.purchasing.filters import PurchaseOrderFilter

_STATES = tuple(NOT_ENDED)


class OpenOrders:
    """Finds open purchase orders, the newest of them. All methods raise Unavailable."""

    def __init__(self, *, documents: DocumentReader) -> None:
        self._documents = documents

    async def from_supplier(self, code: str) -> list[OpenWork]:
        """Return what is on order from a supplier."""
        return open_documents(
            OpenKind.PURCHASE_ORDER, await self._open(PurchaseOrderFilter(states=_STATES, supplier=code))
        )

    async def to_location(self, code: str) -> list[OpenWork]:
        """Return what is on order for a location."""
        return open_documents(
            OpenKind.PURCHASE_ORDER, await self._open(PurchaseOrderFilter(states=_STATES, location=code))
        )

    async def of_item(self, sku: str) -> list[OpenWork]:
        """Return the orders with outstanding units of an item."""
        found = await self._open(PurchaseOrderFilter(states=_STATES, sku=sku))
        return open_documents(OpenKind.PURCHASE_ORDER, [each for each in found if each.lines_by_sku[sku].outstanding])

    async def _open(self, where: PurchaseOrderFilter) -> tuple[PurchaseOrder, ...]:
        page: Page[PurchaseOrder] = await self._documents.page_of_documents(
            where, page=PageRequest(first=MAX_OPEN_LISTED)
        )
        return page.nodes
