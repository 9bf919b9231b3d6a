"""What shops do each day and other systems are known to get wrong: small inputs, exact results, over every store."""

import pytest

from app.domain.alerts.alert import AlertState
from app.domain.errors import ExceedsOutstanding, InsufficientStock, WrongState
from app.domain.purchasing.rounding import round_to_packs
from app.domain.replenishment.policy_change import SettingsChange
from app.domain.reservations.holds import ReservedUnits
from app.domain.reservations.reservation import ReservationState
from app.domain.stock.level import LevelKey
from app.domain.stock.level_change import UnavailableReason
from app.domain.stock.movement import MovementReason
from tests.support.alerts import alerts_of
from tests.support.reservations import (
    a_hold,
    a_line,
    an_assigner,
    anywhere,
    check_reservations,
    given_backorder_limit,
    given_reservation,
    recorded,
    reservation_of,
    reserve,
)
from tests.support.scene import TEA, adjust, given_level, refused, request_info
from tests.support.store import Store

A, B, C = (LevelKey("TEA-1", code) for code in "ABC")


async def counts(store: Store, key: LevelKey = TEA) -> tuple[int, int, int]:
    """Return what a level has on hand, reserved and available."""
    level = await store.level(key)
    assert level is not None
    return level.on_hand, level.reserved, level.available


async def given_places(store: Store, *units: int, priorities: tuple[int, ...]) -> None:
    """Stock TEA at A, B and so on, with these priorities."""
    for key, on_hand, priority in zip((A, B, C), units, priorities, strict=False):
        await given_level(store, key, on_hand=on_hand)
        await store.shop.upsert_location(key.location, priority=priority, request=request_info())


@pytest.mark.complaint("R3")
async def test_what_is_reserved_to_the_last_unit_can_be_shipped(store: Store) -> None:
    """Four orders of one, for four units: all go out."""
    await given_level(store, on_hand=4)
    orders = [await given_reservation(store, a_line(TEA, 1)) for _ in range(4)]
    assert await counts(store) == (4, 4, 0)
    for order in orders:
        outcome = await store.reservations.fulfill(order.id, request=request_info())
        assert reservation_of(outcome).state is ReservationState.FULFILLED
    assert await counts(store) == (0, 0, 0)


@pytest.mark.complaint("R4")
async def test_what_was_shipped_does_not_come_back_with_the_rest(store: Store) -> None:
    """Of an order of ten seven go out and three are cancelled."""
    await given_level(store, on_hand=100)
    order = await given_reservation(store, a_line(TEA, 10))
    await store.reservations.fulfill(order.id, lines=(ReservedUnits(sku="TEA-1", quantity=7),), request=request_info())
    outcome = await store.reservations.release(order.id, request=request_info())
    assert reservation_of(outcome).state is ReservationState.FULFILLED
    assert await counts(store) == (93, 0, 93)


@pytest.mark.complaint("R6")
@pytest.mark.parametrize("part", [None, 2])
async def test_an_order_that_is_cancelled_twice_comes_back_once(store: Store, part: int | None) -> None:
    """As a whole, or by more than is left of it, without any key."""
    await given_level(store, on_hand=5)
    order = await given_reservation(store, a_line(TEA, 3))
    lines = None if part is None else (ReservedUnits(sku="TEA-1", quantity=part),)
    await store.reservations.release(order.id, lines=lines, request=request_info())
    left = 0 if part is None else 3 - part
    assert await counts(store) == (5, left, 5 - left)
    [error] = await refused(store, store.reservations.release(order.id, lines=lines, request=request_info()))
    assert isinstance(error, WrongState if part is None else ExceedsOutstanding)
    assert await counts(store) == (5, left, 5 - left)


@pytest.mark.complaint("L1")
@pytest.mark.parametrize(
    ("priorities", "parcels"), [((1, 2, 3), {"A": 2, "B": 3}), ((7, 7, 7), {"C": 5})], ids=["by priority", "equal"]
)
async def test_no_location_is_asked_needlessly(
    store: Store, priorities: tuple[int, ...], parcels: dict[str, int]
) -> None:
    """Two, four and five units; an order of five needs two places by their priorities, and one where they are equal."""
    await given_places(store, 2, 4, 5, priorities=priorities)
    order = await given_reservation(store, anywhere("TEA-1", 5))
    assert {hold.location: hold.held for hold in order.holds} == parcels


