"""reservationCreate: units set aside for an order, all lines or none, the same over every store."""

from typing import Any

import pytest

from app.domain.errors import (
    Archived,
    DuplicateLine,
    IdempotencyKeyReused,
    InsufficientStock,
    InvalidValue,
    InventoryError,
    QuantityOutOfRange,
    TooManyLines,
    UnknownItem,
    UnknownLocation,
)
from app.domain.limits import MAX_QUANTITY
from app.domain.reservations.reservation import RequestedLine, Reservation, ReservationState
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import MovementReason
from app.domain.time import Moment
from tests.support.clock import SECOND
from tests.support.reservations import (
    a_hold,
    a_line,
    anywhere,
    check_reservations,
    given_reservation,
    recorded,
    reservation_of,
    reserve,
)
from tests.support.scene import CUP, TEA, TEA_NORTH, adjust, given_catalog, given_level, refused, request_info
from tests.support.store import Store
from tests.support.texts import SPACE, begins_with, ends_with

TEA_SOUTH = LevelKey("TEA-1", "SOUTH")
CUP_NORTH = LevelKey("CUP-1", "NORTH")
CODE_RULE = "must be 1 to 32 letters, digits, dots, dashes or underscores"


def short(
    key: LevelKey, requested: int, available: int, *, line: int, located: bool = True, taken: int = 0
) -> InsufficientStock:
    """Return the shortage of a line."""
    return InsufficientStock(
        sku=key.sku,
        location=key.location if located else "",
        requested=requested,
        available=available,
        taken=taken,
        field=("lines", str(line), "quantity"),
    )


async def test_an_order_sets_its_units_aside(store: Store) -> None:
    """They stay on hand and are no longer available; one movement per level tells the channel and the order."""
    # given
    await given_level(store, TEA, on_hand=5)
    await given_level(store, CUP, on_hand=1)
    # when
    outcome = await reserve(
        store, a_line(TEA, 2), a_line(CUP, 1), ttl_seconds=600, channel="web", said=request_info(reference="O-1")
    )
    # then
    identity = outcome.operation.id
    reservation = Reservation(
        id=identity,
        version=1,
        created_at=outcome.operation.recorded_at,
        changed_at=outcome.operation.published_at or Moment(0),
        state=ReservationState.HELD,
        reference="O-1",
        channel="web",
        expires_at=Moment(outcome.operation.recorded_at + 600 * SECOND),
        lines=(a_line(TEA, 2), a_line(CUP, 1)),
        holds=(a_hold(0, TEA, held=2), a_hold(1, CUP, held=1)),
    )
    assert reservation_of(outcome) == reservation
    assert await store.reservations.reservation(identity) == reservation
    tea, cup = outcome.movements
    assert [(line.after.key, line.change.reserved, line.change.on_hand) for line in (tea, cup)] == [
        (TEA, 2, 0),
        (CUP, 1, 0),
    ]
    assert {(line.reason, line.channel, line.reference, line.operation_id) for line in (tea, cup)} == {
        (MovementReason.RESERVATION, "web", "O-1", identity)
    }
    assert (tea.after.on_hand, tea.after.reserved, tea.after.available) == (5, 2, 3)
    assert [await store.level(key) for key in (TEA, CUP)] == [tea.after, cup.after]
    await check_reservations(store)


async def test_an_order_without_an_end_never_runs_out(store: Store) -> None:
    """Whoever does not say how long gets the units for good."""
    await given_level(store, TEA, on_hand=5)
    assert (await given_reservation(store, a_line(TEA, 1))).expires_at is None
    assert await store.queue.next_expiry() is None


