"""What becomes of a reservation: extended, released, fulfilled, expired; the same over every store."""

from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from app.domain.errors import (
    DuplicateLine,
    ExceedsOutstanding,
    IdempotencyKeyReused,
    InvalidValue,
    InventoryError,
    QuantityOutOfRange,
    TooManyLines,
    UnknownDocument,
    WrongState,
)
from app.domain.outcome import Outcome
from app.domain.reservations.holds import ReservedUnits
from app.domain.reservations.reservation import Reservation, ReservationState
from app.domain.stock.movement import MovementReason
from app.domain.time import Moment
from tests.support.clock import SECOND
from tests.support.reservations import (
    a_hold,
    a_line,
    anywhere,
    check_reservations,
    expire,
    given_backorder_limit,
    given_reservation,
    move_to_end,
    recorded,
    reservation_of,
)
from tests.support.scene import CUP, TEA, TEA_NORTH, given_level, refused, request_info
from tests.support.store import Store

Change = Callable[[Store, str], Coroutine[Any, Any, Outcome]]


async def extend(store: Store, identity: str) -> Outcome:
    """Let it last for another minute."""
    return await store.reservations.extend(identity, ttl_seconds=60, request=request_info())


async def release(store: Store, identity: str, *parts: ReservedUnits) -> Outcome:
    """Give back these parts, or all."""
    return await store.reservations.release(identity, lines=parts or None, request=request_info())


async def fulfill(store: Store, identity: str, *parts: ReservedUnits) -> Outcome:
    """Let these parts go out, or all."""
    return await store.reservations.fulfill(identity, lines=parts or None, request=request_info())


CHANGES = {"extend": extend, "release": release, "fulfill": fulfill}
changes = pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())


def wrong(reservation: Reservation, state: ReservationState) -> WrongState:
    """Return the refusal of what a state does not allow."""
    return WrongState(kind="RESERVATION", id=reservation.id, state=state.value, reference=reservation.reference)


def excess(sku: str, requested: int, outstanding: int, *field: str, waiting: int = 0) -> ExceedsOutstanding:
    """Return the refusal of a part that is not there."""
    return ExceedsOutstanding(sku=sku, requested=requested, outstanding=outstanding, waiting=waiting, field=field)


async def units(store: Store, key: Any = TEA) -> tuple[int, int, int]:  # noqa: ANN401 - a level's key
    """Return what a level has on hand, reserved and backordered."""
    level = await store.level(key)
    assert level is not None
    return level.on_hand, level.reserved, level.backordered


async def given_order(store: Store, **options: Any) -> Reservation:  # noqa: ANN401 - passed on
    """Make an order of 6 TEA, 3 from MAIN, 1 from NORTH and 2 that wait at MAIN, and of 2 CUP."""
    for key, on_hand in {TEA: 3, TEA_NORTH: 1, CUP: 5}.items():
        await given_level(store, key, on_hand=on_hand)
    await given_backorder_limit(store, TEA, 2)
    reservation = await given_reservation(store, anywhere("TEA-1", 6), a_line(CUP, 2), **options)
    assert reservation.holds == (
        a_hold(0, TEA, held=3, waiting=2),
        a_hold(0, TEA_NORTH, held=1),
        a_hold(1, CUP, held=2),
    )
    return reservation


async def test_all_that_is_held_goes_out_and_what_waits_stays(store: Store) -> None:
    """It leaves on hand and reserved together, as a sale of the reservation's channel."""
    # given
    reservation = await given_order(store, channel="web")
    # when
    outcome = await fulfill(store, reservation.id)
    # then
    after = reservation_of(outcome)
    assert after == await recorded(store, reservation.id)
    assert (after.state, after.version) == (ReservationState.PARTIALLY_FULFILLED, 2)
    assert after.holds == (
        a_hold(0, TEA, waiting=2, fulfilled=3),
        a_hold(0, TEA_NORTH, fulfilled=1),
        a_hold(1, CUP, fulfilled=2),
    )
    assert [(line.after.key, line.change.on_hand, line.change.reserved) for line in outcome.movements] == [
        (TEA, -3, -3),
        (TEA_NORTH, -1, -1),
        (CUP, -2, -2),
    ]
    assert {(line.reason, line.channel) for line in outcome.movements} == {(MovementReason.SALE, "web")}
    assert [await units(store, key) for key in (TEA, TEA_NORTH, CUP)] == [(0, 0, 2), (0, 0, 0), (3, 0, 0)]
    await check_reservations(store)


