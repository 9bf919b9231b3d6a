"""Purchase orders that turn out otherwise: fewer are confirmed, a receipt was wrong, more come after the end.

The same over every store.
"""

from decimal import Decimal

import pytest

from app.domain.errors import (
    ExceedsOutstanding,
    InsufficientStock,
    InvalidValue,
    StaleDocument,
    UnknownDocument,
    WrongState,
)
from app.domain.money import Money, decimal_of
from app.domain.purchasing.commands.purchase_checks import OrderedUnits
from app.domain.purchasing.purchase_order import PurchaseOrderState
from app.domain.stock.commands.receipt import Arrival
from app.domain.stock.level_change import LevelChange, UnavailableReason
from app.domain.stock.movement import MovementReason
from app.domain.time import Moment
from tests.support.purchases import (
    cancel,
    check_purchases,
    confirm,
    given_draft,
    given_shop,
    given_submitted,
    order_in,
    receive,
    submit,
    take_back,
    units,
)
from tests.support.reservations import a_line, given_reservation
from tests.support.scene import CUP, TEA, adjust, given_level, refused, request_info
from tests.support.store import Store

NO_ID = "0" * 32
FOUND = MovementReason.FOUND


def line_of(store_order: object, sku: str = "TEA-1") -> tuple[int, int, int, int, int]:
    """Return what is ordered, received, short, over and outstanding of an item."""
    line = store_order.lines_by_sku[sku]  # type: ignore[attr-defined]
    return (line.quantity, line.received, line.short, line.over, line.outstanding)


async def incoming(store: Store) -> int:
    """Return the units of TEA-1 that are incoming."""
    level = await store.level(TEA)
    return 0 if level is None else level.incoming


@pytest.mark.complaint("P4")
async def test_a_supplier_confirms_fewer_more_or_another_price(store: Store) -> None:
    """Fewer leave the others short at once, more are expected, and what it revises may be said again."""
    # given
    await given_shop(store)
    order = await given_submitted(store, ("TEA-1", 10), ("CUP-1", 4))
    # when
    outcome = await confirm(store, order.id, OrderedUnits(sku="TEA-1", quantity=6, unit_cost=Decimal("3.10")))
    # then
    assert [(line.after.key, line.change, line.reason) for line in outcome.movements] == [
        (TEA, LevelChange(incoming=-4), MovementReason.PURCHASE)
    ]
    confirmed = order_in(outcome)
    assert (confirmed.state, line_of(confirmed)) == (PurchaseOrderState.CONFIRMED, (10, 6 - 6, 4, 0, 6))
    assert confirmed.lines_by_sku["TEA-1"].unit_cost == Money(31_000)
    assert confirmed.lines_by_sku["CUP-1"].outstanding == 4
    await check_purchases(store)
    # when
    revised = order_in(await confirm(store, order.id, *units(("TEA-1", 12), ("CUP-1", 0))))
    # then
    assert (line_of(revised), line_of(revised, "CUP-1")) == ((12, 0, 0, 0, 12), (4, 0, 4, 0, 0))
    assert await incoming(store) == 12
    await check_purchases(store)
    # when
    await receive(store, order.id, Arrival(sku="TEA-1", quantity=5))
    last = order_in(await confirm(store, order.id, *units(("TEA-1", 5))))
    # then
    assert (last.state, line_of(last)) == (PurchaseOrderState.RECEIVED, (12, 5, 7, 0, 0))
    await check_purchases(store)


async def test_an_order_of_which_nothing_comes_has_ended(store: Store) -> None:
    """As if it were cancelled."""
    await given_shop(store)
    order = await given_submitted(store, ("TEA-1", 10))
    ended = order_in(await confirm(store, order.id, *units(("TEA-1", 0))))
    assert (ended.state, await incoming(store)) == (PurchaseOrderState.CANCELLED, 0)
    await check_purchases(store)


