"""Orders whose units are gone: the newest are short, by name, until more arrive; the same over every store."""

from asyncio import gather
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from app.domain.errors import DuplicateLine, InsufficientStock, OrderIsShort, Refused
from app.domain.outcome import Outcome
from app.domain.reservations.holds import ReservedUnits
from app.domain.reservations.reservation import Reservation, ReservationState
from app.domain.stock.commands.record_sale import SaleLine
from app.domain.stock.commands.set_stock import StockSetting
from app.domain.stock.level_change import UnavailableReason
from app.domain.stock.movement import MovementReason
from app.services.reservations.filters import ReservationFilter
from tests.contract.reservations.test_changes import fulfill, release
from tests.support.alerts import check_alerts
from tests.support.counting import given_count, posted, record
from tests.support.reservations import (
    a_line,
    anywhere,
    check_reservations,
    expire,
    given_backorder_limit,
    given_reservation,
    move_to_end,
    recorded,
    reserve,
)
from tests.support.scene import CUP, TEA, TEA_NORTH, adjust, given_level, refused, request_info
from tests.support.store import Store


async def count_four(store: Store) -> None:
    """People find four."""
    count = await given_count(store, skus=("TEA-1",))
    await record(store, count, TEA_1=4)
    await posted(store, count)


async def set_four(store: Store) -> None:
    """Somebody says that four are there."""
    setting = StockSetting(key=TEA, quantity=4, reason=MovementReason.CORRECTION, is_forced=True)
    await store.stock.set_many([setting], is_atomic=True, request=request_info())


async def lose_six(store: Store) -> None:
    """Six are stolen."""
    await adjust(store, TEA, -6, reason=MovementReason.LOST)


async def break_six(store: Store) -> None:
    """Six fall down, and are swept up."""
    await adjust(store, TEA, -6, reason=MovementReason.DAMAGED)


async def find_six_damaged(store: Store) -> None:
    """Six are there, and nobody wants them."""
    await store.stock.reclassify(TEA, quantity=6, source=None, target=UnavailableReason.DAMAGED, request=request_info())


LOSSES = (count_four, set_four, lose_six, break_six, find_six_damaged)


async def given_three_orders(store: Store) -> tuple[Reservation, Reservation, Reservation]:
    """Return orders of 3, 2 and 4 units, the oldest first, of ten on hand."""
    await given_level(store, TEA, on_hand=10)
    orders = []
    for units in (3, 2, 4):
        store.clock.move(seconds=1)
        orders.append(await given_reservation(store, a_line(TEA, units)))
    store.clock.move(seconds=1)
    one, two, three = orders
    return one, two, three


async def short(store: Store, **where: str) -> dict[str, int]:
    """Return the units by which orders are short, the newest order first."""
    narrowed = await store.reservations.narrowed(ReservationFilter(**where), is_short=True)
    page = await store.reservations.reservations(narrowed, first=250, after=None)
    found = await store.reservations.short_of(page.nodes)
    assert set(found) == {each.id for each in page.nodes}
    assert await store.reservations.count_reservations(narrowed) == len(page.nodes)
    return {each.id: sum(found[each.id].values()) for each in page.nodes}


@pytest.mark.complaint("F1")
@pytest.mark.parametrize("lose", LOSSES)
async def test_the_newest_orders_are_short_of_what_is_gone(
    store: Store, lose: Callable[[Store], Awaitable[None]]
) -> None:
    """However it went: they are named, with their units, and an alert is open as long as that lasts."""
    # given
    _, two, three = await given_three_orders(store)
    assert await short(store) == {}
    # when
    await lose(store)
    # then
    level = await store.level(TEA)
    assert level is not None
    assert (level.shortfall, level.available) == (5, -5)
    assert list((await short(store)).items()) == [(three.id, 4), (two.id, 1)]
    check_alerts(await check_reservations(store))
    # when
    await adjust(store, TEA, +3)
    # then
    assert await short(store) == {three.id: 2}
    # when
    await adjust(store, TEA, +2)
    assert await short(store) == {}
    check_alerts(await check_reservations(store))