async def test_parts_go_out_line_by_line_until_nothing_is_left(store: Store) -> None:
    """The first locations give first, unless the part names one; the last unit makes it FULFILLED."""
    # given
    reservation = await given_order(store)
    await release(store, reservation.id, ReservedUnits(sku="TEA-1", quantity=2))
    # when
    await fulfill(
        store, reservation.id, ReservedUnits(sku="TEA-1", location="NORTH"), ReservedUnits(sku="CUP-1", quantity=1)
    )
    first = await recorded(store, reservation.id)
    await fulfill(store, reservation.id, ReservedUnits(sku="TEA-1", quantity=2))
    second = await recorded(store, reservation.id)
    last = reservation_of(
        await fulfill(store, reservation.id, ReservedUnits(sku="TEA-1"), ReservedUnits(sku="CUP-1", location="MAIN"))
    )
    # then
    assert [(each.holds[0].held, each.holds[1].held, each.holds[2].held) for each in (first, second, last)] == [
        (3, 0, 1),
        (1, 0, 1),
        (0, 0, 0),
    ]
    assert [each.state for each in (first, second, last)] == [
        ReservationState.PARTIALLY_FULFILLED,
        ReservationState.PARTIALLY_FULFILLED,
        ReservationState.FULFILLED,
    ]
    assert [await units(store, key) for key in (TEA, TEA_NORTH, CUP)] == [(0, 0, 0), (0, 0, 0), (3, 0, 0)]
    await check_reservations(store)


async def test_only_what_is_held_can_go_out(store: Store) -> None:
    """Everything that cannot is told at once: too many, waiting ones, and items that are no part of the order."""
    reservation = await given_order(store)
    parts = [
        ReservedUnits(sku="TEA-1", location="MAIN", quantity=4),
        ReservedUnits(sku="CUP-1", location="NORTH", quantity=1),
        ReservedUnits(sku="CUP-1", quantity=2),
        ReservedUnits(sku="MUG-1"),
    ]
    assert await refused(store, fulfill(store, reservation.id, *parts)) == [
        excess("TEA-1", 4, 3, "lines", "0", "quantity", waiting=2),
        excess("CUP-1", 1, 0, "lines", "1", "quantity"),
        excess("MUG-1", 1, 0, "lines", "3", "sku"),
    ]


async def test_parts_of_one_item_share_what_is_held(store: Store) -> None:
    """What the first part takes is gone for the second."""
    reservation = await given_order(store)
    parts = [ReservedUnits(sku="TEA-1", location="NORTH"), ReservedUnits(sku="TEA-1", quantity=4)]
    assert await refused(store, fulfill(store, reservation.id, *parts)) == [
        excess("TEA-1", 4, 3, "lines", "1", "quantity", waiting=2)
    ]


@pytest.mark.complaint("B3")
async def test_nothing_goes_out_while_everything_waits(store: Store) -> None:
    """All items that wait are told, by how many are there and how many are waited for."""
    await given_level(store, TEA, on_hand=0)
    await given_backorder_limit(store, TEA, 2)
    reservation = await given_reservation(store, a_line(TEA, 2))
    [error] = await refused(store, fulfill(store, reservation.id))
    assert error == excess("TEA-1", 2, 0, "id", waiting=2)
    assert error.message == "0 of TEA-1 are there, 2 are waited for."


