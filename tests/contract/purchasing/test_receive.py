"""Purchase orders when the goods arrive, or never do, the same over every store."""

import pytest

from app.domain.errors import (
    Archived,
    ExceedsOutstanding,
    IdempotencyKeyReused,
    InvalidValue,
    UnknownDocument,
    WrongState,
)
from app.domain.money import Money
from app.domain.purchasing.purchase_order import ON_ORDER, PurchaseLine, PurchaseOrderState
from app.domain.stock.commands.receipt import Arrival
from app.domain.stock.level_change import LevelChange
from app.domain.stock.movement import MovementReason
from tests.support.purchases import (
    cancel,
    check_purchases,
    given_draft,
    given_in,
    given_shop,
    given_submitted,
    order_in,
    receive,
    told,
)
from tests.support.scene import CUP, TEA, refused, request_info
from tests.support.store import Store

NO_ID = "0" * 32
COST = Money(25_000)


def arrived(sku: str, quantity: int, *, damaged: int = 0, over_reason: MovementReason | None = None) -> Arrival:
    """Return one line of a receipt."""
    return Arrival(sku=sku, quantity=quantity, damaged=damaged, over_reason=over_reason)


@pytest.mark.parametrize("state", [PurchaseOrderState.SUBMITTED, PurchaseOrderState.CONFIRMED])
async def test_what_arrives_is_on_hand_and_no_longer_incoming(store: Store, state: PurchaseOrderState) -> None:
    """Without lines all that is outstanding arrived; a supplier need not have confirmed."""
    await given_shop(store)
    order = await given_in(store, state)
    outcome = await receive(store, order.id)
    assert [(line.after.key, line.change, line.reason, line.reference) for line in outcome.movements] == [
        (TEA, LevelChange(on_hand=+2, incoming=-2), MovementReason.RECEIPT, "PO-1")
    ]
    received = order_in(outcome)
    assert (received.state, received.closed_at) == (PurchaseOrderState.RECEIVED, outcome.operation.recorded_at)
    assert told(received) == (PurchaseLine(sku="TEA-1", quantity=2, received=2, unit_cost=COST),)
    await check_purchases(store)


@pytest.mark.complaint("P1")
async def test_an_order_may_arrive_in_parts_damaged_and_over(store: Store) -> None:
    """Damaged units count among the expected ones first, those beyond come for their reason; a line per box is fine."""
    # given
    await given_shop(store)
    order = await given_submitted(store, ("TEA-1", 5), ("CUP-1", 2))
    # when
    outcome = await receive(
        store,
        order.id,
        arrived("TEA-1", 3, damaged=2),
        arrived("CUP-1", 1),
        arrived("TEA-1", 5, damaged=4, over_reason=MovementReason.FOUND),
    )
    # then
    assert [(line.after.key, line.change, line.reason) for line in outcome.movements] == [
        (TEA, LevelChange(on_hand=+5, incoming=-5, damaged=+5), MovementReason.RECEIPT),
        (TEA, LevelChange(on_hand=+3, damaged=+1), MovementReason.FOUND),
        (CUP, LevelChange(on_hand=+1, incoming=-1), MovementReason.RECEIPT),
    ]
    partial = order_in(outcome)
    assert (partial.state, partial.closed_at) == (PurchaseOrderState.PARTIALLY_RECEIVED, None)
    assert told(partial)[0] == PurchaseLine(sku="TEA-1", quantity=5, received=5, over=3, unit_cost=COST)
    await check_purchases(store)
    last = await receive(store, order.id)
    assert order_in(last).state is PurchaseOrderState.RECEIVED
    await check_purchases(store)


async def test_what_never_comes_is_given_up(store: Store) -> None:
    """It is incoming no more, for no other reason than that it was ordered; no unit is lost."""
    await given_shop(store)
    order = await given_submitted(store, ("TEA-1", 5), ("CUP-1", 2))
    outcome = await receive(store, order.id, arrived("TEA-1", 3), is_complete=True)
    assert [(line.after.key, line.change, line.reason) for line in outcome.movements] == [
        (TEA, LevelChange(on_hand=+3, incoming=-3), MovementReason.RECEIPT),
        (TEA, LevelChange(incoming=-2), MovementReason.PURCHASE),
        (CUP, LevelChange(incoming=-2), MovementReason.PURCHASE),
    ]
    assert order_in(outcome).state is PurchaseOrderState.RECEIVED
    assert [(line.received, line.short) for line in order_in(outcome).lines] == [(3, 2), (0, 2)]
    await check_purchases(store)
    other = await given_submitted(store, ("TEA-1", 1))
    ended = await receive(store, other.id, is_complete=True)
    assert [line.short for line in order_in(ended).lines] == [1]
    await check_purchases(store)


@pytest.mark.complaint("P1")
async def test_what_is_wrong_with_a_receipt_is_told_line_by_line(store: Store) -> None:
    """Too much without a reason, or what nobody ordered."""
    await given_shop(store)
    order = await given_submitted(store, ("TEA-1", 5), ("CUP-1", 2))
    assert await refused(store, receive(store, order.id, arrived("CUP-1", 3), arrived("TEA-1", 6))) == [
        ExceedsOutstanding(sku="CUP-1", requested=3, outstanding=2, may_be_over=True, field=("lines", "0", "quantity")),
        ExceedsOutstanding(sku="TEA-1", requested=6, outstanding=5, may_be_over=True, field=("lines", "1", "quantity")),
    ]
    assert await refused(store, receive(store, order.id, arrived("TEA-1", 5), arrived("POT-1", 1))) == [
        InvalidValue(
            what="The SKU 'POT-1'", rule="must be that of a line of the purchase order", field=("lines", "1", "sku")
        )
    ]


