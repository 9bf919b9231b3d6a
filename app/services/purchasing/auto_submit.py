"""Submits automatic drafts to suppliers that take orders without a person's approval.

Rule: an order below the supplier's terms, such as a minimum value, stays a draft until it meets them; and a draft that
a person has changed is theirs to submit.
"""

from collections.abc import Iterable

from app.domain.errors import Refused
from app.domain.operation import SYSTEM
from app.domain.purchasing.purchase_order import PurchaseOrder, PurchaseOrderState
from app.domain.purchasing.supplier import Supplier
from app.services.concurrency.bounded_gather import bounded_gather
from app.services.paging import MAX_PAGE_SIZE, Page, PageRequest, pages
from app.services.ports import DocumentReader
from app.services.purchasing.filters import PurchaseOrderFilter
from app.services.purchasing.purchase_orders import PurchaseOrders
from app.services.request_info import RequestInfo

_DRAFTS = PurchaseOrderFilter(states=(PurchaseOrderState.DRAFT,), is_automatic=True)


class AutoSubmit:
    """Submits drafts. Both methods raise Unavailable or Overloaded."""

    def __init__(self, *, orders: PurchaseOrders, documents: DocumentReader) -> None:
        self._orders = orders
        self._documents = documents

    async def submit(self, drafts: Iterable[PurchaseOrder]) -> None:
        """Submit those of the drafts whose suppliers have `auto_submit`."""
        by_id = {draft.id: draft for draft in drafts if draft.is_gathering}
        codes = sorted({draft.supplier for draft in by_id.values()})
        suppliers = await self._documents.documents(Supplier, codes) if codes else {}
        wanted = {code for code, supplier in suppliers.items() if supplier.auto_submit}
        await bounded_gather([self._submit(draft) for draft in by_id.values() if draft.supplier in wanted])

    async def sweep(self) -> None:
        """Submit every draft that may be submitted, such as one that a process left when it died."""
        async for page in pages(self._drafts, size=MAX_PAGE_SIZE):
            await self.submit(page.nodes)

    async def _drafts(self, page: PageRequest) -> Page[PurchaseOrder]:
        return await self._documents.page_of_documents(_DRAFTS, page=page)

    async def _submit(self, draft: PurchaseOrder) -> None:
        try:
            await self._orders.submit(draft.id, expected_version=draft.version, request=RequestInfo(actor=SYSTEM))
        except Refused:
            return  # below the supplier's terms, archived, or changed by a person since
