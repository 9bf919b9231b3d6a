"""Purchase orders until the goods arrive: drafted, changed, submitted and confirmed, the same over every store."""

from decimal import Decimal

import pytest

from app.domain.errors import (
    Archived,
    BelowOrderValue,
    IdempotencyKeyReused,
    InvalidValue,
    QuantityNotOffered,
    QuantityOutOfRange,
    StaleDocument,
    UnknownDocument,
    UnknownItem,
    UnknownLocation,
    WrongState,
)
from app.domain.limits import MAX_QUANTITY
from app.domain.money import Money
from app.domain.purchasing.commands.purchase_checks import OrderedUnits
from app.domain.purchasing.purchase_order import ON_ORDER, PurchaseLine, PurchaseOrderState
from app.domain.stock.level_change import LevelChange
from app.domain.stock.movement import MovementReason
from app.domain.time import Moment
from tests.support.purchases import (
    ACME,
    DAY,
    check_purchases,
    confirm,
    create,
    given_draft,
    given_in,
    given_offer,
    given_shop,
    given_submitted,
    given_supplier,
    order_in,
    submit,
    told,
    update,
)
from tests.support.scene import CUP, TEA, given_item, refused, request_info
from tests.support.store import Store

LATER = Moment(2_000_000_000_000_000)  # in 2033

NO_ID = "0" * 32


async def test_a_draft_is_planned_and_costs_what_the_supplier_asks(store: Store) -> None:
    """Its units count for the inventory position, not as incoming; a cost that is told goes before the offer."""
    # given
    await given_shop(store)
    # when
    lines = [OrderedUnits(sku="TEA-1", quantity=8), OrderedUnits(sku="CUP-1", quantity=3, unit_cost=Decimal("1.2"))]
    said = request_info("k", reference="PO-1", note="By Friday.")
    outcome = await store.orders.create(ACME, "MAIN", lines, request=said)
    # then
    assert [(line.after.key, line.change, line.reason, line.reference) for line in outcome.movements] == [
        (TEA, LevelChange(planned=+8), MovementReason.PURCHASE, "PO-1"),
        (CUP, LevelChange(planned=+3), MovementReason.PURCHASE, "PO-1"),
    ]
    level = outcome.movements[0].after
    assert (level.available, level.incoming, level.planned, level.position) == (0, 0, 8, 8)
    order = order_in(outcome)
    assert (order.state, order.supplier, order.location) == (PurchaseOrderState.DRAFT, ACME, "MAIN")
    assert (order.reference, order.note, order.is_automatic, order.version) == ("PO-1", "By Friday.", False, 1)
    by_us = {"set_by": said.actor, "set_at": order.created_at}
    assert order.lines == (
        PurchaseLine(sku="TEA-1", quantity=8, unit_cost=Money(25_000), **by_us),
        PurchaseLine(sku="CUP-1", quantity=3, unit_cost=Money(12_000), **by_us),
    )
    contents = await check_purchases(store)
    assert order in contents.documents
    again = await store.orders.create(ACME, "MAIN", lines, request=said)
    assert (again.replayed, again.operation) == (True, outcome.operation)
    other = create(store, ("TEA-1", 8), key="k")
    assert await refused(store, other) == [IdempotencyKeyReused(key="k")]


async def test_everything_that_is_unknown_or_archived_is_told_at_once(store: Store) -> None:
    """Supplier, location and items; a location that is wrong is told once."""
    await given_shop(store)
    await given_item(store, "OLD-1")
    await store.shop.archive_item("OLD-1", is_archived=True, request=request_info())
    request = create(store, ("NIX", 1), ("TEA-1", 2), ("OLD-1", 3), supplier="NONE")
    assert await refused(store, request) == [
        UnknownDocument(kind="SUPPLIER", id="NONE", field=("supplier",)),
        UnknownItem(sku="NIX", field=("lines", "0", "sku")),
        Archived(kind="item", name="OLD-1", field=("lines", "2", "sku")),
    ]
    await store.suppliers.archive(ACME, is_archived=True, request=request_info())
    assert await refused(store, create(store, ("TEA-1", 1), ("CUP-1", 1), location="NOWHERE")) == [
        Archived(kind="supplier", name=ACME, field=("supplier",)),
        UnknownLocation(location="NOWHERE", field=("location",)),
    ]


async def test_no_more_is_planned_than_a_level_can_hold(store: Store) -> None:
    """The line is told."""
    await given_shop(store)
    await create(store, ("TEA-1", MAX_QUANTITY))
    assert await refused(store, create(store, ("CUP-1", 1), ("TEA-1", 1))) == [
        QuantityOutOfRange(quantity=MAX_QUANTITY + 1, minimum=0, field=("lines", "1", "quantity"))
    ]