async def test_the_oldest_orders_are_served_with_what_is_there(store: Store) -> None:
    """The newest is refused with what is left of it and what to do, whole or in part, until more arrive."""
    # given
    one, two, three = await given_three_orders(store)
    await lose_six(store)
    # then
    gone = {"sku": "TEA-1", "location": "MAIN"}
    all_gone = OrderIsShort(**gone, requested=4, there=0, short=4)
    assert await refused(store, fulfill(store, three.id)) == [all_gone]
    assert all_gone.message == (
        "4 of TEA-1 at MAIN requested, 0 there: 4 that this order holds are gone, and older orders are served first. "
        "Wait for more, or release them."
    )
    assert await refused(store, fulfill(store, two.id)) == [OrderIsShort(**gone, requested=2, there=1, short=1)]
    # when
    await fulfill(store, two.id, ReservedUnits(sku="TEA-1", quantity=1))
    await fulfill(store, one.id)
    # then
    assert await short(store) == {three.id: 4, two.id: 1}
    assert [(await recorded(store, each.id)).state for each in (one, two, three)] == [
        ReservationState.FULFILLED,
        ReservationState.PARTIALLY_FULFILLED,
        ReservationState.HELD,
    ]
    # when
    await adjust(store, TEA, +1)
    await fulfill(store, two.id)
    await release(store, three.id)
    # then
    level = await store.level(TEA)
    assert level is not None
    assert (level.on_hand, level.reserved, level.shortfall) == (0, 0, 0)
    assert await short(store) == {}
    check_alerts(await check_reservations(store))


async def test_all_that_can_be_sent_at_once_is_sent(store: Store) -> None:
    """Many pack at a level that is short: the oldest are served, however they come, and each other order is named."""
    await given_level(store, TEA, on_hand=40)
    orders = []
    for _ in range(40):
        store.clock.move(seconds=1)
        orders.append(await given_reservation(store, a_line(TEA, 1)))
    await adjust(store, TEA, -15, reason=MovementReason.LOST)
    results = await gather(*(fulfill(store, each.id) for each in reversed(orders)), return_exceptions=True)
    sent = [isinstance(result, Outcome) for result in reversed(results)]
    assert sent == [True] * 25 + [False] * 15
    for result in results[:15]:
        assert isinstance(result, Refused)
        assert isinstance(result.errors[0], OrderIsShort), result
    await check_reservations(store)


async def test_nobody_gets_what_is_promised_and_gone(store: Store) -> None:
    """Neither a new order nor one that waits: what arrives goes to those that are short."""
    await given_three_orders(store)
    await given_backorder_limit(store, TEA, 6)
    await lose_six(store)
    waits = await given_reservation(store, a_line(TEA, 1))
    assert [hold.waiting for hold in waits.holds] == [1]
    refusal = InsufficientStock(
        sku="TEA-1", location="MAIN", requested=1, available=0, waiting=1, missing=5, field=("delta",)
    )
    assert await refused(store, adjust(store, TEA, -1)) == [refusal]
    assert await store.queue.assignable(limit=9) == []
    await adjust(store, TEA, +5)
    assert await store.queue.assignable(limit=9) == []
    await adjust(store, TEA, +1)
    assert await store.queue.assignable(limit=9) == [TEA]


async def test_an_order_is_short_where_its_units_are_gone(store: Store) -> None:
    """Item by item and location by location; a list can be narrowed to either."""
    # given
    for key in (TEA, TEA_NORTH, CUP):
        await given_level(store, key, on_hand=2)
    order = await given_reservation(store, anywhere("TEA-1", 4), a_line(CUP, 2))
    store.clock.move(seconds=1)
    await adjust(store, TEA_NORTH, -2, reason=MovementReason.LOST)
    await adjust(store, CUP, -1, reason=MovementReason.LOST)
    # then
    assert await store.reservations.short_of([order]) == {order.id: {TEA_NORTH: 2, CUP: 1}}
    for where, is_short in (({"sku": "TEA-1"}, True), ({"location": "NORTH"}, True), ({"location": "SOUTH"}, False)):
        assert bool(await short(store, **where)) is is_short, where
    narrowed = await store.reservations.narrowed(ReservationFilter(), is_short=False)
    assert (await store.reservations.reservations(narrowed, first=9, after=None)).nodes == ()
    # when
    await fulfill(store, order.id, ReservedUnits(sku="TEA-1", location="MAIN"), ReservedUnits(sku="CUP-1", quantity=1))
    # then
    assert await store.reservations.short_of([await recorded(store, order.id)]) == {order.id: {TEA_NORTH: 2, CUP: 1}}


