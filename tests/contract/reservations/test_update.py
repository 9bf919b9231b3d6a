"""An order is changed, and stays the order that it is: raised, exchanged, lowered, or held elsewhere."""

import pytest

from app.domain.errors import ExceedsOutstanding, InsufficientStock, WrongState
from app.domain.reservations.holds import ReservedUnits
from app.domain.reservations.reservation import RequestedLine, Reservation, ReservationState
from tests.support.reservations import (
    a_hold,
    a_line,
    an_assigner,
    anywhere,
    check_reservations,
    given_backorder_limit,
    given_reservation,
    recorded,
    waiting_ids,
)
from tests.support.scene import CUP, TEA, TEA_NORTH, adjust, given_level, refused, request_info
from tests.support.store import Store


async def update(store: Store, order: Reservation, *lines: RequestedLine, **options: bool) -> Reservation:
    """Change what an order asks for."""
    outcome = await store.reservations.update(order.id, lines, request=request_info(), **options)
    return outcome.operation.document(Reservation)


async def move(store: Store, order: Reservation, location: str, *parts: ReservedUnits) -> Reservation:
    """Let parts of an order be held elsewhere."""
    outcome = await store.reservations.move(order.id, location, parts, request=request_info())
    return outcome.operation.document(Reservation)


@pytest.mark.complaint("R9")
async def test_five_become_six(store: Store) -> None:
    """One more is set aside; the order keeps its id, its end, and what has gone out."""
    await given_level(store, TEA, on_hand=7)
    order = await given_reservation(store, a_line(TEA, 5), ttl_seconds=60)
    await store.reservations.fulfill(order.id, lines=[ReservedUnits(sku="TEA-1", quantity=2)], request=request_info())
    after = await update(store, order, a_line(TEA, 6))
    assert (after.id, after.created_at, after.expires_at) == (order.id, order.created_at, order.expires_at)
    assert after.lines == (a_line(TEA, 6),)
    assert after.holds == (a_hold(0, TEA, held=4, fulfilled=2),)
    assert after.shortages == (0,)
    await check_reservations(store)


@pytest.mark.complaint("R9")
async def test_a_line_is_exchanged_for_another(store: Store) -> None:
    """In one step: either both happen, or nothing does."""
    await given_level(store, TEA, on_hand=5)
    await given_level(store, CUP, on_hand=1)
    order = await given_reservation(store, a_line(TEA, 3))
    request = update(store, order, a_line(TEA, 0), a_line(CUP, 2))
    assert await refused(store, request) == [
        InsufficientStock(sku="CUP-1", location="MAIN", requested=2, available=1, field=("lines", "1", "quantity"))
    ]
    after = await update(store, order, a_line(TEA, 0), anywhere("CUP-1", 1))
    assert after.holds == (a_hold(1, CUP, held=1),)
    assert after.accepts is None
    partly = await update(store, order, a_line(TEA, 9), allow_partial=True)
    assert (partly.holds[0], partly.shortages) == (a_hold(0, TEA, held=5), (4, 0))
    await check_reservations(store)


async def test_a_line_that_is_lowered_gives_up_what_waits_first(store: Store) -> None:
    """But never what has gone out; without a unit left the order is over."""
    await given_level(store, TEA, on_hand=3)
    await given_backorder_limit(store, TEA, 5)
    order = await given_reservation(store, a_line(TEA, 5))
    await store.reservations.fulfill(order.id, lines=[ReservedUnits(sku="TEA-1", quantity=1)], request=request_info())
    assert (await update(store, order, a_line(TEA, 4))).holds == (a_hold(0, TEA, held=2, waiting=1, fulfilled=1),)
    assert (await update(store, order, a_line(TEA, 2))).holds == (a_hold(0, TEA, held=1, fulfilled=1),)
    assert await refused(store, update(store, order, a_line(TEA, 0))) == [
        ExceedsOutstanding(sku="TEA-1", requested=1, outstanding=0, step="SHIPPED", field=("lines", "0", "quantity"))
    ]
    assert (await update(store, order, a_line(TEA, 1))).state is ReservationState.FULFILLED
    for units in (2, 0):  # what has gone out cannot be raised, nor lowered
        assert [type(error) for error in await refused(store, update(store, order, a_line(TEA, units)))] == [WrongState]
    await check_reservations(store)


async def test_an_order_that_is_raised_keeps_its_place(store: Store) -> None:
    """What it waited for stays in front of those behind it."""
    await given_level(store, TEA, on_hand=0)
    await given_backorder_limit(store, TEA, 9)
    first = await given_reservation(store, a_line(TEA, 2))
    store.clock.move(seconds=1)
    second = await given_reservation(store, a_line(TEA, 2))
    assert (await update(store, first, a_line(TEA, 3))).holds == (a_hold(0, TEA, waiting=3),)
    assert await waiting_ids(store, TEA) == [first.id, second.id]
    refusal = update(store, second, a_line(TEA, 9), accept_backorder=False)
    assert [type(error) for error in await refused(store, refusal)] == [InsufficientStock]
    await check_reservations(store)


@pytest.mark.complaint("R11")
async def test_a_hold_is_moved_to_another_location(store: Store) -> None:
    """In one step, where it is available; what is free then goes to those who wait there."""
    await given_level(store, TEA, on_hand=3)
    await given_backorder_limit(store, TEA, 5)
    await given_level(store, TEA_NORTH, on_hand=3)
    order = await given_reservation(store, a_line(TEA, 3))
    store.clock.move(seconds=1)
    behind = await given_reservation(store, a_line(TEA, 2))
    four = move(store, order, "NORTH", ReservedUnits(sku="TEA-1", quantity=4))
    assert [type(error) for error in await refused(store, four)] == [ExceedsOutstanding]
    after = await move(store, order, "NORTH", ReservedUnits(sku="TEA-1", location="MAIN", quantity=2))
    assert (after.id, after.created_at) == (order.id, order.created_at)
    assert after.holds == (a_hold(0, TEA, held=1), a_hold(0, TEA_NORTH, held=2))
    await an_assigner(store).sweep()
    assert (await recorded(store, behind.id)).holds == (a_hold(0, TEA, held=2),)
    await adjust(store, TEA_NORTH, -1)
    [error] = await refused(store, move(store, order, "NORTH", ReservedUnits(sku="TEA-1")))
    assert (error.code, error.field) == ("INSUFFICIENT_STOCK", ("location",))
    await check_reservations(store)


async def test_what_an_order_does_not_have_needs_no_removal(store: Store) -> None:
    """A line of no units for an unknown item, or elsewhere, adds nothing to the order."""
    await given_level(store, TEA, on_hand=5)
    order = await given_reservation(store, a_line(TEA, 3))
    nothing = RequestedLine(sku="NOPE", quantity=0, location="NOWHERE")
    after = await update(store, order, nothing, a_line(TEA_NORTH, 0), a_line(TEA, 2))
    assert after.lines == (a_line(TEA, 2),)
    await check_reservations(store)