async def test_a_repeated_receipt_arrives_once(store: Store) -> None:
    """The same key returns the order as it was then; another input under the key is refused."""
    await given_shop(store)
    order = await given_submitted(store, ("TEA-1", 2))
    first = await receive(store, order.id, arrived("TEA-1", 1), key="k")
    await receive(store, order.id)
    again = await receive(store, order.id, arrived("TEA-1", 1), key="k")
    assert (again.replayed, again.operation, again.movements) == (True, first.operation, first.movements)
    assert await refused(store, receive(store, order.id, arrived("TEA-1", 2), key="k")) == [
        IdempotencyKeyReused(key="k")
    ]


async def test_what_is_archived_takes_in_what_was_ordered_and_no_more(store: Store) -> None:
    """No unit is stuck on an order of what is archived: it arrives, or is given up."""
    await given_shop(store)
    order = await given_submitted(store, ("TEA-1", 5), ("CUP-1", 2))
    draft = await given_draft(store, ("TEA-1", 4))
    await store.shop.archive_item("TEA-1", is_archived=True, request=request_info())
    over = arrived("TEA-1", 6, over_reason=MovementReason.FOUND)
    assert await refused(store, receive(store, order.id, arrived("CUP-1", 1), over)) == [
        Archived(kind="item", name="TEA-1", field=("lines", "1", "sku"))
    ]
    await receive(store, order.id, arrived("CUP-1", 2), arrived("TEA-1", 3))
    await store.shop.archive_location("MAIN", is_archived=True, request=request_info())
    await receive(store, order.id, arrived("TEA-1", 1))
    # when
    outcome = await cancel(store, order.id)
    unplanned = await cancel(store, draft.id)
    # then
    assert [(line.after.key, line.change, line.reason) for line in outcome.movements] == [
        (TEA, LevelChange(incoming=-1), MovementReason.PURCHASE)
    ]
    assert [(line.after.key, line.change) for line in unplanned.movements] == [(TEA, LevelChange(planned=-4))]
    contents = await check_purchases(store)
    assert {(level.incoming, level.planned) for level in contents.levels} == {(0, 0)}


@pytest.mark.complaint("P6")
@pytest.mark.parametrize("state", PurchaseOrderState)
async def test_only_what_is_on_order_is_received(store: Store, state: PurchaseOrderState) -> None:
    """A draft was never sent, and what has ended does not begin again."""
    await given_shop(store)
    order = await given_in(store, state)
    if state not in ON_ORDER:
        wrong = [WrongState(kind="PURCHASE_ORDER", id=order.id, state=state.value, reference=order.reference)]
        assert await refused(store, receive(store, order.id)) == wrong
    else:
        assert order_in(await receive(store, order.id)).state is PurchaseOrderState.RECEIVED
    await check_purchases(store)


@pytest.mark.parametrize(
    ("state", "change", "line"),
    [
        (PurchaseOrderState.DRAFT, LevelChange(planned=-2), {"short": 2}),
        (PurchaseOrderState.SUBMITTED, LevelChange(incoming=-2), {"short": 2}),
        (PurchaseOrderState.CONFIRMED, LevelChange(incoming=-2), {"short": 2}),
        (PurchaseOrderState.PARTIALLY_RECEIVED, LevelChange(incoming=-1), {"received": 1, "short": 1}),
    ],
)
@pytest.mark.complaint("P6")
async def test_nothing_more_comes_of_a_cancelled_order(
    store: Store, state: PurchaseOrderState, change: LevelChange, line: dict[str, int]
) -> None:
    """What arrived stays where it is."""
    await given_shop(store)
    order = await given_in(store, state)
    outcome = await cancel(store, order.id)
    assert [(each.change, each.reason, each.reference) for each in outcome.movements] == [
        (change, MovementReason.PURCHASE, "PO-1")
    ]
    cancelled = order_in(outcome)
    assert (cancelled.state, cancelled.closed_at) == (PurchaseOrderState.CANCELLED, outcome.operation.recorded_at)
    assert told(cancelled) == (PurchaseLine(sku="TEA-1", quantity=2, unit_cost=COST, **line),)
    await check_purchases(store)
    assert await refused(store, cancel(store, order.id)) == [
        WrongState(kind="PURCHASE_ORDER", id=order.id, state="CANCELLED", reference=order.reference)
    ]


async def test_an_order_that_was_received_is_not_cancelled(store: Store) -> None:
    """And neither is one that nobody knows."""
    await given_shop(store)
    order = await given_in(store, PurchaseOrderState.RECEIVED)
    wrong = [WrongState(kind="PURCHASE_ORDER", id=order.id, state="RECEIVED", reference=order.reference)]
    assert await refused(store, cancel(store, order.id)) == wrong
    for request in (cancel(store, NO_ID), receive(store, NO_ID)):
        assert await refused(store, request) == [UnknownDocument(kind="PURCHASE_ORDER", id=NO_ID)]
