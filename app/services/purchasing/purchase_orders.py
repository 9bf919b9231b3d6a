"""Use cases of purchase orders."""

from collections.abc import Callable, Sequence
from typing import Final

from msgspec import structs

from app.domain.command import Command
from app.domain.excerpt import Extent
from app.domain.money import Money, limit_of
from app.domain.operation import CommandInfo
from app.domain.outcome import Outcome
from app.domain.purchasing.commands.cancel_purchase_order import CancelPurchaseOrder
from app.domain.purchasing.commands.confirm_purchase_order import ConfirmPurchaseOrder
from app.domain.purchasing.commands.create_purchase_order import CreatePurchaseOrder
from app.domain.purchasing.commands.purchase_checks import OrderedUnits
from app.domain.purchasing.commands.receive_purchase_order import ReceivePurchaseOrder
from app.domain.purchasing.commands.reverse_purchase_receipt import ReversePurchaseReceipt, WrongUnits
from app.domain.purchasing.commands.submit_purchase_order import SubmitPurchaseOrder
from app.domain.purchasing.commands.update_purchase_order import UpdatePurchaseOrder
from app.domain.purchasing.lead_times import MAX_MEASURED_ORDERS, LeadTimes, lead_times_of
from app.domain.purchasing.purchase_order import NOT_ENDED, PurchaseOrder, PurchaseOrderState
from app.domain.stock.commands.receipt import Arrival
from app.domain.stock.level import LevelKey
from app.domain.time import Moment
from app.services.command_bus import CommandBus
from app.services.paging import Page, PageRequest, page_request
from app.services.ports import DocumentReader
from app.services.purchasing.filters import PurchaseOrderFilter
from app.services.request_info import RequestInfo
from app.services.stale_read_retry import decided_on_fresh

NO_LINES: Final = Extent()  # what an order was to bring is of no interest to when it came


