"""Ordering by itself, over every store: each need once, on one draft per supplier and location, and with its reason."""

from dataclasses import replace
from decimal import Decimal

import pytest

from app.domain.money import money_of
from app.domain.purchasing.purchase_order import PurchaseOrderState
from app.domain.replenishment.need_route import NeedRoute
from app.domain.replenishment.order_reason import OrderReason
from app.domain.replenishment.policy import Policy, ReplenishmentMethod
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import MovementReason
from app.domain.time import Moment
from app.domain.transfers.transfer import TransferState
from app.services.replenishment.draft_writer import Ordered
from tests.property.invariants import check_everything
from tests.support.alerts import set_policy
from tests.support.clock import SECOND
from tests.support.purchases import submit
from tests.support.replenishment import (
    ACME,
    given_policy,
    given_supplier,
    machinery,
    min_max,
    orders,
    proposals,
)
from tests.support.reservations import a_line, reserve
from tests.support.scene import CUP, TEA, TEA_NORTH, adjust, at, given_catalog, given_level, request_info
from tests.support.store import Store

DAY = 86_400
SALE = MovementReason.SALE
EMPTY = Ordered()
TEA_SOUTH = LevelKey("TEA-1", "SOUTH")


async def test_a_level_at_its_reorder_point_is_ordered_up_to_its_target(store: Store) -> None:
    """One line on a draft, which says why with the numbers that were seen; the units are planned."""
    # given
    level = await given_policy(store, on_hand=4, policy=min_max(20), reorder_point=5)
    await given_supplier(store, "TEA-1")
    # when
    ordered = await machinery(store).replenisher.sweep()
    # then
    [order] = ordered.orders
    assert (order.supplier, order.location, order.state) == (ACME, "MAIN", PurchaseOrderState.DRAFT)
    assert order.is_automatic
    [line] = order.lines
    assert (line.sku, line.quantity, line.unit_cost) == ("TEA-1", 16, money_of(Decimal(2)))
    assert line.reasons == (
        OrderReason(
            method=ReplenishmentMethod.MIN_MAX,
            at=order.created_at,
            available=4,
            incoming=0,
            planned=0,
            position=4,
            reorder_point=5,
            target_level=20,
            safety_stock=0,
            order_quantity=None,
            wanted=16,
            quantity=16,
        ),
    )
    after = await store.level(TEA)
    assert after is not None
    assert (after.planned, after.incoming, after.position, after.is_short) == (16, 0, 20, False)
    assert level.is_short
    await check_everything(store)


async def test_what_is_on_order_is_not_ordered_again(store: Store) -> None:
    """However often it is tried, and whatever state the order is in."""
    await given_policy(store, on_hand=4, policy=min_max(20), reorder_point=5)
    await given_supplier(store, "TEA-1")
    sweep = machinery(store).replenisher.sweep
    [order] = (await sweep()).orders
    assert (await sweep()).orders == ()
    await submit(store, order.id)
    assert (await sweep()).orders == ()
    await store.orders.receive(order.id, lines=None, is_complete=False, request=request_info())
    assert (await sweep()).orders == ()
    level = await store.level(TEA)
    assert level is not None
    assert (level.on_hand, level.incoming, level.planned) == (20, 0, 0)
    await check_everything(store)


async def test_items_of_one_supplier_share_a_draft_and_others_do_not(store: Store) -> None:
    """Later needs are added to it for as long as it is a draft; each location has its own."""
    # given
    for key in (TEA, CUP, TEA_NORTH):
        await given_policy(store, key, on_hand=1, policy=min_max(10), reorder_point=5)
    await given_supplier(store, "TEA-1", "CUP-1")
    once = machinery(store)
    # when
    await once.replenisher.order([TEA, TEA_NORTH])
    await once.replenisher.order([CUP])
    await adjust(store, TEA, -1)
    await given_policy(store, TEA, on_hand=0, policy=min_max(30), reorder_point=20)
    await once.replenisher.order([TEA])
    # then
    main, north = sorted(await orders(store), key=lambda order: order.location)
    assert {line.sku: line.quantity for line in main.lines} == {"TEA-1": 30, "CUP-1": 9}
    assert [reason.quantity for reason in main.lines_by_sku["TEA-1"].reasons] == [9, 21]
    assert {line.sku: line.quantity for line in north.lines} == {"TEA-1": 9}
    # and what comes after the draft was sent begins a new one
    await submit(store, main.id)
    await given_policy(store, TEA, on_hand=0, policy=min_max(50), reorder_point=40)
    await once.replenisher.order([TEA])
    [_, _, third] = await orders(store)
    assert {line.sku: line.quantity for line in third.lines} == {"TEA-1": 20}
    await check_everything(store)


@pytest.mark.complaint("O4")
async def test_quantities_keep_to_the_terms_of_the_supplier(store: Store) -> None:
    """Rounded up to the minimum and to whole packs, and the reason says so."""
    await given_policy(store, on_hand=4, policy=min_max(20), reorder_point=5)
    await given_supplier(store)
    await store.suppliers.upsert_item(ACME, "TEA-1", minimum_quantity=20, pack_size=12, request=request_info())
    [order] = (await machinery(store).replenisher.sweep()).orders
    [line] = order.lines
    [reason] = line.reasons
    assert (line.quantity, reason.wanted, reason.minimum_quantity, reason.pack_size) == (24, 16, 20, 12)