async def test_a_confirmation_that_cannot_be_is_refused(store: Store) -> None:
    """Fewer than have arrived, what nobody ordered, of an order that somebody has changed since."""
    await given_shop(store)
    order = await given_submitted(store, ("TEA-1", 10))
    partial = order_in(await receive(store, order.id, Arrival(sku="TEA-1", quantity=3)))
    rule = "must be at least 3, the units that have arrived"
    fewer = InvalidValue(what="A confirmed quantity", rule=rule, field=("lines", "0", "quantity"))
    assert await refused(store, confirm(store, order.id, *units(("TEA-1", 2)))) == [fewer]
    unknown = "must be that of a line of the purchase order"
    assert await refused(store, confirm(store, order.id, *units(("POT-1", 2)))) == [
        InvalidValue(what="The SKU 'POT-1'", rule=unknown, field=("lines", "0", "sku"))
    ]
    stale = StaleDocument(kind="PURCHASE_ORDER", id=order.id, expected=order.version, actual=partial.version)
    assert await refused(store, confirm(store, order.id, *units(("TEA-1", 5)), version=order.version)) == [stale]


@pytest.mark.complaint("P3")
async def test_a_receipt_that_was_wrong_is_taken_back(store: Store) -> None:
    """100 typed for 10: the others are not on hand, and expected again. The counter-entry names the receipt."""
    # given
    await given_shop(store)
    order = await given_submitted(store, ("TEA-1", 100))
    receipt = await receive(store, order.id)
    # when
    outcome = await take_back(store, order.id, receipt, ("TEA-1", 90))
    # then
    assert [(line.after.key, line.change, line.reason) for line in outcome.movements] == [
        (TEA, LevelChange(on_hand=-90, incoming=+90), MovementReason.RECEIPT)
    ]
    assert outcome.operation.info.reverses == receipt.operation.id
    corrected = order_in(outcome)
    assert (corrected.state, corrected.closed_at) == (PurchaseOrderState.PARTIALLY_RECEIVED, None)
    assert line_of(corrected) == (100, 10, 0, 0, 90)
    await check_purchases(store)
    # when
    rest = order_in(await take_back(store, order.id, receipt))
    # then
    assert (rest.state, line_of(rest)) == (PurchaseOrderState.SUBMITTED, (100, 0, 0, 0, 100))
    assert await refused(store, take_back(store, order.id, receipt)) == [
        WrongState(
            kind="PURCHASE_RECEIPT", id=receipt.operation.id, state="REVERSED", reference="PO-1", field=("receipt",)
        )
    ]
    assert order_in(await receive(store, order.id)).state is PurchaseOrderState.RECEIVED
    await check_purchases(store)


async def test_a_whole_receipt_is_taken_back_with_all_that_it_did(store: Store) -> None:
    """What was damaged, what came beyond the order, and what it gave up."""
    # given
    await given_shop(store)
    order = await given_submitted(store, ("TEA-1", 5), ("CUP-1", 4))
    lines = (Arrival(sku="TEA-1", quantity=8, damaged=6, over_reason=FOUND), Arrival(sku="CUP-1", quantity=1))
    receipt = await receive(store, order.id, *lines, is_complete=True)
    # when
    outcome = await take_back(store, order.id, receipt)
    # then
    assert [(line.after.key, line.change, line.reason) for line in outcome.movements] == [
        (TEA, LevelChange(on_hand=-5, incoming=+5, damaged=-3), MovementReason.RECEIPT),
        (TEA, LevelChange(on_hand=-3, damaged=-3), MovementReason.CORRECTION),
        (CUP, LevelChange(on_hand=-1, incoming=+1), MovementReason.RECEIPT),
        (CUP, LevelChange(incoming=+3), MovementReason.PURCHASE),
    ]
    again = order_in(outcome)
    assert (line_of(again), line_of(again, "CUP-1")) == ((5, 0, 0, 0, 5), (4, 0, 0, 0, 4))
    await check_purchases(store)


async def test_a_receipt_of_a_cancelled_order_is_taken_back(store: Store) -> None:
    """Nothing of it is expected again."""
    await given_shop(store)
    order = await given_submitted(store, ("TEA-1", 5))
    receipt = await receive(store, order.id, Arrival(sku="TEA-1", quantity=2))
    await cancel(store, order.id)
    after = order_in(await take_back(store, order.id, receipt))
    assert (after.state, line_of(after), await incoming(store)) == (PurchaseOrderState.CANCELLED, (5, 0, 5, 0, 0), 0)
    await check_purchases(store)