async def test_one_shortage_refuses_the_whole_order_and_everything_in_its_way_is_told(store: Store) -> None:
    """All shortages, unknown and archived items and locations, in the order of the lines."""
    # given
    await given_level(store, TEA, on_hand=5)
    await given_level(store, CUP, on_hand=1)
    await given_catalog(store, LevelKey("MUG-1", "NORTH"), LevelKey("OLD-1", "SHUT"))
    await store.shop.archive_item("OLD-1", is_archived=True, request=request_info())
    await store.shop.archive_location("SHUT", is_archived=True, request=request_info())
    # when
    request = reserve(
        store,
        a_line(TEA, 5),
        a_line(CUP, 2),
        anywhere("MUG-1", 3),
        a_line(LevelKey("NONE", "MAIN"), 1),
        anywhere("NONE", 1),
        a_line(LevelKey("TEA-1", "NOWHERE"), 1),
        a_line(LevelKey("OLD-1", "MAIN"), 1),
        anywhere("OLD-1", 1),
        a_line(LevelKey("CUP-1", "SHUT"), 1),
        accept_backorder=False,
    )
    # then
    assert await refused(store, request) == [
        short(CUP, 2, 1, line=1),
        short(LevelKey("MUG-1", ""), 3, 0, line=2),
        UnknownItem(sku="NONE", field=("lines", "3", "sku")),
        UnknownItem(sku="NONE", field=("lines", "4", "sku")),
        UnknownLocation(location="NOWHERE", field=("lines", "5", "location")),
        Archived(kind="item", name="OLD-1", field=("lines", "6", "sku")),
        Archived(kind="item", name="OLD-1", field=("lines", "7", "sku")),
        Archived(kind="location", name="SHUT", field=("lines", "8", "location")),
    ]


async def test_a_line_that_names_no_location_is_served_by_priority(store: Store) -> None:
    """The lowest priority number gives first, and the next one the rest."""
    # given
    for key, units in {TEA: 5, TEA_NORTH: 2, TEA_SOUTH: 9}.items():
        await given_level(store, key, on_hand=units)
    await store.shop.upsert_location("NORTH", priority=1, request=request_info())
    await store.shop.upsert_location("MAIN", priority=2, request=request_info())
    # when
    reservation = await given_reservation(store, anywhere("TEA-1", 6))
    # then
    assert reservation.lines == (anywhere("TEA-1", 6),)
    assert reservation.holds == (a_hold(0, TEA_NORTH, held=2), a_hold(0, TEA, held=4))
    await check_reservations(store)


async def test_lines_are_sourced_together_from_as_few_locations_as_possible(store: Store) -> None:
    """The one location that has both items serves the order, although another has more of one of them."""
    for key, units in {TEA: 9, TEA_NORTH: 2, CUP_NORTH: 2}.items():
        await given_level(store, key, on_hand=units)
    reservation = await given_reservation(store, anywhere("TEA-1", 2), anywhere("CUP-1", 1))
    assert reservation.holds == (a_hold(0, TEA_NORTH, held=2), a_hold(1, CUP_NORTH, held=1))


async def test_no_unit_of_an_order_is_taken_twice(store: Store) -> None:
    """A line that names its location takes its units first; a sourced one of the same item gets what is left there.

    Lines of one level make one movement.
    """
    # given
    await given_level(store, TEA, on_hand=5)
    await given_level(store, TEA_NORTH, on_hand=1)
    # when
    outcome = await reserve(store, anywhere("TEA-1", 3), a_line(TEA, 3))
    # then
    assert reservation_of(outcome).holds == (
        a_hold(0, TEA, held=2),
        a_hold(0, TEA_NORTH, held=1),
        a_hold(1, TEA, held=3),
    )
    assert [(line.after.key, line.change.reserved) for line in outcome.movements] == [(TEA, 5), (TEA_NORTH, 1)]
    assert await refused(store, reserve(store, anywhere("TEA-1", 1), a_line(TEA, 1))) == [
        short(TEA, 1, 0, line=0, located=False),
        short(TEA, 1, 0, line=1),
    ]
    await check_reservations(store)


async def test_a_short_line_tells_what_it_could_have_had_anywhere(store: Store) -> None:
    """Where a line names no location, neither does its shortage: the units of all candidates are added up."""
    await given_level(store, TEA, on_hand=5)
    await given_level(store, TEA_NORTH, on_hand=2)
    request = reserve(store, a_line(TEA, 1), anywhere("TEA-1", 9))
    assert await refused(store, request) == [short(TEA, 9, 6, line=1, located=False, taken=1)]


async def test_an_order_may_be_limited_to_some_locations(store: Store) -> None:
    """Only lines that name no location are; archived candidates give nothing, unknown ones refuse."""
    # given
    for key, units in {TEA: 5, TEA_NORTH: 2, TEA_SOUTH: 1}.items():
        await given_level(store, key, on_hand=units)
    await store.shop.archive_location("SOUTH", is_archived=True, request=request_info())
    # when
    reservation = await given_reservation(
        store, anywhere("TEA-1", 1), a_line(TEA, 1), locations=["NORTH", "SOUTH"], accept_backorder=False
    )
    # then
    assert reservation.holds == (a_hold(0, TEA_NORTH, held=1), a_hold(1, TEA, held=1))
    assert await refused(store, reserve(store, anywhere("TEA-1", 2), locations=["NORTH", "SOUTH"])) == [
        short(TEA, 2, 1, line=0, located=False)
    ]
    assert await refused(store, reserve(store, anywhere("TEA-1", 1), locations=["NORTH", "NOWHERE"])) == [
        UnknownLocation(location="NOWHERE", field=("locations", "1"))
    ]