async def test_an_order_is_sent_by_itself_where_the_supplier_wants_that(store: Store) -> None:
    """Its units are incoming at once; below the least value of an order it waits for more."""
    # given
    for key in (TEA, CUP):
        await given_policy(store, key, on_hand=1, policy=min_max(10), reorder_point=5)
    await given_supplier(store, "TEA-1", "CUP-1", auto_submit=True, minimum_order_value=Decimal(30))
    once = machinery(store)
    # when
    await once.replenisher.order([TEA])
    # then
    [order] = await orders(store)
    assert order.state is PurchaseOrderState.DRAFT
    # when
    await once.replenisher.order([CUP])
    # then
    [order] = await orders(store)
    assert order.state is PurchaseOrderState.SUBMITTED
    assert order.expected_at == (order.submitted_at or 0) + 7 * DAY * SECOND
    await check_everything(store)


async def test_what_nobody_offers_is_told_and_not_ordered(store: Store) -> None:
    """Archived suppliers and removed offers are none."""
    await given_policy(store, on_hand=4, policy=min_max(20), reorder_point=5)
    await given_supplier(store, "TEA-1", code="GONE")
    await store.suppliers.archive("GONE", is_archived=True, request=request_info())
    await given_supplier(store, "TEA-1", code="OTHER")
    await store.suppliers.remove_item("OTHER", "TEA-1", request=request_info())
    level = await store.level(TEA)
    assert level is not None
    once = machinery(store)
    [need] = await once.needs.of([level])
    assert (need.route, need.wanted, need.quantity) == (NeedRoute.NO_SOURCE, 16, 0)
    assert (await once.replenisher.sweep()).orders == ()
    assert await orders(store) == []


async def test_who_asks_for_an_order_gets_it_where_none_offered_the_item_just_before(store: Store) -> None:
    """By itself the server looks at such a level again after a while only."""
    await given_policy(store, on_hand=4, policy=min_max(20), reorder_point=5)
    once = machinery(store)
    await once.replenisher.sweep()
    await given_supplier(store, "TEA-1")
    assert (await once.replenisher.sweep()).orders == ()
    ran = await once.replenishment.run(skus=("TEA-1",), locations=None, is_review=False, request=request_info())
    [order] = ran.orders
    assert [line.quantity for line in order.lines] == [16]


@pytest.mark.complaint("O5")
async def test_archived_items_are_not_ordered(store: Store) -> None:
    """Nor do they stand in the way of others that are."""
    for key in (TEA, CUP):
        await given_policy(store, key, on_hand=1, policy=min_max(10), reorder_point=5)
    await given_supplier(store, "TEA-1", "CUP-1")
    await store.shop.archive_item("TEA-1", is_archived=True, request=request_info())
    await machinery(store).replenisher.order([TEA, CUP])
    [order] = await orders(store)
    assert [line.sku for line in order.lines] == ["CUP-1"]


async def test_another_location_is_asked_first_where_the_policy_says_so(store: Store) -> None:
    """A proposed transfer: planned at one end and pledged at the other until it is shipped, and ordered no more."""
    # given
    await given_policy(store, TEA_NORTH, on_hand=60, policy=min_max(40), reorder_point=10)
    policy = Policy(method=ReplenishmentMethod.MIN_MAX, target_level=20, resupply_from="NORTH")
    await given_policy(store, TEA, on_hand=2, policy=policy, reorder_point=5)
    await given_supplier(store, "TEA-1")
    once = machinery(store)
    # when
    await once.replenisher.sweep()
    # then
    [transfer] = await proposals(store)
    assert (transfer.source, transfer.destination, transfer.state) == ("NORTH", "MAIN", TransferState.DRAFT)
    [line] = transfer.lines
    assert (line.quantity, line.reason and line.reason.wanted) == (18, 18)
    level = await store.level(TEA)
    assert level is not None
    assert (level.planned, level.is_short) == (18, False)
    source = await store.level(TEA_NORTH)
    assert source is not None
    assert (source.pledged, source.available) == (18, 60)
    assert (await once.replenisher.sweep()).transfers == ()
    await check_everything(store)
    # when it leaves with less than was proposed
    await store.transfers.ship(transfer.id, lines=None, request=request_info())
    level = await store.level(TEA)
    assert level is not None
    assert (level.planned, level.incoming) == (0, 18)
    source = await store.level(TEA_NORTH)
    assert source is not None
    assert (source.pledged, source.available) == (0, 42)
    assert await orders(store) == []
    await check_everything(store)


