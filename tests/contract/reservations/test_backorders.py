"""Backorders: units promised before they are there, and given to those who wait in the order of their age."""

import pytest

from app.domain.errors import (
    InsufficientStock,
    InvalidValue,
    InventoryError,
    UnknownItem,
    UnknownLocation,
)
from app.domain.reservations.reservation import Reservation, ReservationState
from app.domain.stock.availability import LevelStatus
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import MovementReason
from tests.support.reservations import (
    a_hold,
    a_line,
    anywhere,
    assign,
    check_reservations,
    expire,
    given_backorder_limit,
    given_item_with_backorders,
    given_reservation,
    move_to_end,
    recorded,
    reserve,
    waiting_ids,
)
from tests.support.scene import CUP, TEA, TEA_NORTH, adjust, given_level, given_location, refused, request_info
from tests.support.store import Store

TEA_SOUTH = LevelKey("TEA-1", "SOUTH")
NOTHING_FREE = InsufficientStock(sku="TEA-1", location="MAIN", requested=1, available=0)
NOTHING_GIVEN = InvalidValue(what="An assignment", rule="must give at least one unit to a reservation that waits")


async def given_tea(store: Store, *, on_hand: int, limit: int, key: LevelKey = TEA) -> None:
    """Create a level that may promise so many units that are not there."""
    await given_level(store, key, on_hand=on_hand)
    await given_backorder_limit(store, key, limit)


async def available(store: Store, key: LevelKey = TEA) -> int:
    """Return the units of a level that may be promised now."""
    level = await store.level(key)
    assert level is not None
    return level.available


async def test_what_is_not_there_is_waited_for(store: Store) -> None:
    """The level holds what it has and has backordered the rest: available goes below zero."""
    # given
    await given_tea(store, on_hand=3, limit=4)
    # when
    outcome = await reserve(store, a_line(TEA, 5))
    # then
    reservation = await recorded(store, outcome.operation.id)
    assert reservation.holds == (a_hold(0, TEA, held=3, waiting=2),)
    assert reservation.shortages == (0,)
    [line] = outcome.movements
    assert (line.change.reserved, line.change.backordered, line.reason) == (3, 2, MovementReason.RESERVATION)
    level = await store.level(TEA)
    assert level == line.after
    assert (level.on_hand, level.reserved, level.backordered, level.available) == (3, 3, 2, -2)
    assert level.status is LevelStatus.OUT
    await check_reservations(store)


async def test_no_more_is_promised_than_the_limit_allows(store: Store) -> None:
    """To the unit; the shortage tells what could have been promised."""
    await given_tea(store, on_hand=3, limit=4)
    await given_reservation(store, a_line(TEA, 6))
    assert await refused(store, reserve(store, a_line(TEA, 2))) == [
        InsufficientStock(
            sku="TEA-1", location="MAIN", requested=2, available=1, waiting=3, field=("lines", "0", "quantity")
        )
    ]
    await given_reservation(store, a_line(TEA, 1))
    assert await available(store) == -4
    await check_reservations(store)


async def test_an_order_may_refuse_to_wait(store: Store) -> None:
    """Then only what is there counts."""
    await given_tea(store, on_hand=3, limit=4)
    assert await refused(store, reserve(store, a_line(TEA, 5), accept_backorder=False)) == [
        InsufficientStock(sku="TEA-1", location="MAIN", requested=5, available=3, field=("lines", "0", "quantity"))
    ]
    reservation = await given_reservation(store, a_line(TEA, 5), accept_backorder=False, allow_partial=True)
    assert reservation.holds == (a_hold(0, TEA, held=3),)


async def test_an_order_in_part_waits_for_what_may_be_waited_for(store: Store) -> None:
    """Held, waited for and short add up to what was asked for."""
    await given_tea(store, on_hand=3, limit=4)
    reservation = await given_reservation(store, a_line(TEA, 9), allow_partial=True)
    assert reservation.holds == (a_hold(0, TEA, held=3, waiting=4),)
    assert reservation.shortages == (2,)