async def test_an_order_may_be_limited_to_so_many_locations(store: Store) -> None:
    """One parcel, from the location that can fill it whole, whatever the priorities."""
    for key, units in {TEA: 5, TEA_NORTH: 2}.items():
        await given_level(store, key, on_hand=units)
    await store.shop.upsert_location("NORTH", priority=1, request=request_info())
    reservation = await given_reservation(store, anywhere("TEA-1", 3), max_locations=1)
    assert reservation.holds == (a_hold(0, TEA, held=3),)
    assert await refused(store, reserve(store, anywhere("TEA-1", 3), max_locations=1)) == [
        short(TEA, 3, 2, line=0, located=False)
    ]


async def test_an_order_may_be_served_in_part(store: Store) -> None:
    """It holds what is there, and says what is short; with nothing there at all it is refused."""
    # given
    await given_level(store, TEA, on_hand=2)
    await given_level(store, TEA_NORTH, on_hand=1)
    await given_catalog(store, CUP)
    # when
    reservation = await given_reservation(
        store, a_line(TEA, 3), a_line(CUP, 1), anywhere("TEA-1", 4), allow_partial=True
    )
    # then
    assert reservation.holds == (a_hold(0, TEA, held=2), a_hold(2, TEA_NORTH, held=1))
    assert reservation.shortages == (1, 1, 3)
    await check_reservations(store)
    assert await refused(store, reserve(store, a_line(TEA, 3), anywhere("CUP-1", 1), allow_partial=True)) == [
        short(TEA, 3, 0, line=0),
        short(CUP, 1, 0, line=1, located=False),
    ]


async def test_an_unknown_item_refuses_even_an_order_that_may_be_served_in_part(store: Store) -> None:
    """A shortage may pass, a mistake may not; shortages are not told with it, for they are no reason."""
    await given_level(store, TEA, on_hand=2)
    request = reserve(store, a_line(TEA, 3), anywhere("NONE", 1), allow_partial=True)
    assert await refused(store, request) == [UnknownItem(sku="NONE", field=("lines", "1", "sku"))]


async def test_repeating_a_key_returns_the_first_result(store: Store) -> None:
    """The reservation as it was right after the first call, and its movements, whatever has happened since."""
    # given
    await given_level(store, TEA, on_hand=5)
    first = await reserve(store, a_line(TEA, 5), said=request_info("k"))
    await store.reservations.release(first.operation.id, request=request_info())
    before = await store.contents()
    # when
    repeated = await reserve(store, a_line(TEA, 5), said=request_info("k"))
    # then
    assert repeated.replayed
    assert (repeated.operation, repeated.movements) == (first.operation, first.movements)
    assert reservation_of(repeated).state is ReservationState.HELD
    assert (await recorded(store, first.operation.id)).state is ReservationState.RELEASED
    assert await store.contents() == before


@pytest.mark.parametrize(
    "options",
    [
        {"ttl_seconds": 60},
        {"channel": "web"},
        {"allow_partial": True},
        {"accept_backorder": False},
        {"locations": ["MAIN"]},
        {"max_locations": 1},
    ],
)
async def test_a_key_stands_for_one_input(store: Store, options: dict[str, Any]) -> None:
    """Another line, or another option, is another input."""
    await given_level(store, TEA, on_hand=5)
    await reserve(store, a_line(TEA, 1), said=request_info("k"))
    for request in (
        reserve(store, a_line(TEA, 1), said=request_info("k"), **options),
        reserve(store, a_line(TEA, 2), said=request_info("k")),
        reserve(store, anywhere("TEA-1", 1), said=request_info("k")),
    ):
        assert await refused(store, request) == [IdempotencyKeyReused(key="k")]