async def test_a_whole_release_gives_everything_back(store: Store) -> None:
    """Held units are available again, and nobody waits any more."""
    # given
    reservation = await given_order(store)
    # when
    outcome = await release(store, reservation.id)
    # then
    after = reservation_of(outcome)
    assert after == await recorded(store, reservation.id)
    assert after.state is ReservationState.RELEASED
    assert after.holds == (
        a_hold(0, TEA, released=5),
        a_hold(0, TEA_NORTH, released=1),
        a_hold(1, CUP, released=2),
    )
    assert [(line.after.key, line.change.reserved, line.change.backordered) for line in outcome.movements] == [
        (TEA, -3, -2),
        (TEA_NORTH, -1, 0),
        (CUP, -2, 0),
    ]
    assert {line.reason for line in outcome.movements} == {MovementReason.RELEASE}
    assert [await units(store, key) for key in (TEA, TEA_NORTH, CUP)] == [(3, 0, 0), (1, 0, 0), (5, 0, 0)]
    await check_reservations(store)


async def test_a_part_gives_back_what_waits_first_and_then_the_last_locations(store: Store) -> None:
    """So the order keeps what it has, from as few locations as possible."""
    # given
    reservation = await given_order(store)
    # when
    await release(store, reservation.id, ReservedUnits(sku="TEA-1", quantity=1))
    first = await recorded(store, reservation.id)
    await release(store, reservation.id, ReservedUnits(sku="TEA-1", quantity=3), ReservedUnits(sku="CUP-1", quantity=1))
    second = await recorded(store, reservation.id)
    # then
    assert first.holds[:2] == (a_hold(0, TEA, held=3, waiting=1, released=1), a_hold(0, TEA_NORTH, held=1))
    assert second.holds == (
        a_hold(0, TEA, held=2, released=3),
        a_hold(0, TEA_NORTH, released=1),
        a_hold(1, CUP, held=1, released=1),
    )
    assert (first.state, second.state) == (ReservationState.HELD, ReservationState.HELD)
    await check_reservations(store)


async def test_no_more_is_given_back_than_is_outstanding(store: Store) -> None:
    """Held and waiting units together; those that went out are no longer there."""
    reservation = await given_order(store)
    await fulfill(store, reservation.id, ReservedUnits(sku="TEA-1", location="NORTH"))
    parts = [ReservedUnits(sku="TEA-1", quantity=6), ReservedUnits(sku="TEA-1", location="NORTH")]
    assert await refused(store, release(store, reservation.id, *parts)) == [
        excess("TEA-1", 6, 5, "lines", "0", "quantity"),
        excess("TEA-1", 1, 0, "lines", "1", "sku"),
    ]


async def test_a_reservation_of_which_units_went_out_ends_fulfilled(store: Store) -> None:
    """Whatever becomes of the rest."""
    reservation = await given_order(store)
    await fulfill(store, reservation.id, ReservedUnits(sku="CUP-1", quantity=1))
    assert reservation_of(await release(store, reservation.id)).state is ReservationState.FULFILLED
    await check_reservations(store)


async def test_an_extension_counts_from_now(store: Store) -> None:
    """It moves no unit; without a time it lasts for good."""
    # given
    reservation = await given_order(store, ttl_seconds=100)
    store.clock.move(seconds=90)
    # when
    outcome = await store.reservations.extend(reservation.id, ttl_seconds=60, request=request_info())
    # then
    after = reservation_of(outcome)
    assert after.expires_at == outcome.operation.recorded_at + 60 * SECOND
    assert (after.state, after.holds, outcome.movements) == (reservation.state, reservation.holds, ())
    assert await store.queue.next_expiry() == after.expires_at
    await store.reservations.extend(reservation.id, ttl_seconds=None, request=request_info())
    assert (await recorded(store, reservation.id)).expires_at is None
    assert await store.queue.next_expiry() is None


@changes
async def test_what_has_run_out_can_only_expire(store: Store, change: Change) -> None:
    """From the very moment on, even before anybody has noticed; until then everything is allowed."""
    # given
    await given_level(store, CUP, on_hand=5)
    other, reservation = [await given_reservation(store, a_line(CUP, 1), ttl_seconds=100) for _ in range(2)]
    # then
    store.clock.move(seconds=99)
    await change(store, other.id)
    move_to_end(store, reservation)
    assert await refused(store, change(store, reservation.id)) == [wrong(reservation, ReservationState.EXPIRED)]
    await expire(store, reservation.id)