async def test_an_order_may_wait_where_the_item_was_never_stocked(store: Store) -> None:
    """The level begins with the item's own limit."""
    await given_item_with_backorders(store, "TEA-1", 2)
    await given_location(store)
    reservation = await given_reservation(store, a_line(TEA, 2))
    assert reservation.holds == (a_hold(0, TEA, waiting=2),)
    assert await available(store) == -2
    assert [error.code for error in await refused(store, reserve(store, a_line(TEA, 1)))] == ["INSUFFICIENT_STOCK"]


async def test_the_rest_of_a_sourced_line_waits_at_one_location_that_allows_it_all(store: Store) -> None:
    """The first by priority that does; what is there is taken from everywhere before."""
    # given
    await given_tea(store, on_hand=1, limit=1)
    await given_tea(store, on_hand=2, limit=5, key=TEA_NORTH)
    await given_tea(store, on_hand=0, limit=9, key=TEA_SOUTH)
    for priority, code in enumerate(["MAIN", "SOUTH", "NORTH"], start=1):
        await store.shop.upsert_location(code, priority=priority, request=request_info())
    # when
    reservation = await given_reservation(store, anywhere("TEA-1", 6))
    # then
    assert reservation.holds == (
        a_hold(0, TEA, held=1),
        a_hold(0, TEA_NORTH, held=2),
        a_hold(0, TEA_SOUTH, waiting=3),
    )
    await check_reservations(store)


async def test_of_equal_locations_the_rest_waits_where_the_order_has_units_already(store: Store) -> None:
    """So that it needs fewer parcels."""
    await given_tea(store, on_hand=0, limit=5)
    await given_tea(store, on_hand=2, limit=5, key=TEA_NORTH)
    reservation = await given_reservation(store, anywhere("TEA-1", 6))
    assert reservation.holds == (a_hold(0, TEA_NORTH, held=2, waiting=4),)


async def test_the_rest_is_split_where_no_location_allows_it_all(store: Store) -> None:
    """By priority, each as far as it goes; an order of fewer locations than that is short."""
    # given
    await given_tea(store, on_hand=1, limit=2)
    await given_tea(store, on_hand=0, limit=3, key=TEA_NORTH)
    await given_tea(store, on_hand=0, limit=3, key=TEA_SOUTH)
    await store.shop.upsert_location("SOUTH", priority=1, request=request_info())
    # then
    assert await refused(store, reserve(store, anywhere("TEA-1", 9), max_locations=2)) == [
        InsufficientStock(sku="TEA-1", location="", requested=9, available=6, field=("lines", "0", "quantity"))
    ]
    reservation = await given_reservation(store, anywhere("TEA-1", 9))
    assert reservation.holds == (
        a_hold(0, TEA, held=1, waiting=2),
        a_hold(0, TEA_SOUTH, waiting=3),
        a_hold(0, TEA_NORTH, waiting=3),
    )
    await check_reservations(store)


async def test_two_lines_of_an_order_do_not_wait_for_the_same_unit(store: Store) -> None:
    """What the first line takes of the limit is gone for the second."""
    await given_tea(store, on_hand=0, limit=3)
    assert await refused(store, reserve(store, a_line(TEA, 2), anywhere("TEA-1", 2))) == [
        InsufficientStock(sku="TEA-1", location="", requested=2, available=1, taken=2, field=("lines", "1", "quantity"))
    ]


async def test_units_that_arrive_belong_to_those_who_wait(store: Store) -> None:
    """Before they are assigned nobody else may take them: neither a sale nor a new order, which waits behind."""
    # given
    await given_tea(store, on_hand=0, limit=9)
    first = await given_reservation(store, a_line(TEA, 4))
    await adjust(store, TEA, +3)
    # then
    assert [error.code for error in await refused(store, adjust(store, TEA, -1))] == ["INSUFFICIENT_STOCK"]
    second = await given_reservation(store, a_line(TEA, 2))
    assert second.holds == (a_hold(0, TEA, waiting=2),)
    assert await waiting_ids(store, TEA, limit=10) == [first.id, second.id]
    assert await store.queue.assignable(limit=10) == [TEA]