@pytest.mark.parametrize(
    ("lines", "faults"),
    [
        ((), [TooManyLines(count=0, maximum=1_000)]),
        ((a_line(TEA, 0),), [QuantityOutOfRange(quantity=0, minimum=1, field=("lines", "0", "quantity"))]),
        (
            (anywhere("TEA-1", 1), anywhere("CUP-1", MAX_QUANTITY + 1)),
            [QuantityOutOfRange(quantity=MAX_QUANTITY + 1, minimum=1, field=("lines", "1", "quantity"))],
        ),
        (
            (a_line(TEA, 1), anywhere("TEA-1", 1), a_line(TEA_NORTH, 1), a_line(TEA, 2)),
            [DuplicateLine(sku="TEA-1", location="MAIN", first_line=0, field=("lines", "3"))],
        ),
        (
            (anywhere("TEA-1", 1), anywhere("TEA-1", 2)),
            [DuplicateLine(sku="TEA-1", location="", first_line=0, field=("lines", "1"))],
        ),
        (
            (RequestedLine(sku="TEA-1 ", quantity=1, location="MA/IN"),),
            [
                InvalidValue(what="A SKU", rule=ends_with(SPACE, 6), field=("lines", "0", "sku")),
                InvalidValue(what="A location code", rule=CODE_RULE, field=("lines", "0", "location")),
            ],
        ),
    ],
)
async def test_a_bad_line_refuses_the_order(
    store: Store, lines: tuple[RequestedLine, ...], faults: list[InventoryError]
) -> None:
    """Each fault names its line."""
    for key in (TEA, TEA_NORTH, CUP):
        await given_level(store, key, on_hand=5)
    assert await refused(store, reserve(store, *lines)) == faults


@pytest.mark.parametrize(
    ("options", "faults"),
    [
        ({"ttl_seconds": 0}, [("The time that a reservation lasts", "must be between 1 and 2592000 s", "ttlSeconds")]),
        (
            {"ttl_seconds": 2_592_001},
            [("The time that a reservation lasts", "must be between 1 and 2592000 s", "ttlSeconds")],
        ),
        ({"channel": " web"}, [("A channel", begins_with(SPACE), "channel")]),
        ({"locations": []}, [("A list of locations", "must be 1 to 1000 codes that differ", "locations")]),
        (
            {"locations": ["MAIN", "MAIN"]},
            [("A list of locations", "must be 1 to 1000 codes that differ", "locations")],
        ),
        (
            {"locations": [f"L-{number}" for number in range(1_001)]},
            [("A list of locations", "must be 1 to 1000 codes that differ", "locations")],
        ),
        ({"locations": ["MAIN", "N/A"]}, [("A location code", CODE_RULE, "locations.1")]),
        ({"max_locations": 0}, [("The most locations of an order", "must be between 1 and 1000", "maxLocations")]),
        ({"max_locations": 1_001}, [("The most locations of an order", "must be between 1 and 1000", "maxLocations")]),
    ],
)
async def test_a_bad_option_refuses_the_order(
    store: Store, options: dict[str, Any], faults: list[tuple[str, str, str]]
) -> None:
    """Each fault names its field."""
    await given_level(store, TEA, on_hand=5)
    assert await refused(store, reserve(store, a_line(TEA, 1), **options)) == [
        InvalidValue(what=what, rule=rule, field=tuple(field.split("."))) for what, rule, field in faults
    ]


async def test_an_order_of_1001_lines_is_refused(store: Store) -> None:
    """One transaction carries 1,000 lines at most."""
    await given_catalog(store, TEA)
    lines = [a_line(LevelKey(f"S-{number}", "MAIN"), 1) for number in range(1_001)]
    assert await refused(store, reserve(store, *lines)) == [TooManyLines(count=1_001, maximum=1_000)]


async def test_an_order_of_101_lines_without_a_location_is_refused(store: Store) -> None:
    """Each of them is weighed against all others, at every location."""
    await given_catalog(store, TEA)
    lines = [anywhere(f"S-{number}", 1) for number in range(101)]
    assert await refused(store, reserve(store, a_line(TEA, 1), *lines)) == [TooManyLines(count=101, maximum=100)]


async def test_units_that_are_set_aside_cannot_be_sold_or_promised_again(store: Store) -> None:
    """Sales and further orders see only what is available."""
    await given_level(store, TEA, on_hand=5)
    await given_reservation(store, a_line(TEA, 4))
    shortage = InsufficientStock(sku="TEA-1", location="MAIN", requested=2, available=1, field=("delta",))
    assert await refused(store, adjust(store, TEA, -2)) == [shortage]
    assert await refused(store, reserve(store, a_line(TEA, 2))) == [short(TEA, 2, 1, line=0)]