async def test_what_cannot_be_taken_back_is_refused(store: Store) -> None:
    """More than the receipt took in, another order's receipt, no receipt, units that are sold."""
    # given
    await given_shop(store)
    order, other = await given_submitted(store, ("TEA-1", 5)), await given_submitted(store, ("CUP-1", 5))
    receipt = await receive(store, order.id, Arrival(sku="TEA-1", quantity=4))
    # then
    rule = "must be at most 4: so many units of it are left of the receipt"
    many = InvalidValue(what="The quantity", rule=rule, field=("lines", "0", "quantity"))
    assert await refused(store, take_back(store, order.id, receipt, ("TEA-1", 5))) == [many]
    unknown = UnknownDocument(kind="PURCHASE_RECEIPT", id=receipt.operation.id, field=("receipt",))
    assert await refused(store, take_back(store, other.id, receipt)) == [unknown]
    assert await refused(store, take_back(store, NO_ID, receipt)) == [UnknownDocument(kind="PURCHASE_ORDER", id=NO_ID)]
    # when
    await adjust(store, TEA, -3, reason=MovementReason.SALE)
    sold = InsufficientStock(sku="TEA-1", location="MAIN", requested=2, available=1, field=("lines", "0", "quantity"))
    assert await refused(store, take_back(store, order.id, receipt, ("TEA-1", 2))) == [sold]


@pytest.mark.parametrize("is_written_off", [True, False])
async def test_damaged_units_that_are_damaged_no_more_are_not_taken_back(store: Store, *, is_written_off: bool) -> None:
    """Whether they were written off or released meanwhile: undamaged ones are not taken for them."""
    # given
    await given_shop(store)
    await adjust(store, TEA, 20)
    order = await given_submitted(store, ("TEA-1", 5))
    receipt = await receive(store, order.id, Arrival(sku="TEA-1", quantity=5, damaged=2))
    damaged = UnavailableReason.DAMAGED
    # when
    if is_written_off:
        await store.stock.write_off(TEA, quantity=1, reason=damaged, request=request_info())
    else:
        await store.stock.reclassify(TEA, quantity=1, source=damaged, target=None, request=request_info())
    # then
    gone = InsufficientStock(sku="TEA-1", location="MAIN", requested=2, available=1, reason="DAMAGED", field=("id",))
    assert await refused(store, take_back(store, order.id, receipt)) == [gone]
    taken = order_in(await take_back(store, order.id, receipt, ("TEA-1", 4)))
    assert line_of(taken) == (5, 1, 0, 0, 4)
    await check_purchases(store)


async def test_units_that_never_came_are_taken_back_although_they_are_promised(store: Store) -> None:
    """The level is short of them then."""
    # given
    await given_shop(store)
    order = await given_submitted(store, ("TEA-1", 5))
    receipt = await receive(store, order.id)
    await given_reservation(store, a_line(TEA, 4))
    # when
    [movement] = (await take_back(store, order.id, receipt, ("TEA-1", 3))).movements
    # then
    assert (movement.after.on_hand, movement.after.shortfall) == (2, 2)
    await check_purchases(store)


@pytest.mark.complaint("P2")
@pytest.mark.parametrize("ended", ["received", "cancelled"])
async def test_what_comes_after_the_end_is_beyond_what_was_ordered(store: Store, ended: str) -> None:
    """It needs a reason, and stands on the order; the order stays as it ended."""
    # given
    await given_shop(store)
    order = await given_submitted(store, ("TEA-1", 5))
    before = order_in(await (receive(store, order.id) if ended == "received" else cancel(store, order.id)))
    # then
    over = ExceedsOutstanding(
        sku="TEA-1", requested=2, outstanding=0, may_be_over=True, field=("lines", "0", "quantity")
    )
    assert await refused(store, receive(store, order.id, Arrival(sku="TEA-1", quantity=2))) == [over]
    late = order_in(await receive(store, order.id, Arrival(sku="TEA-1", quantity=2, over_reason=FOUND)))
    assert (late.state, late.closed_at) == (before.state, before.closed_at)
    assert late.lines_by_sku["TEA-1"].over == 2
    assert await refused(store, receive(store, order.id)) == [
        WrongState(kind="PURCHASE_ORDER", id=order.id, state=late.state.value, reference=order.reference)
    ]
    await check_purchases(store)


