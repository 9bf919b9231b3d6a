"""Races around reservations: for the last units, and between the steps of one reservation, with exact winners."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from app.domain.errors import InsufficientStock, WrongState
from app.domain.outcome import Outcome
from app.domain.reservations.holds import ReservedUnits
from app.domain.reservations.reservation import Reservation, ReservationState
from app.domain.stock.level import LevelKey
from app.domain.time import Moment
from app.store.driver.client import Database
from tests.support.clock import SECOND
from tests.support.ledger import check_ledger
from tests.support.reservations import (
    a_line,
    anywhere,
    assign,
    check_promises,
    check_reservations,
    expire,
    given_backorder_limit,
    given_reservation,
    recorded,
    reserve,
)
from tests.support.scene import CUP, TEA, TEA_NORTH, adjust, given_level, outcome_or_refusal, request_info
from tests.support.store import Store, mongo_store

ONE_TEA = ReservedUnits(sku="TEA-1", quantity=1)
ROUNDS = 12  # of two steps that race: each comes first now and then

Step = Coroutine[Any, Any, Outcome]


async def race(*steps: Step) -> list[bool]:
    """Run steps at once, and tell of each whether it won; those that lost were refused."""
    results = await asyncio.gather(*map(outcome_or_refusal, steps))
    return [isinstance(result, Outcome) for result in results]


async def units_of(store: Store, key: LevelKey) -> tuple[int, int, int]:
    """Return what a level has on hand, reserved and backordered."""
    level = await store.level(key)
    assert level is not None
    return level.on_hand, level.reserved, level.backordered


async def check_books(store: Store) -> None:
    """Prove that the ledger explains the levels, and open reservations what they promise."""
    check_promises(await check_ledger(store))


def in_turn(number: int, first: Step, second: Step) -> tuple[Step, Step]:
    """Return two steps, the other way round every other time."""
    return (second, first) if number % 2 else (first, second)


def move_both_to_end(one: Store, other: Store, reservation: Reservation) -> Moment:
    """Move the clocks of two stores to the moment at which a reservation runs out, and return it."""
    assert reservation.expires_at is not None
    one.clock.now = other.clock.now = reservation.expires_at
    return reservation.expires_at


@pytest.mark.complaint("R1")
async def test_the_first_callers_get_the_last_units(store: Store) -> None:
    """One writer answers in the order of arrival: of 60 orders of two lines for 50 and 20 units the first 20 win."""
    # given
    await given_level(store, TEA, on_hand=50)
    await given_level(store, CUP, on_hand=20)
    # when
    orders = [reserve(store, a_line(TEA, 1), a_line(CUP, 1)) for _ in range(60)]
    results = await asyncio.gather(*map(outcome_or_refusal, orders))
    # then
    assert [isinstance(result, Outcome) for result in results] == 20 * [True] + 40 * [False]
    shortage = InsufficientStock(
        sku="CUP-1", location="MAIN", requested=1, available=0, field=("lines", "1", "quantity")
    )
    assert {result.errors for result in results if not isinstance(result, Outcome)} == {(shortage,)}
    assert [await units_of(store, key) for key in (TEA, CUP)] == [(50, 20, 0), (20, 20, 0)]
    await check_books(store)


@pytest.mark.complaint("R1")
@pytest.mark.parametrize("line", [a_line(TEA, 3), anywhere("TEA-1", 3)], ids=["at a location", "anywhere"])
async def test_two_writers_promise_exactly_what_there_is(database: Database, line: Any) -> None:  # noqa: ANN401 - a line
    """Of 40 orders of three units each for 60 units exactly 20 win, whoever is asked."""
    # given
    one, other = mongo_store(database), mongo_store(database)
    await given_level(one, TEA, on_hand=60)
    # when
    wins = await race(*(reserve(store, line) for _ in range(20) for store in (one, other)))
    # then
    assert sum(wins) == 20
    assert await units_of(one, TEA) == (60, 60, 0)
    await check_books(one)


async def test_sourced_orders_use_up_every_location(database: Database) -> None:
    """Of 40 orders of two for 30 units here and 30 there exactly 30 win, and nothing is left over."""
    # given
    one, other = mongo_store(database), mongo_store(database)
    for key in (TEA, TEA_NORTH):
        await given_level(one, key, on_hand=30)
    # when
    wins = await race(*(reserve(store, anywhere("TEA-1", 2)) for _ in range(20) for store in (one, other)))
    # then
    assert sum(wins) == 30
    assert [await units_of(one, key) for key in (TEA, TEA_NORTH)] == [(30, 30, 0), (30, 30, 0)]
    await check_books(one)


async def test_a_backorder_limit_is_kept_to_the_unit(database: Database) -> None:
    """Of 40 orders of one for 10 units and 15 that may be promised beyond, exactly 25 win."""
    # given
    one, other = mongo_store(database), mongo_store(database)
    await given_level(one, TEA, on_hand=10)
    await given_backorder_limit(one, TEA, 15)
    # when
    wins = await race(*(reserve(store, a_line(TEA, 1)) for _ in range(20) for store in (one, other)))
    # then
    assert sum(wins) == 25
    assert await units_of(one, TEA) == (10, 10, 15)
    await check_books(one)


async def test_one_key_makes_one_reservation(database: Database) -> None:
    """A shop that repeats an order at another server while the first is under way gets one result."""
    one, other = mongo_store(database), mongo_store(database)
    await given_level(one, TEA, on_hand=100)
    for number in range(ROUNDS):
        outcomes = await asyncio.gather(
            *(reserve(store, a_line(TEA, 1), said=request_info(f"k{number}")) for store in (one, other))
        )
        assert sorted(outcome.replayed for outcome in outcomes) == [False, True]
        assert outcomes[0].operation == outcomes[1].operation
    assert await units_of(one, TEA) == (100, ROUNDS, 0)
    await check_books(one)


async def given_pair(database: Database) -> tuple[Store, Store]:
    """Return two stores over one database, and 100 TEA."""
    one, other = mongo_store(database), mongo_store(database)
    await given_level(one, TEA, on_hand=100)
    return one, other


async def state_of(store: Store, reservation: Reservation) -> ReservationState:
    """Return the state that is recorded."""
    return (await recorded(store, reservation.id)).state


async def test_a_reservation_is_fulfilled_or_released(database: Database) -> None:
    """Never both: exactly one of two racing steps wins, and the units go one way."""
    one, other = await given_pair(database)
    for _ in range(ROUNDS):
        reservation = await given_reservation(one, a_line(TEA, 2))
        on_hand, _, _ = await units_of(one, TEA)
        wins = await race(
            one.reservations.fulfill(reservation.id, request=request_info()),
            other.reservations.release(reservation.id, request=request_info()),
        )
        assert sum(wins) == 1
        state = ReservationState.FULFILLED if wins[0] else ReservationState.RELEASED
        assert await state_of(one, reservation) is state
        assert await units_of(one, TEA) == (on_hand - 2 * wins[0], 0, 0)
    await check_books(one)


async def test_a_reservation_is_fulfilled_once(database: Database) -> None:
    """Of two fulfilments at two servers one wins, and the units leave once."""
    one, other = await given_pair(database)
    for _ in range(ROUNDS):
        reservation = await given_reservation(one, a_line(TEA, 2))
        on_hand, _, _ = await units_of(one, TEA)
        wins = await race(
            *(store.reservations.fulfill(reservation.id, request=request_info()) for store in (one, other))
        )
        assert sum(wins) == 1
        assert await units_of(one, TEA) == (on_hand - 2, 0, 0)
    await check_books(one)


async def test_a_reservation_that_runs_out_expires_once(database: Database) -> None:
    """Of the sweepers of two processes one wins, and the units come back once."""
    one, other = await given_pair(database)
    for _ in range(ROUNDS):
        reservation = await given_reservation(one, a_line(TEA, 2), ttl_seconds=1)
        move_both_to_end(one, other, reservation)
        assert sum(await race(expire(one, reservation.id), expire(other, reservation.id))) == 1
        assert await state_of(one, reservation) is ReservationState.EXPIRED
        assert await units_of(one, TEA) == (100, 0, 0)
    await check_books(one)


async def test_a_reservation_is_extended_in_time_or_expires(database: Database) -> None:
    """By a clock that is a moment behind it has time left, by another it has none: one of them wins, and holds."""
    one, other = await given_pair(database)
    wins_of_extension = 0
    for number in range(ROUNDS):
        reservation = await given_reservation(one, a_line(TEA, 2), ttl_seconds=10)
        end = move_both_to_end(one, other, reservation)
        one.clock.now = Moment(end - SECOND)
        extend = one.reservations.extend(reservation.id, ttl_seconds=60, request=request_info())
        extended, expired = await race(*in_turn(number, extend, expire(other, reservation.id)))
        if number % 2:
            extended, expired = expired, extended
        assert extended + expired == 1
        wins_of_extension += extended
        state = ReservationState.HELD if extended else ReservationState.EXPIRED
        assert await state_of(one, reservation) is state
    assert await units_of(one, TEA) == (100, 2 * wins_of_extension, 0)
    await check_books(one)


async def test_partial_fulfilments_never_take_more_than_is_held(database: Database) -> None:
    """Of 12 that want one unit each of 8 exactly 8 win, at whichever server."""
    one, other = await given_pair(database)
    reservation = await given_reservation(one, a_line(TEA, 8))
    wins = await race(
        *(
            store.reservations.fulfill(reservation.id, lines=[ONE_TEA], request=request_info())
            for _ in range(6)
            for store in (one, other)
        )
    )
    assert sum(wins) == 8
    assert await state_of(one, reservation) is ReservationState.FULFILLED
    assert await units_of(one, TEA) == (92, 0, 0)
    await check_books(one)


async def test_units_that_come_in_are_assigned_once(database: Database) -> None:
    """Two assigners and a release race for the same units: the oldest that still waits has them in the end."""
    one, other = mongo_store(database), mongo_store(database)
    await given_level(one, TEA, on_hand=0)
    await given_backorder_limit(one, TEA, 10)
    for _ in range(ROUNDS):
        first = await given_reservation(one, a_line(TEA, 2))
        second = await given_reservation(one, a_line(TEA, 2))
        await adjust(one, TEA, +2)
        queue = [first.id, second.id]
        await race(
            assign(one, TEA, queue),
            assign(other, TEA, queue),
            other.reservations.release(first.id, request=request_info()),
        )
        await race(assign(one, TEA, queue))  # where the release came last its units are free again
        assert await state_of(one, first) is ReservationState.RELEASED
        assert [hold.held for hold in (await recorded(one, second.id)).holds] == [2]
        await check_reservations(one)
        await one.reservations.fulfill(second.id, request=request_info())
    assert await units_of(one, TEA) == (0, 0, 0)
    await check_books(one)


async def test_an_order_and_a_sale_do_not_get_the_same_unit(database: Database) -> None:
    """Of 30 sales and 30 orders of one for 40 units exactly 40 win."""
    one, other = mongo_store(database), mongo_store(database)
    await given_level(one, TEA, on_hand=40)
    wins = await race(*(step for _ in range(30) for step in (adjust(one, TEA, -1), reserve(other, a_line(TEA, 1)))))
    assert sum(wins) == 40
    on_hand, reserved, _ = await units_of(one, TEA)
    assert on_hand == reserved == sum(wins[1::2])
    await check_books(one)


async def test_a_refused_step_tells_the_state_that_the_winner_left(database: Database) -> None:
    """Whoever comes too late learns what happened."""
    one, other = await given_pair(database)
    reservation = await given_reservation(one, a_line(TEA, 2))
    await other.reservations.release(reservation.id, request=request_info())
    result = await outcome_or_refusal(one.reservations.fulfill(reservation.id, request=request_info()))
    assert not isinstance(result, Outcome)
    assert result.errors == (
        WrongState(kind="RESERVATION", id=reservation.id, state="RELEASED", reference=reservation.reference),
    )
