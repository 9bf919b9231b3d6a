"""Words for suppliers and purchase orders, and the proof that every unit on order is accounted for."""

from collections import Counter
from dataclasses import replace
from decimal import Decimal

from app.domain.outcome import Outcome
from app.domain.partial_update import UNCHANGED, Unchanged
from app.domain.purchasing.commands.purchase_checks import OrderedUnits
from app.domain.purchasing.commands.reverse_purchase_receipt import WrongUnits
from app.domain.purchasing.purchase_order import NOT_ENDED, PurchaseLine, PurchaseOrder, PurchaseOrderState
from app.domain.purchasing.purchase_receipt import PurchaseReceipt
from app.domain.purchasing.supplier import Supplier, SupplierItem
from app.domain.stock.commands.receipt import Arrival
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import MovementReason
from app.domain.time import Moment
from tests.support.ledger import check_ledger
from tests.support.on_order import check_on_order
from tests.support.scene import CUP, TEA, given_catalog, request_info
from tests.support.store import Contents, Store

ACME = "ACME"
DAY = 24 * 3_600 * 1_000_000
UNARRIVED = {PurchaseOrderState.DRAFT, PurchaseOrderState.SUBMITTED, PurchaseOrderState.CONFIRMED}


def units(*lines: tuple[str, int]) -> list[OrderedUnits]:
    """Return lines of (SKU, quantity)."""
    return [OrderedUnits(sku=sku, quantity=quantity) for sku, quantity in lines]


def order_in(outcome: Outcome) -> PurchaseOrder:
    """Return the one purchase order that an outcome tells of."""
    return outcome.operation.document(PurchaseOrder)


def orders_in(contents: Contents) -> set[PurchaseOrder]:
    """Return the purchase orders among all that a store holds."""
    return {document for document in contents.documents if isinstance(document, PurchaseOrder)}


def told(order: PurchaseOrder) -> tuple[PurchaseLine, ...]:
    """Return the lines of an order, without who set them."""
    return tuple(replace(line, set_by=None, set_at=None) for line in order.lines)


async def given_supplier(
    store: Store,
    code: str = ACME,
    *,
    lead_time_days: int = 5,
    minimum_order_value: Decimal | Unchanged | None = UNCHANGED,
) -> Supplier:
    """Create a supplier, and return it."""
    outcome = await store.suppliers.upsert(
        code,
        name=f"Supplier {code}",
        lead_time_days=lead_time_days,
        minimum_order_value=minimum_order_value,
        request=request_info(),
    )
    return outcome.operation.document(Supplier)


async def given_offer(
    store: Store,
    sku: str = TEA.sku,
    *,
    supplier: str = ACME,
    cost: str | None = None,
    minimum: int = 1,
    pack: int = 1,
    days: int | None = None,
    is_preferred: bool = False,
) -> SupplierItem:
    """Let a supplier offer an item, and return the offer."""
    outcome = await store.suppliers.upsert_item(
        supplier,
        sku,
        unit_cost=None if cost is None else Decimal(cost),
        minimum_quantity=minimum,
        pack_size=pack,
        lead_time_days=days,
        is_preferred=is_preferred,
        request=request_info(),
    )
    return outcome.operation.document(SupplierItem)


async def given_shop(store: Store) -> None:
    """Open MAIN, create TEA-1 and CUP-1, and ACME that offers TEA-1 for 2.50. There is no level yet."""
    await given_catalog(store, TEA, CUP)
    await given_supplier(store)
    await given_offer(store, cost="2.50")


async def create(
    store: Store,
    *lines: tuple[str, int],
    supplier: str = ACME,
    location: str = "MAIN",
    key: str | None = None,
    reference: str | None = "PO-1",
) -> Outcome:
    """Write down a purchase order."""
    return await store.orders.create(supplier, location, units(*lines), request=request_info(key, reference=reference))


async def update(
    store: Store, identity: str, *lines: tuple[str, int], version: int | None = None, key: str | None = None
) -> Outcome:
    """Set quantities of lines of a draft."""
    return await store.orders.update(identity, units(*lines), expected_version=version, request=request_info(key))


async def submit(
    store: Store,
    identity: str,
    *,
    key: str | None = None,
    version: int | None = None,
    expected_at: Moment | None = None,
    ignore_minimums: bool = False,
) -> Outcome:
    """Send a draft to its supplier: as it is, where no version is given."""
    if version is None:
        known = (await store.documents.documents(PurchaseOrder, [identity])).get(identity)
        version = 1 if known is None else known.version
    return await store.orders.submit(
        identity,
        expected_version=version,
        expected_at=expected_at,
        ignore_minimums=ignore_minimums,
        request=request_info(key),
    )


async def confirm(
    store: Store,
    identity: str,
    *lines: OrderedUnits,
    key: str | None = None,
    expected_at: Moment | None = None,
    version: int | None = None,
) -> Outcome:
    """Note what the supplier says of an order, and of these lines of it."""
    return await store.orders.confirm(
        identity, lines=lines or None, expected_at=expected_at, expected_version=version, request=request_info(key)
    )


