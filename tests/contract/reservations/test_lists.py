"""Lists of reservations, and the queue of those that run out, the same over every store."""

import pytest

from app.domain.failures import BadArgument
from app.domain.reservations.reservation import Reservation, ReservationState
from app.domain.stock.level import LevelKey
from app.domain.time import Moment
from app.services.reservations.filters import ReservationFilter
from tests.support.clock import SECOND
from tests.support.reservations import a_line, anywhere, expire, given_reservation, move_to_end, recorded
from tests.support.scene import CUP, TEA, TEA_NORTH, given_level, refused, request_info
from tests.support.store import Store, whole

Orders = dict[str, Reservation]


async def given_orders(store: Store) -> Orders:
    """Make five orders, a minute after each other: two have ended, one may run out, and one is short of cups."""
    for key, units in {TEA: 20, TEA_NORTH: 1, CUP: 1}.items():
        await given_level(store, key, on_hand=units)
    orders = {
        "plain": await given_reservation(store, a_line(TEA, 1), said=request_info(reference="O-1"), channel="web"),
    }
    store.clock.move(seconds=60)
    orders["released"] = await given_reservation(store, a_line(TEA, 1), a_line(CUP, 1), channel="shop")
    store.clock.move(seconds=60)
    orders["expired"] = await given_reservation(
        store, anywhere("TEA-1", 1), said=request_info(reference="O-2"), ttl_seconds=9
    )
    store.clock.move(seconds=60)
    orders["short"] = await given_reservation(
        store, a_line(TEA, 2), anywhere("CUP-1", 9), allow_partial=True, channel="web", ttl_seconds=600
    )
    store.clock.move(seconds=60)
    orders["north"] = await given_reservation(store, a_line(TEA_NORTH, 1), said=request_info(reference="O-2"))
    await store.reservations.release(orders["released"].id, request=request_info())
    await store.reservations.fulfill(orders["north"].id, request=request_info())
    await expire(store, orders["expired"].id)
    return {name: await recorded(store, order.id) for name, order in orders.items()}


async def found(store: Store, where: ReservationFilter, *, orders: Orders, first: int = 250) -> list[str]:
    """Return the names of a whole list, read page by page, after proving that the count agrees."""
    listed = await whole(lambda after: store.reservations.reservations(where, first=first, after=after))
    assert await store.reservations.count_reservations(where) == len(listed)
    names = {order.id: name for name, order in orders.items()}
    assert [orders[names[reservation.id]] for reservation in listed] == list(listed)
    return [names[reservation.id] for reservation in listed]


EXPECTED = {
    "everything": (ReservationFilter(), ["north", "short", "expired", "released", "plain"]),
    "one state": (ReservationFilter(states=(ReservationState.EXPIRED,)), ["expired"]),
    "states": (
        ReservationFilter(states=(ReservationState.HELD, ReservationState.FULFILLED)),
        ["north", "short", "plain"],
    ),
    "no state": (ReservationFilter(states=()), []),
    "a reference": (ReservationFilter(reference="O-2"), ["north", "expired"]),
    "no such reference": (ReservationFilter(reference="O-3"), []),
    "an item": (ReservationFilter(sku="CUP-1"), ["short", "released"]),
    "a location": (ReservationFilter(location="NORTH"), ["north"]),
    "a level": (ReservationFilter(sku="TEA-1", location="MAIN"), ["short", "expired", "released", "plain"]),
    "a level of another item": (ReservationFilter(sku="CUP-1", location="MAIN"), ["released"]),
    "a channel": (ReservationFilter(channel="web"), ["short", "plain"]),
    "all of them": (
        ReservationFilter(
            states=(ReservationState.HELD,),
            reference="O-1",
            sku="TEA-1",
            location="MAIN",
            channel="web",
            since=Moment(0),
            until=Moment(2**60),
        ),
        ["plain"],
    ),
}