@changes
async def test_what_has_ended_cannot_be_changed(store: Store, change: Change) -> None:
    """Released, fulfilled or expired, it stays so."""
    # given
    await given_level(store, CUP, on_hand=5)
    reservations = [await given_reservation(store, a_line(CUP, 1), ttl_seconds=100) for _ in range(3)]
    released, fulfilled, expired = reservations
    await release(store, released.id)
    await fulfill(store, fulfilled.id)
    move_to_end(store, expired)
    await expire(store, expired.id)
    # then
    states = [ReservationState.RELEASED, ReservationState.FULFILLED, ReservationState.EXPIRED]
    for reservation, state in zip(reservations, states, strict=True):
        assert await refused(store, change(store, reservation.id)) == [wrong(reservation, state)]
        assert await refused(store, expire(store, reservation.id)) == [wrong(reservation, state)]


@pytest.mark.parametrize("change", [*CHANGES.values(), expire], ids=[*CHANGES.keys(), "expire"])
async def test_an_unknown_reservation_cannot_be_changed(store: Store, change: Change) -> None:
    """Its id is at fault."""
    assert await refused(store, change(store, "nobody")) == [UnknownDocument(kind="RESERVATION", id="nobody")]


async def test_what_has_run_out_gives_everything_back_once(store: Store) -> None:
    """Even what waits; a second try is refused and changes nothing."""
    # given
    reservation = await given_order(store, ttl_seconds=100)
    await fulfill(store, reservation.id, ReservedUnits(sku="TEA-1", location="NORTH"))
    move_to_end(store, reservation)
    # when
    outcome = await expire(store, reservation.id)
    # then
    after = reservation_of(outcome)
    assert after == await recorded(store, reservation.id)
    assert after.state is ReservationState.EXPIRED
    assert after.holds == (
        a_hold(0, TEA, released=5),
        a_hold(0, TEA_NORTH, fulfilled=1),
        a_hold(1, CUP, released=2),
    )
    assert [(line.after.key, line.change.reserved, line.change.backordered) for line in outcome.movements] == [
        (TEA, -3, -2),
        (CUP, -2, 0),
    ]
    assert {(line.reason, line.change.on_hand) for line in outcome.movements} == {(MovementReason.EXPIRY, 0)}
    assert await refused(store, expire(store, reservation.id)) == [wrong(reservation, ReservationState.EXPIRED)]
    await check_reservations(store)


async def test_nothing_expires_before_its_time(store: Store) -> None:
    """A moment too early is too early, an extended one has time left, and one without an end never expires."""
    reservation = await given_order(store, ttl_seconds=100)
    assert reservation.expires_at is not None
    store.clock.now = Moment(reservation.expires_at - 1_000)  # a writer counts each try as a microsecond
    assert await refused(store, expire(store, reservation.id)) == [wrong(reservation, ReservationState.HELD)]
    await extend(store, reservation.id)
    move_to_end(store, reservation)
    assert await refused(store, expire(store, reservation.id)) == [wrong(reservation, ReservationState.HELD)]
    await store.reservations.extend(reservation.id, ttl_seconds=None, request=request_info())
    store.clock.move(seconds=10**9)
    assert await refused(store, expire(store, reservation.id)) == [wrong(reservation, ReservationState.HELD)]


async def test_readers_see_it_expired_from_its_last_moment_on(store: Store) -> None:
    """One by one and in lists, although its units are given back a moment later; the list goes by what is recorded."""
    # given
    reservation = await given_order(store, ttl_seconds=100)
    move_to_end(store, reservation)
    # then
    seen = await store.reservations.reservation(reservation.id)
    assert seen is not None
    assert (seen.state, seen.holds) == (ReservationState.EXPIRED, reservation.holds)
    assert (await recorded(store, reservation.id)).state is ReservationState.HELD
    store.clock.move(seconds=-1)
    assert await store.reservations.reservation(reservation.id) == reservation