async def take_back(
    store: Store, identity: str, receipt: Outcome, *lines: tuple[str, int], key: str | None = None
) -> Outcome:
    """Take back these units of a receipt; without any, all of it."""
    wrong = [WrongUnits(sku=sku, quantity=quantity) for sku, quantity in lines]
    return await store.orders.reverse_receipt(
        identity, receipt.operation.id, lines=wrong or None, request=request_info(key)
    )


async def receive(
    store: Store, identity: str, *lines: Arrival, is_complete: bool = False, key: str | None = None
) -> Outcome:
    """Take in these lines; without any nothing more if it is complete, and otherwise all that is outstanding."""
    taken = lines or (() if is_complete else None)
    return await store.orders.receive(identity, lines=taken, is_complete=is_complete, request=request_info(key))


async def cancel(store: Store, identity: str, *, key: str | None = None) -> Outcome:
    """Give up a purchase order."""
    return await store.orders.cancel(identity, request=request_info(key))


async def given_draft(store: Store, *lines: tuple[str, int]) -> PurchaseOrder:
    """Write down an order of MAIN from ACME, and return it."""
    return order_in(await create(store, *lines))


async def given_submitted(store: Store, *lines: tuple[str, int]) -> PurchaseOrder:
    """Submit such an order, and return it."""
    return order_in(await submit(store, (await given_draft(store, *lines)).id))


async def given_in(store: Store, state: PurchaseOrderState) -> PurchaseOrder:
    """Bring an order of two TEA-1 into a state, and return it."""
    match state:
        case PurchaseOrderState.DRAFT:
            return await given_draft(store, ("TEA-1", 2))
        case PurchaseOrderState.SUBMITTED:
            return await given_submitted(store, ("TEA-1", 2))
        case PurchaseOrderState.CONFIRMED:
            return order_in(await confirm(store, (await given_submitted(store, ("TEA-1", 2))).id))
        case PurchaseOrderState.PARTIALLY_RECEIVED:
            order = await given_submitted(store, ("TEA-1", 2))
            return order_in(await receive(store, order.id, Arrival(sku="TEA-1", quantity=1)))
        case PurchaseOrderState.RECEIVED:
            return order_in(await receive(store, (await given_submitted(store, ("TEA-1", 2))).id))
        case PurchaseOrderState.CANCELLED:
            return order_in(await cancel(store, (await given_draft(store, ("TEA-1", 2))).id))


async def check_purchases(store: Store) -> Contents:
    """Prove that purchase orders and ledger tell the same, to the unit, and return what the store holds."""
    contents = await check_ledger(store)
    check_on_order(contents)
    check_orders(contents)
    return contents


def check_orders(contents: Contents) -> None:
    """Prove that levels got what orders say arrived, and expect no more than was ordered and not given up."""
    expected, arrived = Counter[LevelKey](), Counter[LevelKey]()
    check_receipts(contents)
    for order in orders_in(contents):
        check_lines(order)
        for line in order.lines:
            arrived[order.arriving(line.sku)] += line.received
            is_ordered = order.state is not PurchaseOrderState.DRAFT
            expected[order.arriving(line.sku)] += line.quantity - line.short if is_ordered else 0
    for level in contents.levels:
        lines = [line for line in contents.movements if line.after.key == level.key]
        ordered = [line.change for line in lines if line.reason is MovementReason.PURCHASE]
        taken_in = [line.change for line in lines if line.reason is MovementReason.RECEIPT and line.change.incoming]
        assert sum(change.incoming for change in ordered) == expected[level.key], level
        assert not any(change.on_hand for change in ordered), level
        assert sum(change.on_hand for change in taken_in) == arrived[level.key], level
        assert all(change.on_hand == -change.incoming for change in taken_in), level


def check_receipts(contents: Contents) -> None:
    """Prove that what orders say arrived is what their receipts took in, less what of them was taken back."""
    told, kept = Counter[tuple[str, str, str]](), Counter[tuple[str, str, str]]()
    for document in contents.documents:
        if isinstance(document, PurchaseOrder | PurchaseReceipt):
            counted, order = (told, document.id) if isinstance(document, PurchaseOrder) else (kept, document.order)
            for line in document.lines:
                counted[order, line.sku, "received"] += line.received
                counted[order, line.sku, "over"] += line.over
    assert +told == +kept, (told - kept, kept - told)


def check_lines(order: PurchaseOrder) -> None:
    """Prove that every unit of an order is accounted for, and that its state says so."""
    assert len(order.lines_by_sku) == len(order.lines) > 0, order
    for line in order.lines:
        assert line.quantity == line.received + line.short + line.outstanding, line
        assert min(line.received, line.short, line.outstanding, line.over) >= 0, line
    assert any(line.outstanding for line in order.lines) is (order.state in NOT_ENDED), order
    if order.state in UNARRIVED:
        assert not any(line.received or line.over for line in order.lines), order
    assert (order.closed_at is None) is (order.state in NOT_ENDED), order
    assert order.submitted_at is None or order.state is not PurchaseOrderState.DRAFT, order
