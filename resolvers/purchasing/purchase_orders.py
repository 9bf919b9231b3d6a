"""Purchase orders."""

from functools import partial

from app.domain.purchasing.purchase_order import PurchaseOrder as DomainPurchaseOrder
from app.services.paging import DEFAULT_PAGE_SIZE
from app.services.purchasing.filters import PurchaseOrderFilter
from schema.arguments import After, First, Id, Input, PurchaseOrdersWhere
from schema.context import Info
from schema.inputs.purchasing.purchase_order import (
    PurchaseOrderCancelInput,
    PurchaseOrderConfirmInput,
    PurchaseOrderCreateInput,
    PurchaseOrderReceiptReverseInput,
    PurchaseOrderReceiveInput,
    PurchaseOrderSubmitInput,
    PurchaseOrderUpdateInput,
)
from schema.payloads.purchasing.purchase_order import PurchaseOrderPayload
from schema.selections.excerpts import extent_asked
from schema.types.connection import Connection
from schema.types.identity import document_id
from schema.types.purchasing.purchase_order import PurchaseOrder
from schema.types.stock.ledger import Operation


async def purchase_order(info: Info, id: Id) -> PurchaseOrder | None:
    """Return one purchase order."""
    return await purchase_order_of(info, document_id(PurchaseOrder.__name__, id))


async def purchase_order_of(info: Info, identity: str) -> PurchaseOrder | None:
    """Return one purchase order by the id behind its global id."""
    found = await info.context.loaders.document(
        DomainPurchaseOrder, identity, extent_asked(info, PurchaseOrder.__name__)
    )
    return None if found is None else PurchaseOrder.from_domain(found)


async def purchase_orders(
    info: Info, filter: PurchaseOrdersWhere = None, first: First = DEFAULT_PAGE_SIZE, after: After = None
) -> Connection[PurchaseOrder]:
    """Return a page of purchase orders, the newest first."""
    service = info.context.services.purchase_orders
    where = filter.to_domain() if filter else PurchaseOrderFilter()
    page = await service.orders(where, first=first, after=after, extent=extent_asked(info, PurchaseOrder.__name__))
    return Connection.of(page, PurchaseOrder.from_domain, counter=partial(service.count_orders, where), after=after)


async def create(info: Info, input: Input[PurchaseOrderCreateInput]) -> PurchaseOrderPayload:
    """Create a draft purchase order."""
    outcome = await info.context.services.purchase_orders.create(
        input.supplier, input.location, input.units(), request=input.request(info.context.principal)
    )
    return PurchaseOrderPayload.from_outcome(outcome)


async def update(info: Info, input: Input[PurchaseOrderUpdateInput]) -> PurchaseOrderPayload:
    """Update lines of a draft."""
    outcome = await info.context.services.purchase_orders.update(
        document_id(PurchaseOrder.__name__, input.id),
        input.units(),
        expected_version=input.expected_version,
        request=input.request(info.context.principal),
    )
    return PurchaseOrderPayload.from_outcome(outcome)


async def submit(info: Info, input: Input[PurchaseOrderSubmitInput]) -> PurchaseOrderPayload:
    """Submit a draft to its supplier."""
    outcome = await info.context.services.purchase_orders.submit(
        document_id(PurchaseOrder.__name__, input.id),
        expected_at=input.expected(),
        expected_version=input.expected_version,
        ignore_minimums=input.ignore_minimums,
        request=input.request(info.context.principal),
    )
    return PurchaseOrderPayload.from_outcome(outcome)


async def confirm(info: Info, input: Input[PurchaseOrderConfirmInput]) -> PurchaseOrderPayload:
    """Record the supplier's confirmation."""
    outcome = await info.context.services.purchase_orders.confirm(
        document_id(PurchaseOrder.__name__, input.id),
        expected_at=input.expected(),
        lines=input.units(),
        expected_version=input.expected_version,
        request=input.request(info.context.principal),
    )
    return PurchaseOrderPayload.from_outcome(outcome)


async def receive(info: Info, input: Input[PurchaseOrderReceiveInput]) -> PurchaseOrderPayload:
    """Receive units."""
    outcome = await info.context.services.purchase_orders.receive(
        document_id(PurchaseOrder.__name__, input.id),
        lines=input.arrivals(),
        is_complete=input.is_complete,
        request=input.request(info.context.principal),
    )
    return PurchaseOrderPayload.from_outcome(outcome)


async def reverse_receipt(info: Info, input: Input[PurchaseOrderReceiptReverseInput]) -> PurchaseOrderPayload:
    """Reverse a receipt."""
    outcome = await info.context.services.purchase_orders.reverse_receipt(
        document_id(PurchaseOrder.__name__, input.id),
        document_id(Operation.__name__, input.receipt),
        lines=input.units(),
        request=input.request(info.context.principal),
    )
    return PurchaseOrderPayload.from_outcome(outcome)


async def cancel(info: Info, input: Input[PurchaseOrderCancelInput]) -> PurchaseOrderPayload:
    """Cancel a purchase order."""
    outcome = await info.context.services.purchase_orders.cancel(
        document_id(PurchaseOrder.__name__, input.id), request=input.request(info.context.principal)
    )
    return PurchaseOrderPayload.from_outcome(outcome)