async def test_an_order_that_ends_by_itself_leaves_the_others_whole(store: Store) -> None:
    """What an expired order gives back heals the level."""
    await given_level(store, TEA, on_hand=4)
    cart = await given_reservation(store, a_line(TEA, 2), ttl_seconds=60)
    store.clock.move(seconds=1)
    order = await given_reservation(store, a_line(TEA, 2))
    await adjust(store, TEA, -2, reason=MovementReason.LOST)
    assert await short(store) == {order.id: 2}
    move_to_end(store, cart)
    await expire(store, cart.id)
    assert await short(store) == {}
    await fulfill(store, order.id)


async def test_units_that_are_gone_cannot_be_written_off(store: Store) -> None:
    """What is on hand bounds what leaves; the damaged units that are missing are made available again, on paper."""
    await given_level(store, TEA, on_hand=5)
    await store.stock.reclassify(TEA, quantity=5, source=None, target=UnavailableReason.DAMAGED, request=request_info())
    await adjust(store, TEA, -3, reason=MovementReason.LOST)

    def write_off(quantity: int) -> Awaitable[Any]:
        return store.stock.write_off(TEA, quantity=quantity, reason=UnavailableReason.DAMAGED, request=request_info())

    refusal = InsufficientStock(
        sku="TEA-1", location="MAIN", requested=3, available=2, reason="DAMAGED", field=("quantity",)
    )
    assert await refused(store, write_off(3)) == [refusal]
    await write_off(2)
    await store.stock.reclassify(TEA, quantity=3, source=UnavailableReason.DAMAGED, target=None, request=request_info())
    level = await store.level(TEA)
    assert level is not None
    assert (level.on_hand, level.unavailable, level.shortfall) == (0, 0, 0)
    check_alerts(await check_reservations(store))


@pytest.mark.complaint("R2")
@pytest.mark.parametrize("where", ["one names a place", "both do", "none does"])
async def test_an_item_twice_in_an_order_gets_no_more_than_there_is(store: Store, where: str) -> None:
    """The message says that another line of the order has it, and counts lines from 1."""
    await given_level(store, TEA, on_hand=1)
    await given_level(store, CUP, on_hand=1)
    if where == "one names a place":
        [refusal] = await refused(store, reserve(store, anywhere("TEA-1", 1), a_line(TEA, 1)))
        assert refusal.message == "1 requested, 0 available of TEA-1 (1 is taken by other lines)."
        return
    line = a_line(TEA, 1) if where == "both do" else anywhere("TEA-1", 1)
    [refusal] = await refused(store, reserve(store, a_line(CUP, 1), line, line))
    assert isinstance(refusal, DuplicateLine)
    assert refusal.message == f"TEA-1{' at MAIN' if where == 'both do' else ''} already stands in line 2."


@pytest.mark.complaint("B2")
async def test_what_is_promised_to_those_who_wait_is_told_and_never_less_than_nothing(store: Store) -> None:
    """Neither at the till, nor where units are kept back or sent, nor to another order."""
    await given_level(store, TEA, on_hand=0)
    await given_backorder_limit(store, TEA, 5)
    await reserve(store, a_line(TEA, 5))
    await adjust(store, TEA, +3)
    sold = [SaleLine(sku="TEA-1", quantity=1)]
    for request in (
        store.stock.record_sale("MAIN", sold, channel=None, request=request_info()),
        adjust(store, TEA, -1),
        store.stock.reclassify(TEA, quantity=1, source=None, target=UnavailableReason.SAFETY, request=request_info()),
        reserve(store, a_line(TEA, 1), accept_backorder=False),
    ):
        [refusal] = await refused(store, request)
        assert refusal.message == "1 requested, 0 available of TEA-1 at MAIN (5 are promised to orders that wait)."