async def test_free_units_are_given_to_those_who_wait_in_turn(store: Store) -> None:
    """The oldest first and as far as they go, in one movement that no longer counts them as backordered."""
    # given
    await given_tea(store, on_hand=0, limit=9)
    first, second, third = [await given_reservation(store, a_line(TEA, 3)) for _ in range(3)]
    await adjust(store, TEA, +5)
    # when
    outcome = await assign(store, TEA, [first.id, second.id, third.id])
    # then
    [line] = outcome.movements
    assert (line.change.reserved, line.change.backordered, line.change.on_hand) == (5, -5, 0)
    assert line.reason is MovementReason.BACKORDER
    assert (line.after.on_hand, line.after.reserved, line.after.backordered, line.after.available) == (5, 5, 4, -4)
    assert [each.id for each in outcome.operation.documents if isinstance(each, Reservation)] == [first.id, second.id]
    assert [(await recorded(store, each.id)).holds[0] for each in (first, second, third)] == [
        a_hold(0, TEA, held=3),
        a_hold(0, TEA, held=2, waiting=1),
        a_hold(0, TEA, waiting=3),
    ]
    assert await waiting_ids(store, TEA, limit=10) == [second.id, third.id]
    await check_reservations(store)


async def test_only_waiting_units_of_that_level_are_assigned(store: Store) -> None:
    """Another location's and another line's stay as they are; a level that is split over lines gets all its lines."""
    # given
    await given_tea(store, on_hand=0, limit=9)
    await given_tea(store, on_hand=0, limit=9, key=CUP)
    await given_tea(store, on_hand=0, limit=9, key=TEA_NORTH)
    await store.shop.upsert_location("NORTH", priority=500, request=request_info())
    reservation = await given_reservation(
        store, a_line(TEA, 1), a_line(CUP, 1), anywhere("TEA-1", 1), a_line(TEA_NORTH, 1)
    )
    await adjust(store, TEA, +2)
    # when
    await assign(store, TEA, [reservation.id])
    # then
    assert (await recorded(store, reservation.id)).holds == (
        a_hold(0, TEA, held=1),
        a_hold(1, CUP, waiting=1),
        a_hold(2, TEA, held=1),
        a_hold(3, TEA_NORTH, waiting=1),
    )
    assert await available(store) == 0
    await check_reservations(store)


async def test_those_who_wait_no_longer_are_passed_over(store: Store) -> None:
    """Released, run out, unknown, or named twice: the next one gets the units."""
    # given
    await given_tea(store, on_hand=0, limit=9)
    released = await given_reservation(store, a_line(TEA, 2))
    late = await given_reservation(store, a_line(TEA, 2), ttl_seconds=1)
    last = await given_reservation(store, a_line(TEA, 2))
    await store.reservations.release(released.id, request=request_info())
    await adjust(store, TEA, +3)
    move_to_end(store, late)
    # when
    outcome = await assign(store, TEA, [released.id, late.id, "unknown", last.id, last.id])
    # then
    assert [each.id for each in outcome.operation.documents if isinstance(each, Reservation)] == [last.id]
    assert (await recorded(store, last.id)).holds == (a_hold(0, TEA, held=2),)
    assert (await recorded(store, late.id)).holds == (a_hold(0, TEA, waiting=2),)
    await check_reservations(store)


async def test_an_assignment_of_nothing_is_refused(store: Store) -> None:
    """With no unit free, or with nobody who waits: so that a try leaves no trace."""
    await given_tea(store, on_hand=0, limit=9)
    reservation = await given_reservation(store, a_line(TEA, 2))
    assert await refused(store, assign(store, TEA, [reservation.id])) == [NOTHING_FREE]
    await adjust(store, TEA, +2)
    assert await refused(store, assign(store, TEA, ["unknown"])) == [NOTHING_GIVEN]
    await assign(store, TEA, [reservation.id])
    assert await refused(store, assign(store, TEA, [reservation.id])) == [NOTHING_FREE]