@pytest.mark.parametrize("first", [1, 2, 250])
@pytest.mark.parametrize(("where", "names"), EXPECTED.values(), ids=EXPECTED.keys())
async def test_lists_are_narrowed_and_the_newest_come_first(
    store: Store, where: ReservationFilter, names: list[str], first: int
) -> None:
    """An item is one that was asked for, a location one that gave units, both together a level that did."""
    orders = await given_orders(store)
    assert await found(store, where, orders=orders, first=first) == names


async def test_a_list_may_be_narrowed_to_a_time(store: Store) -> None:
    """From the first moment, and before the second."""
    orders = await given_orders(store)
    since, until = orders["released"].created_at, orders["north"].created_at
    assert await found(store, ReservationFilter(since=since, until=until), orders=orders) == [
        "short",
        "expired",
        "released",
    ]
    assert await found(store, ReservationFilter(since=until), orders=orders) == ["north"]
    assert await found(store, ReservationFilter(until=since), orders=orders) == ["plain"]


async def test_a_list_shows_reservations_as_they_stand(store: Store) -> None:
    """One whose time has run out reads as EXPIRED before its units are given back; the list goes by the record."""
    orders = await given_orders(store)
    move_to_end(store, orders["short"])
    held = ReservationFilter(states=(ReservationState.HELD,))
    page = await store.reservations.reservations(held, first=250, after=None)
    assert [(each.id, each.state) for each in page.nodes] == [
        (orders["short"].id, ReservationState.EXPIRED),
        (orders["plain"].id, ReservationState.HELD),
    ]


@pytest.mark.parametrize(("first", "after"), [(-1, None), (251, None), (1, "nonsense")])
async def test_a_page_that_cannot_be_is_refused(store: Store, first: int, after: str | None) -> None:
    """As in every list."""
    with pytest.raises(BadArgument):
        await store.reservations.reservations(ReservationFilter(), first=first, after=after)


async def test_what_has_run_out_is_found_the_earliest_end_first(store: Store) -> None:
    """Only open ones, at most so many, and at some levels only where that is asked."""
    # given
    await given_level(store, TEA, on_hand=9)
    await given_level(store, CUP, on_hand=9)
    late = await given_reservation(store, a_line(TEA, 1), ttl_seconds=90)
    early = await given_reservation(store, a_line(CUP, 1), ttl_seconds=30)
    both = await given_reservation(store, a_line(CUP, 1), a_line(TEA, 1), ttl_seconds=60)
    ended = await given_reservation(store, a_line(TEA, 1), ttl_seconds=10)
    await given_reservation(store, a_line(TEA, 1))
    await store.reservations.release(ended.id, request=request_info())
    now = Moment(store.clock() + 100 * SECOND)
    # then
    assert await store.queue.next_expiry() == early.expires_at
    assert await store.queue.due(now=now, limit=10) == [early.id, both.id, late.id]
    assert await store.queue.due(now=now, limit=2) == [early.id, both.id]
    assert await store.queue.due(now=now, limit=10, keys=[TEA]) == [both.id, late.id]
    assert await store.queue.due(now=now, limit=10, keys=[TEA, CUP]) == [early.id, both.id, late.id]
    assert await store.queue.due(now=now, limit=10, keys=[LevelKey("TEA-1", "NORTH")]) == []
    assert await store.queue.due(now=now, limit=10, keys=[]) == []
    assert early.expires_at is not None
    assert await store.queue.due(now=Moment(early.expires_at - 1), limit=10) == []
    assert await store.queue.due(now=early.expires_at, limit=10) == [early.id]


async def test_one_that_has_expired_is_due_no_longer(store: Store) -> None:
    """Whoever looks next finds nothing to do, and knows when there will be."""
    await given_level(store, TEA, on_hand=9)
    early = await given_reservation(store, a_line(TEA, 1), ttl_seconds=30)
    late = await given_reservation(store, a_line(TEA, 1), ttl_seconds=60)
    move_to_end(store, early)
    await expire(store, early.id)
    assert await store.queue.due(now=store.clock(), limit=10) == []
    assert await store.queue.next_expiry() == late.expires_at
    assert [error.code for error in await refused(store, expire(store, late.id))] == ["WRONG_STATE"]