async def test_what_a_location_can_spare_is_proposed_once(store: Store) -> None:
    """Two levels want the same 20 spare units: one is proposed them, and for the other it is bought, in one go."""
    # given
    await given_policy(store, TEA_NORTH, on_hand=60, policy=min_max(40), reorder_point=10)
    policy = Policy(method=ReplenishmentMethod.MIN_MAX, target_level=20, resupply_from="NORTH", transfer_days=30)
    for key in (TEA, TEA_SOUTH):
        await given_policy(store, key, on_hand=2, policy=policy, reorder_point=5)
    await given_supplier(store, "TEA-1")
    # when
    await machinery(store).replenisher.sweep()
    # then
    [transfer] = await proposals(store)
    [order] = await orders(store)
    assert {transfer.destination, order.location} == {"MAIN", "SOUTH"}
    assert [line.quantity for line in (*transfer.lines, *order.lines)] == [18, 18]
    await check_everything(store)
    # when what was proposed is given up
    cancelled = await store.transfers.cancel(transfer.id, request=request_info())
    # then
    assert {line.after.key: (line.change.pledged, line.change.planned) for line in cancelled.movements} == {
        TEA_NORTH: (-18, 0),
        transfer.arriving("TEA-1"): (0, -18),
    }
    await check_everything(store)


async def test_just_in_time_orders_what_is_waited_for_when_the_lead_time_says_so(store: Store) -> None:
    """5 as soon as possible; 3 more once they are needed within the supplier's week."""
    # given
    await given_level(store, on_hand=1)
    await store.stock.configure(TEA, backorder_limit=20, request=request_info())
    await set_policy(store, TEA, Policy(method=ReplenishmentMethod.JUST_IN_TIME))
    await given_supplier(store, "TEA-1", lead_time_days=7)
    once = machinery(store)
    assert (await once.replenisher.sweep()).orders == ()
    # when
    await reserve(store, a_line(TEA, 6))
    await reserve(store, a_line(TEA, 3), needed_by=at(store.clock.now + 10 * DAY * SECOND))
    [order] = (await once.replenisher.sweep()).orders
    # then
    assert [line.quantity for line in order.lines] == [5]
    level = await store.level(TEA)
    assert level is not None
    [need] = await once.needs.of([level])
    assert (need.route, need.wanted) == (NeedRoute.NOT_YET, 0)
    # when
    store.clock.move(seconds=4 * DAY)
    await once.replenisher.sweep()
    # then
    [order] = await orders(store)
    assert [line.quantity for line in order.lines] == [8]
    await check_everything(store)


async def test_a_periodic_level_is_ordered_at_its_review_date(store: Store) -> None:
    """Every seven days since 1970, up to the target; in between nothing is."""
    # given
    periodic = Policy(method=ReplenishmentMethod.PERIODIC, target_level=20, review_days=7)
    await given_policy(store, on_hand=4, policy=periodic)
    await given_supplier(store, "TEA-1")
    review = machinery(store).review
    store.clock.now = Moment((7 * 3_000 + 1) * DAY * SECOND)
    # when
    assert (await review.run()).ordered.orders == ()
    store.clock.move(seconds=6 * DAY)
    outcome = await review.run()
    # then
    [order] = outcome.ordered.orders
    assert [line.quantity for line in order.lines] == [16]
    assert (await review.run()).ordered.orders == ()
    await check_everything(store)


async def test_a_day_is_reviewed_once(store: Store) -> None:
    """That it was reviewed is an operation of its own."""
    review = machinery(store).review
    assert not await review.is_done(20_370)
    await review.close(20_370)
    await review.close(20_370)
    assert await review.is_done(20_370)
    assert not await review.is_done(20_371)


async def test_demand_based_numbers_follow_what_is_sold(store: Store) -> None:
    """Two a day for ten days: shown before, written by the review, save what is the level's own."""
    # given
    policy = Policy(method=ReplenishmentMethod.DEMAND_BASED, service_level=0.95, review_days=5)
    await given_policy(store, on_hand=100, policy=policy)
    await given_policy(store, CUP, on_hand=100, policy=replace(policy, own=("reorder_point",)))
    await given_supplier(store, "TEA-1", "CUP-1", lead_time_days=7)
    for _ in range(10):
        await adjust(store, TEA, -2, reason=SALE)
        await adjust(store, CUP, -2, reason=SALE)
        store.clock.move(seconds=DAY)
    review = machinery(store).review
    tea = await store.level(TEA)
    assert tea is not None
    # when
    [advice] = await review.advice([tea])
    # then
    assert advice.measured.numbers is not None
    assert advice.demand.units == 20
    assert advice.differs
    # when
    outcome = await review.run()
    # then
    assert (outcome.levels, outcome.changed) == (2, 2)
    tea, cup = await store.level(TEA), await store.level(CUP)
    assert tea is not None
    assert cup is not None
    assert (tea.reorder_point, tea.policy.target_level, tea.policy.safety_stock) == tuple(advice.measured.numbers)
    assert tea.policy.risk_point == advice.measured.risk_point
    assert (cup.reorder_point, cup.policy.target_level) == (0, tea.policy.target_level)
    assert (await review.run()).changed == 0
    await check_everything(store)


async def test_a_level_that_never_was_is_left_alone(store: Store) -> None:
    """A key without a level orders nothing."""
    await given_catalog(store, TEA)
    assert await machinery(store).replenisher.order([TEA, LevelKey("NONE", "MAIN")]) == EMPTY