async def test_what_is_archived_serves_those_who_wait_already(store: Store) -> None:
    """What was promised can still come: of an archived item, and at an archived location."""
    # given
    await given_tea(store, on_hand=0, limit=9)
    await given_tea(store, on_hand=0, limit=9, key=CUP)
    reservation = await given_reservation(store, a_line(TEA, 2), a_line(CUP, 1))
    for key in (TEA, CUP):
        await adjust(store, key, +2)
    await store.shop.archive_item("TEA-1", is_archived=True, request=request_info())
    await store.shop.archive_location("MAIN", is_archived=True, request=request_info())
    assert await store.queue.assignable(limit=10) == [CUP, TEA]
    assert await store.queue.assignable(limit=1) == [CUP]
    # when
    for key in (TEA, CUP):
        await assign(store, key, [reservation.id])
    # then
    assert (await recorded(store, reservation.id)).holds == (a_hold(0, TEA, held=2), a_hold(1, CUP, held=1))
    await check_reservations(store)


@pytest.mark.parametrize(
    ("key", "error"),
    [
        (LevelKey("NONE", "MAIN"), UnknownItem(sku="NONE", field=("sku",))),
        (LevelKey("TEA-1", "NONE"), UnknownLocation(location="NONE", field=("location",))),
    ],
)
async def test_units_of_nothing_cannot_be_assigned(store: Store, key: LevelKey, error: InventoryError) -> None:
    """An unknown item or location has none."""
    await given_tea(store, on_hand=1, limit=1)
    assert await refused(store, assign(store, key, ["any"])) == [error]


async def test_a_level_is_assignable_only_while_units_are_free_and_waited_for(store: Store) -> None:
    """Unavailable and reserved units are not free."""
    await given_tea(store, on_hand=2, limit=9)
    assert await store.queue.assignable(limit=10) == []
    reservation = await given_reservation(store, a_line(TEA, 3))
    assert await store.queue.assignable(limit=10) == []
    await adjust(store, TEA, +1)
    assert await store.queue.assignable(limit=10) == [TEA]
    await assign(store, TEA, [reservation.id])
    assert await store.queue.assignable(limit=10) == []


async def test_the_oldest_wait_in_front(store: Store) -> None:
    """By the time at which they were made, not by when they last changed; those that have all they want are gone."""
    # given
    await given_tea(store, on_hand=1, limit=9)
    served = await given_reservation(store, a_line(TEA, 1))
    store.clock.move(seconds=10)
    younger = await given_reservation(store, a_line(TEA, 2))
    store.clock.move(seconds=-5)
    older = await given_reservation(store, a_line(TEA, 1))
    # then
    ids = sorted([younger, older], key=lambda each: (each.created_at, each.id))
    assert await waiting_ids(store, TEA, limit=10) == [each.id for each in ids]
    assert await waiting_ids(store, TEA, limit=1) == [ids[0].id]
    assert await waiting_ids(store, CUP, limit=10) == []
    assert (await recorded(store, served.id)).holds == (a_hold(0, TEA, held=1),)


async def test_a_reservation_that_runs_out_waits_no_longer(store: Store) -> None:
    """Its place in the limit is free again."""
    # given
    await given_tea(store, on_hand=1, limit=2)
    reservation = await given_reservation(store, a_line(TEA, 3), ttl_seconds=60)
    move_to_end(store, reservation)
    # when
    outcome = await expire(store, reservation.id)
    # then
    [line] = outcome.movements
    assert (line.change.reserved, line.change.backordered, line.reason) == (-1, -2, MovementReason.EXPIRY)
    after = await recorded(store, reservation.id)
    assert (after.state, after.holds) == (ReservationState.EXPIRED, (a_hold(0, TEA, released=3),))
    assert await available(store) == 1
    assert await waiting_ids(store, TEA, limit=10) == []
    await check_reservations(store)