async def test_the_lines_of_a_draft_are_set(store: Store) -> None:
    """What is planned follows; lines not named stay, 0 takes one away, and a new one costs what is offered."""
    # given
    await given_shop(store)
    await given_offer(store, "CUP-1", cost="0.90")
    await given_item(store, "POT-1")
    draft = await given_draft(store, ("TEA-1", 8), ("POT-1", 2))
    # when
    outcome = await update(store, draft.id, ("CUP-1", 5), ("TEA-1", 6), ("POT-1", 0), version=1, key="k")
    # then
    assert [(line.after.key.sku, line.change, line.reference) for line in outcome.movements] == [
        ("CUP-1", LevelChange(planned=+5), "PO-1"),
        ("TEA-1", LevelChange(planned=-2), "PO-1"),
        ("POT-1", LevelChange(planned=-2), "PO-1"),
    ]
    assert told(order_in(outcome)) == (
        PurchaseLine(sku="TEA-1", quantity=6, unit_cost=Money(25_000)),
        PurchaseLine(sku="CUP-1", quantity=5, unit_cost=Money(9_000)),
    )
    await check_purchases(store)
    # when
    lines = [OrderedUnits(sku="TEA-1", quantity=6, unit_cost=Decimal(2))]
    cheaper = await store.orders.update(draft.id, lines, request=request_info())
    # then
    assert cheaper.movements == ()
    assert told(order_in(cheaper))[0] == PurchaseLine(sku="TEA-1", quantity=6, unit_cost=Money(20_000))
    again = await update(store, draft.id, ("CUP-1", 5), ("TEA-1", 6), ("POT-1", 0), version=1, key="k")
    assert (again.replayed, again.movements) == (True, outcome.movements)
    await check_purchases(store)


async def test_what_cannot_be_changed_is_told_line_by_line(store: Store) -> None:
    """Less of what is archived may be ordered, more may not; an order keeps one line at least."""
    await given_shop(store)
    draft = await given_draft(store, ("TEA-1", 8), ("CUP-1", 2))
    await store.shop.archive_item("TEA-1", is_archived=True, request=request_info())
    assert await refused(store, update(store, draft.id, ("TEA-1", 9), ("NIX", 1), ("POT-1", 0), ("CUP-1", 3))) == [
        Archived(kind="item", name="TEA-1", field=("lines", "0", "sku")),
        UnknownItem(sku="NIX", field=("lines", "1", "sku")),
        InvalidValue(
            what="The SKU 'POT-1'", rule="must be that of a line of the purchase order", field=("lines", "2", "sku")
        ),
    ]
    assert await refused(store, update(store, draft.id, ("TEA-1", 0), ("CUP-1", 0))) == [
        InvalidValue(what="A purchase order", rule="must keep a line at least: cancel it instead", field=("lines",))
    ]
    assert await refused(store, update(store, draft.id, ("CUP-1", 1), version=2)) == [
        StaleDocument(kind="PURCHASE_ORDER", id=draft.id, expected=2, actual=1)
    ]
    outcome = await update(store, draft.id, ("TEA-1", 7))
    assert [line.change for line in outcome.movements] == [LevelChange(planned=-1)]
    await check_purchases(store)


async def test_a_submitted_order_is_incoming_and_expected_after_the_longest_lead_time(store: Store) -> None:
    """Its units are planned no longer."""
    # given
    await given_shop(store)
    await given_offer(store, "CUP-1", days=9)
    draft = await given_draft(store, ("TEA-1", 8), ("CUP-1", 3))
    # when
    outcome = await submit(store, draft.id)
    # then
    assert [(line.after.key, line.change, line.reason, line.reference) for line in outcome.movements] == [
        (TEA, LevelChange(planned=-8, incoming=+8), MovementReason.PURCHASE, "PO-1"),
        (CUP, LevelChange(planned=-3, incoming=+3), MovementReason.PURCHASE, "PO-1"),
    ]
    order = order_in(outcome)
    assert (order.state, order.version) == (PurchaseOrderState.SUBMITTED, 2)
    assert order.submitted_at == outcome.operation.recorded_at
    assert order.expected_at == outcome.operation.recorded_at + 9 * DAY
    assert (order.confirmed_at, order.closed_at) == (None, None)
    await check_purchases(store)
    early = await submit(store, (await given_draft(store, ("TEA-1", 1))).id, expected_at=LATER)
    assert order_in(early).expected_at == LATER


async def test_terms_that_are_not_kept_are_refused_unless_somebody_insists(store: Store) -> None:
    """Every line below the minimum or with half a pack, and the value of the whole."""
    await given_shop(store)
    await given_supplier(store, minimum_order_value=Decimal(100))
    await given_offer(store, "TEA-1", cost="2.50", minimum=12, pack=6)
    await given_offer(store, "CUP-1", pack=4)
    draft = await given_draft(store, ("TEA-1", 8), ("CUP-1", 6))
    broken = [
        QuantityNotOffered(supplier=ACME, sku="TEA-1", quantity=8, minimum_quantity=12, pack_size=6, enough=12),
        QuantityNotOffered(supplier=ACME, sku="CUP-1", quantity=6, minimum_quantity=1, pack_size=4, enough=8),
        BelowOrderValue(supplier=ACME, value=Money(200_000), minimum=Money(1_000_000)),
    ]
    assert await refused(store, submit(store, draft.id)) == broken
    await update(store, draft.id, ("TEA-1", 42), ("CUP-1", 8))
    assert order_in(await submit(store, draft.id)).value == Money(1_050_000)
    small = await given_draft(store, ("TEA-1", 1))
    insisted = await submit(store, small.id, ignore_minimums=True)
    assert order_in(insisted).state is PurchaseOrderState.SUBMITTED
    await check_purchases(store)