@pytest.mark.complaint("L3")
async def test_no_order_is_promised_what_another_holds_elsewhere(store: Store) -> None:
    """Ten and fifteen units: 13, then 12, and then there is none."""
    await given_places(store, 10, 15, priorities=(1, 2))
    first = await given_reservation(store, anywhere("TEA-1", 13))
    second = await given_reservation(store, anywhere("TEA-1", 12))
    assert first.holds == (a_hold(0, A, held=10), a_hold(0, B, held=3))
    assert second.holds == (a_hold(0, B, held=12),)
    [error] = await refused(store, reserve(store, anywhere("TEA-1", 1)))
    assert isinstance(error, InsufficientStock)
    assert (error.requested, error.available) == (1, 0)


@pytest.mark.complaint("L4")
async def test_units_of_an_archived_place_and_damaged_ones_are_not_promised(store: Store) -> None:
    """Five each: the archived place counts for nothing, and neither do the others once they are damaged."""
    await given_places(store, 5, 5, priorities=(1, 2))
    await store.shop.archive_location("A", is_archived=True, request=request_info())
    [error] = await refused(store, reserve(store, anywhere("TEA-1", 6)))
    assert isinstance(error, InsufficientStock)
    assert (error.requested, error.available) == (6, 5)
    order = await given_reservation(store, anywhere("TEA-1", 2))
    assert order.holds == (a_hold(0, B, held=2),)
    await store.stock.reclassify(B, quantity=3, source=None, target=UnavailableReason.DAMAGED, request=request_info())
    [error] = await refused(store, reserve(store, anywhere("TEA-1", 1)))
    assert isinstance(error, InsufficientStock)


@pytest.mark.complaint("B1")
async def test_what_arrives_goes_to_the_oldest_and_what_he_gives_back_to_the_next(store: Store) -> None:
    """Orders of five and of one wait, one unit arrives, and the first of them cancels."""
    await given_level(store, on_hand=0)
    await given_backorder_limit(store, TEA, 9)
    first, second = [await given_reservation(store, a_line(TEA, units)) for units in (5, 1)]
    await adjust(store, TEA, 1, reason=MovementReason.RECEIPT)
    await an_assigner(store).assign(TEA)
    assert [(await recorded(store, order.id)).holds for order in (first, second)] == [
        (a_hold(0, TEA, held=1, waiting=4),),
        (a_hold(0, TEA, waiting=1),),
    ]
    await store.reservations.release(first.id, request=request_info())
    await an_assigner(store).assign(TEA)
    assert (await recorded(store, second.id)).holds == (a_hold(0, TEA, held=1),)
    await check_reservations(store)


@pytest.mark.complaint("B4")
async def test_a_limit_below_what_waits_ends_no_promise(store: Store) -> None:
    """Nobody new may wait; who waits already gets what arrives."""
    await given_level(store, on_hand=0)
    await given_backorder_limit(store, TEA, 5)
    order = await given_reservation(store, a_line(TEA, 4))
    await given_backorder_limit(store, TEA, 1)
    assert (await recorded(store, order.id)).holds == (a_hold(0, TEA, waiting=4),)
    assert [error.code for error in await refused(store, reserve(store, a_line(TEA, 1)))] == ["INSUFFICIENT_STOCK"]
    await adjust(store, TEA, 4, reason=MovementReason.RECEIPT)
    await an_assigner(store).assign(TEA)
    assert (await recorded(store, order.id)).holds == (a_hold(0, TEA, held=4),)


@pytest.mark.complaint("O7")
async def test_an_alert_follows_the_reorder_point_and_is_told_once(store: Store) -> None:
    """Six units with a point of 10, then 3, then 7; sales below it open no other."""
    await given_level(store, on_hand=6)
    states = []
    for point in (10, 3, 7):
        await store.stock.configure(TEA, settings=SettingsChange(reorder_point=point), request=request_info())
        states.append([alert.state for alert in await alerts_of(store)])
    assert states == [
        [AlertState.OPEN],
        [AlertState.CLOSED],
        [AlertState.OPEN, AlertState.CLOSED],
    ]
    for _ in range(3):
        await adjust(store, TEA, -1, reason=MovementReason.SALE)
    assert [alert.state for alert in await alerts_of(store)] == states[-1]


@pytest.mark.complaint("O4")
@pytest.mark.parametrize(
    ("wanted", "minimum", "pack", "ordered"), [(1, 15, 3, 15), (16, 15, 3, 18), (8, 1, 6, 12), (20, 1, 3, 21)]
)
def test_an_order_is_rounded_up_to_whole_packs_and_the_minimum(
    wanted: int, minimum: int, pack: int, ordered: int
) -> None:
    """Never below what is wanted, and to no more packs than that takes."""
    assert round_to_packs(wanted, minimum_quantity=minimum, pack_size=pack) == ordered