@pytest.mark.complaint("P5")
async def test_what_is_received_is_worth_its_weighted_average_cost(store: Store) -> None:
    """3 at 10 and 2 at 20 are 5 at 14, wherever they are; a sale changes nothing, and a reversal takes it back.

    That holds after units were sold, and down to none that are left; and it is at what the units cost as they arrived.
    """

    async def worth() -> Decimal | None:
        item = (await store.catalog.items(["TEA-1"]))["TEA-1"]
        return None if item.unit_cost is None else decimal_of(item.unit_cost)

    async def received(quantity: int, cost: str | None, *arrivals: Arrival) -> tuple[str, object]:
        order = order_in(
            await store.orders.create(
                "ACME",
                "MAIN",
                [OrderedUnits(sku="TEA-1", quantity=quantity, unit_cost=None if cost is None else Decimal(cost))],
                request=request_info(),
            )
        )
        order = order_in(await submit(store, order.id, version=order.version))
        return order.id, await receive(store, order.id, *arrivals)

    # given
    await given_shop(store)
    # then
    await received(3, "10")
    assert await worth() == Decimal(10)
    identity, receipt = await received(2, "20")
    assert await worth() == Decimal(14)
    # when
    await adjust(store, TEA, -1, reason=MovementReason.SALE)
    assert await worth() == Decimal(14)
    await adjust(store, TEA, +1, reason=MovementReason.RETURN)
    await take_back(store, identity, receipt)  # type: ignore[arg-type]
    # then
    assert await worth() == Decimal(10)
    # when
    identity, receipt = await received(2, "20")
    await adjust(store, TEA, -3, reason=MovementReason.SALE)
    await take_back(store, identity, receipt, ("TEA-1", 1))  # type: ignore[arg-type]
    # then
    assert await worth() == Decimal("12.5")
    await take_back(store, identity, receipt)  # type: ignore[arg-type]
    assert await worth() == Decimal(10)
    # when
    identity, receipt = await received(100, "0.5")
    assert await worth() == Decimal("0.5")
    await take_back(store, identity, receipt)  # type: ignore[arg-type]
    # then
    assert await worth() == Decimal(10)
    # when
    identity, receipt = await received(8, "6", Arrival(sku="TEA-1", quantity=5))
    await confirm(store, identity, OrderedUnits(sku="TEA-1", quantity=8, unit_cost=Decimal(7)))
    await received(5, "12")
    assert await worth() == Decimal(9)
    await take_back(store, identity, receipt)  # type: ignore[arg-type]
    # then
    assert await worth() == Decimal(12)
    await given_level(store, CUP, on_hand=1)
    await check_purchases(store)


@pytest.mark.complaint("P7")
async def test_times_that_cannot_be_are_refused(store: Store) -> None:
    """Goods are not expected in the past, and nothing happened before 2000. A repeat is answered as the first."""
    # given
    await given_shop(store)
    draft = await given_draft(store, ("TEA-1", 5))
    past = Moment(store.clock() - 301_000_000)
    early = InvalidValue(what="An expected time", rule="must not be in the past", field=("expectedAt",))
    # then
    assert await refused(store, submit(store, draft.id, expected_at=past)) == [early]
    mistyped = Moment(store.clock() + 180 * 366 * 86_400_000_000)  # 2206 for 2026
    far = InvalidValue(what="An expected time", rule="must be at most 3660 days from now", field=("expectedAt",))
    assert await refused(store, submit(store, draft.id, expected_at=mistyped)) == [far]
    soon = Moment(store.clock() + 1_000_000)
    sent = await submit(store, draft.id, version=draft.version, expected_at=soon, key="k")
    assert await refused(store, confirm(store, draft.id, expected_at=past)) == [early]
    store.clock.move(seconds=3_600)
    again = await submit(store, draft.id, version=draft.version, expected_at=soon, key="k")
    assert (again.replayed, again.operation) == (True, sent.operation)