async def test_the_terms_of_today_count(store: Store) -> None:
    """Not those of the day when the draft was written; what is no longer offered has none."""
    await given_shop(store)
    draft = await given_draft(store, ("TEA-1", 8))
    await given_offer(store, "TEA-1", pack=5)
    assert await refused(store, submit(store, draft.id)) == [
        QuantityNotOffered(supplier=ACME, sku="TEA-1", quantity=8, minimum_quantity=1, pack_size=5, enough=10)
    ]
    await store.suppliers.remove_item(ACME, "TEA-1", request=request_info())
    assert order_in(await submit(store, draft.id)).state is PurchaseOrderState.SUBMITTED


async def test_a_draft_is_submitted_as_it_was_seen(store: Store) -> None:
    """Whoever says which version is told when it is another."""
    await given_shop(store)
    draft = await given_draft(store, ("TEA-1", 8))
    await update(store, draft.id, ("TEA-1", 80))
    assert await refused(store, submit(store, draft.id, version=1)) == [
        StaleDocument(kind="PURCHASE_ORDER", id=draft.id, expected=1, actual=2)
    ]
    first = await submit(store, draft.id, version=2, key="k")
    again = await submit(store, draft.id, version=2, key="k")
    assert (again.replayed, again.operation) == (True, first.operation)
    assert await refused(store, submit(store, draft.id, version=3, key="k")) == [IdempotencyKeyReused(key="k")]


async def test_nothing_that_is_archived_is_ordered(store: Store) -> None:
    """Supplier, location and items: all told at once, at the order."""
    await given_shop(store)
    draft = await given_draft(store, ("TEA-1", 8), ("CUP-1", 1))
    await store.suppliers.archive(ACME, is_archived=True, request=request_info())
    await store.shop.archive_item("CUP-1", is_archived=True, request=request_info())
    assert await refused(store, submit(store, draft.id)) == [
        Archived(kind="supplier", name=ACME, field=("id",)),
        Archived(kind="item", name="CUP-1", field=("id",)),
    ]
    await store.shop.archive_location("MAIN", is_archived=True, request=request_info())
    assert await refused(store, submit(store, draft.id)) == [
        Archived(kind="supplier", name=ACME, field=("id",)),
        Archived(kind="location", name="MAIN", field=("id",)),
    ]


async def test_the_supplier_confirms_and_may_say_when(store: Store) -> None:
    """No unit moves."""
    await given_shop(store)
    first = await given_submitted(store, ("TEA-1", 8))
    outcome = await confirm(store, first.id)
    assert outcome.movements == ()
    order = order_in(outcome)
    assert (order.state, order.expected_at) == (PurchaseOrderState.CONFIRMED, first.expected_at)
    assert order.confirmed_at == outcome.operation.recorded_at
    second = await given_submitted(store, ("TEA-1", 8))
    assert order_in(await confirm(store, second.id, expected_at=LATER)).expected_at == LATER
    await check_purchases(store)


@pytest.mark.parametrize("state", PurchaseOrderState)
async def test_each_step_has_its_states(store: Store, state: PurchaseOrderState) -> None:
    """Only a draft is changed and submitted; what was submitted is confirmed, and any order under way may be late."""
    await given_shop(store)
    order = await given_in(store, state)
    wrong = [WrongState(kind="PURCHASE_ORDER", id=order.id, state=state.value, reference=order.reference)]
    if state is not PurchaseOrderState.DRAFT:
        assert await refused(store, update(store, order.id, ("TEA-1", 3))) == wrong
        assert await refused(store, submit(store, order.id)) == wrong
    if state is not PurchaseOrderState.SUBMITTED:
        assert await refused(store, confirm(store, order.id)) == wrong
    if state in ON_ORDER:
        delayed = order_in(await confirm(store, order.id, expected_at=LATER))
        assert delayed.expected_at == LATER
        assert (delayed.state is state) == (state is not PurchaseOrderState.SUBMITTED)
    else:
        assert await refused(store, confirm(store, order.id, expected_at=LATER)) == wrong
    await check_purchases(store)


async def test_an_unknown_order_is_refused(store: Store) -> None:
    """Whatever is to be done with it."""
    await given_shop(store)
    unknown = [UnknownDocument(kind="PURCHASE_ORDER", id=NO_ID)]
    for request in (update(store, NO_ID, ("TEA-1", 1)), submit(store, NO_ID), confirm(store, NO_ID)):
        assert await refused(store, request) == unknown