@pytest.mark.complaint("L6")
async def test_what_was_promised_of_archived_items_and_locations_goes_out_or_back(store: Store) -> None:
    """A promise that could not be kept, or be taken back, would stay for good."""
    # given
    first = await given_order(store)
    second = await given_reservation(store, a_line(CUP, 1), ttl_seconds=100)
    await store.shop.archive_location("MAIN", is_archived=True, request=request_info())
    await store.shop.archive_item("TEA-1", is_archived=True, request=request_info())
    # then
    await fulfill(store, first.id, ReservedUnits(sku="TEA-1", location="NORTH"))
    await fulfill(store, first.id, ReservedUnits(sku="TEA-1", location="MAIN", quantity=1))
    await release(store, first.id)
    move_to_end(store, second)
    await expire(store, second.id)
    assert [await units(store, key) for key in (TEA, TEA_NORTH, CUP)] == [(2, 0, 0), (0, 0, 0), (5, 0, 0)]
    await check_reservations(store)


@changes
async def test_repeating_a_change_returns_the_first_result(store: Store, change: Change) -> None:
    """The reservation as it was right after the first call; another input under the key is refused."""
    # given
    reservation = await given_order(store)
    calls = {
        extend: lambda key, much: store.reservations.extend(
            reservation.id, ttl_seconds=60 + much, request=request_info(key)
        ),
        release: lambda key, much: store.reservations.release(
            reservation.id, lines=[ReservedUnits(sku="TEA-1", quantity=1 + much)], request=request_info(key)
        ),
        fulfill: lambda key, much: store.reservations.fulfill(
            reservation.id, lines=[ReservedUnits(sku="TEA-1", quantity=1 + much)], request=request_info(key)
        ),
    }
    call: Any = calls[change]  # type: ignore[index] # it is one of them
    first = await call("k", 0)
    await release(store, reservation.id)
    before = await store.contents()
    # when
    repeated = await call("k", 0)
    # then
    assert repeated.replayed
    assert (repeated.operation, repeated.movements) == (first.operation, first.movements)
    assert await store.contents() == before
    assert await refused(store, call("k", 1)) == [IdempotencyKeyReused(key="k")]


PART_FAULTS: dict[str, tuple[list[ReservedUnits], list[InventoryError]]] = {
    "none": ([], [TooManyLines(count=0, maximum=1_000)]),
    "too many": (
        [ReservedUnits(sku=f"S-{number}") for number in range(1_001)],
        [TooManyLines(count=1_001, maximum=1_000)],
    ),
    "no units": (
        [ReservedUnits(sku="TEA-1", quantity=0)],
        [QuantityOutOfRange(quantity=0, minimum=1, field=("lines", "0", "quantity"))],
    ),
    "twice": (
        [
            ReservedUnits(sku="TEA-1"),
            ReservedUnits(sku="TEA-1", location="MAIN"),
            ReservedUnits(sku="TEA-1", quantity=1),
        ],
        [DuplicateLine(sku="TEA-1", location="", first_line=0, field=("lines", "2"))],
    ),
    "bad names": (
        [ReservedUnits(sku="", location="/")],
        [
            InvalidValue(
                what="A SKU",
                rule="must be 1 to 64 printable characters without a blank at either end",
                field=("lines", "0", "sku"),
            ),
            InvalidValue(
                what="A location code",
                rule="must be 1 to 32 letters, digits, dots, dashes or underscores",
                field=("lines", "0", "location"),
            ),
        ],
    ),
}


@pytest.mark.parametrize(("parts", "faults"), PART_FAULTS.values(), ids=PART_FAULTS.keys())
async def test_bad_parts_are_refused(store: Store, parts: list[ReservedUnits], faults: list[InventoryError]) -> None:
    """Whatever is to become of them."""
    reservation = await given_order(store)
    for change in (store.reservations.release, store.reservations.fulfill):
        assert await refused(store, change(reservation.id, lines=parts, request=request_info())) == faults


@pytest.mark.parametrize("ttl_seconds", [0, -1, 2_592_001])
async def test_an_extension_lasts_one_second_to_thirty_days(store: Store, ttl_seconds: int) -> None:
    """As a new reservation does."""
    reservation = await given_order(store)
    request = store.reservations.extend(reservation.id, ttl_seconds=ttl_seconds, request=request_info())
    assert await refused(store, request) == [
        InvalidValue(
            what="The time that a reservation lasts", rule="must be between 1 and 2592000 s", field=("ttlSeconds",)
        )
    ]