class PurchaseOrders:
    """Changes and reads purchase orders. Every change raises Refused, Overloaded or Unavailable.

    A change without a reference of its own gets that of its order, so that all movements of the order are found by it.
    """

    def __init__(self, *, bus: CommandBus, documents: DocumentReader) -> None:
        self._bus = bus
        self._documents = documents

    async def create(
        self, supplier: str, location: str, lines: Sequence[OrderedUnits], *, request: RequestInfo
    ) -> Outcome:
        """Create a draft: its units are planned."""
        return await self._bus.run(
            "purchaseOrderCreate",
            request,
            lambda info: CreatePurchaseOrder(info=info, supplier=supplier, location=location, lines=tuple(lines)),
        )

    async def update(
        self, identity: str, lines: Sequence[OrderedUnits], *, request: RequestInfo, expected_version: int | None = None
    ) -> Outcome:
        """Set the quantities of lines of a draft; 0 removes a line, and new SKUs are added."""
        order = await self._order(identity)

        def build(info: CommandInfo) -> UpdatePurchaseOrder:
            return UpdatePurchaseOrder(
                info=info,
                order_id=identity,
                supplier=None if order is None else order.supplier,
                location=None if order is None else order.location,
                lines=tuple(lines),
                expected_version=expected_version,
            )

        return await self._run("purchaseOrderUpdate", order, request, build)

    async def submit(
        self,
        identity: str,
        *,
        expected_version: int,
        request: RequestInfo,
        expected_at: Moment | None = None,
        ignore_minimums: bool = False,
    ) -> Outcome:
        """Submit a draft to its supplier as it was at the expected version: its units are incoming."""
        order = await self._order(identity)

        def build(info: CommandInfo) -> SubmitPurchaseOrder:
            return SubmitPurchaseOrder(
                info=info,
                order_id=identity,
                seen=order,
                expected_version=expected_version,
                expected_at=expected_at,
                ignore_minimums=ignore_minimums,
                approval_limit=_limit(request),
            )

        return await self._run("purchaseOrderSubmit", order, request, build)

    async def confirm(
        self,
        identity: str,
        *,
        request: RequestInfo,
        expected_at: Moment | None = None,
        lines: Sequence[OrderedUnits] | None = None,
        expected_version: int | None = None,
    ) -> Outcome:
        """Record the supplier's confirmation: when it delivers, and the quantities that it changes."""

        def build(info: CommandInfo) -> ConfirmPurchaseOrder:
            return ConfirmPurchaseOrder(
                info=info,
                order_id=identity,
                expected_at=expected_at,
                lines=None if lines is None else tuple(lines),
                expected_version=expected_version,
                approval_limit=_limit(request),
            )

        return await self._change("purchaseOrderConfirm", identity, request, build)

    async def receive(
        self, identity: str, *, lines: Sequence[Arrival] | None, is_complete: bool, request: RequestInfo
    ) -> Outcome:
        """Receive these lines, or without any everything that is outstanding."""

        async def run() -> Outcome:
            order = await self._order(identity)

            def build(info: CommandInfo) -> ReceivePurchaseOrder:
                return ReceivePurchaseOrder(
                    info=info,
                    order_id=identity,
                    seen=order,
                    lines=None if lines is None else tuple(lines),
                    is_complete=is_complete,
                )

            return await self._run("purchaseOrderReceive", order, request, build)

        return await decided_on_fresh(run)

    async def reverse_receipt(
        self, identity: str, receipt: str, *, lines: Sequence[WrongUnits] | None, request: RequestInfo
    ) -> Outcome:
        """Reverse a receipt: these lines of it, or without any all of it."""
        order = await self._order(identity)

        def build(info: CommandInfo) -> ReversePurchaseReceipt:
            return ReversePurchaseReceipt(
                info=structs.replace(info, reverses=receipt),
                order_id=identity,
                receipt_id=receipt,
                seen=order,
                lines=None if lines is None else tuple(lines),
            )

        return await self._run("purchaseOrderReceiptReverse", order, request, build)

    async def cancel(self, identity: str, *, request: RequestInfo) -> Outcome:
        """Cancel what has not arrived, and end the order."""
        return await self._change(
            "purchaseOrderCancel", identity, request, lambda info: CancelPurchaseOrder(info=info, order_id=identity)
        )

    async def orders(
        self, where: PurchaseOrderFilter, *, first: int, after: str | None, extent: Extent | None = None
    ) -> Page[PurchaseOrder]:
        """Return a page of purchase orders, the newest first. Raises BadArgument."""
        page = page_request(order="NEWEST", shape=(int, str), first=first, after=after)
        return await self._documents.page_of_documents(where, page=page, extent=extent)

    async def lead_times(self, supplier: str) -> LeadTimes:
        """Return how long a supplier took for its newest received orders, MAX_MEASURED_ORDERS at most."""
        where = PurchaseOrderFilter(supplier=supplier, states=(PurchaseOrderState.RECEIVED,))
        page = PageRequest(first=MAX_MEASURED_ORDERS)
        return lead_times_of((await self._documents.page_of_documents(where, page=page, extent=NO_LINES)).nodes)

    async def open_orders(
        self, key: LevelKey, *, first: int, after: str | None, extent: Extent | None = None
    ) -> Page[PurchaseOrder]:
        """Return a page of the orders that have not ended and from which a level gets units. Raises BadArgument."""
        return await self.orders(_open_for(key), first=first, after=after, extent=extent)

    async def count_open_orders(self, key: LevelKey) -> int:
        """Return how many these are."""
        return await self.count_orders(_open_for(key))

    async def count_orders(self, where: PurchaseOrderFilter) -> int:
        """Return how many purchase orders match."""
        return await self._documents.count_documents(where)

    async def _change(
        self, kind: str, identity: str, request: RequestInfo, build: Callable[[CommandInfo], Command]
    ) -> Outcome:
        order = await self._order(identity) if request.reference is None else None
        return await self._run(kind, order, request, build)

    async def _run(
        self, kind: str, order: PurchaseOrder | None, request: RequestInfo, build: Callable[[CommandInfo], Command]
    ) -> Outcome:
        if request.reference is None and order is not None:
            request = structs.replace(request, reference=order.reference)
        return await self._bus.run(kind, request, build)

    async def _order(self, identity: str) -> PurchaseOrder | None:
        return (await self._documents.documents(PurchaseOrder, [identity])).get(identity)


def _open_for(key: LevelKey) -> PurchaseOrderFilter:
    return PurchaseOrderFilter(sku=key.sku, location=key.location, states=tuple(sorted(NOT_ENDED)))


def _limit(request: RequestInfo) -> Money | None:
    return None if request.approval_limit is None else limit_of(request.approval_limit)
