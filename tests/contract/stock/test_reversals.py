"""What was keyed by mistake is taken back by a counter-entry that names it, once, and nothing is made or lost by it."""

import asyncio
from collections.abc import Awaitable

import pytest

from app.domain.errors import ExceedsOutstanding, InvalidValue, WrongState
from app.domain.outcome import Outcome
from app.domain.reservations.holds import ReservedUnits
from app.domain.reservations.reservation import ReservationState
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import MovementReason
from app.domain.transfers.transfer import TransferState
from tests.support import transfers
from tests.support.reservations import (
    a_hold,
    a_line,
    check_reservations,
    given_reservation,
    move_to_end,
    recorded,
    reservation_of,
)
from tests.support.scene import CUP, TEA, TEA_NORTH, given_level, outcome_or_refusal, refused, request_info
from tests.support.store import Store
from tests.support.transfers import check_transfers, given_ends, transfer_in


def not_of_it(what: str, rule: str) -> list[InvalidValue]:
    """Return the refusal of an operation that cannot be reversed."""
    return [InvalidValue(what=what, rule=rule, field=("operation",))]


@pytest.mark.complaint("R10")
async def test_a_shipment_keyed_by_mistake_is_held_again(store: Store) -> None:
    """All that one operation let go out, by line and location; the movement and the operation name it."""
    # given
    await given_level(store, TEA, on_hand=5)
    await given_level(store, CUP, on_hand=2)
    order = await given_reservation(store, a_line(TEA, 3), a_line(CUP, 2), channel="web")
    first = await store.reservations.fulfill(
        order.id, lines=[ReservedUnits(sku="TEA-1", quantity=1)], request=request_info()
    )
    second = await store.reservations.fulfill(order.id, request=request_info())
    assert reservation_of(second).state is ReservationState.FULFILLED
    # when
    outcome = await store.reservations.reverse_fulfillment(order.id, second.operation.id, request=request_info())
    # then
    after = reservation_of(outcome)
    assert after.state is ReservationState.PARTIALLY_FULFILLED
    assert after.holds == (a_hold(0, TEA, held=2, fulfilled=1), a_hold(1, CUP, held=2))
    assert outcome.operation.info.reverses == second.operation.id
    assert [(line.change.on_hand, line.change.reserved, line.reason) for line in outcome.movements] == [
        (2, 2, MovementReason.SALE)
    ] * 2
    # and
    await store.reservations.reverse_fulfillment(order.id, first.operation.id, request=request_info())
    assert (await recorded(store, order.id)).state is ReservationState.HELD
    await store.reservations.fulfill(order.id, request=request_info())
    await check_reservations(store)
    await check_transfers(store)  # the ledger among them


async def test_a_shipment_is_taken_back_once(store: Store) -> None:
    """Whoever tries at the same time; and only one of that very order."""
    await given_level(store, TEA, on_hand=5)
    order = await given_reservation(store, a_line(TEA, 3))
    other = await given_reservation(store, a_line(TEA, 1))
    shipped = await store.reservations.fulfill(order.id, request=request_info())
    foreign = not_of_it("The operation", "must be a fulfilment of this reservation")
    for identity, operation in ((other.id, shipped.operation.id), (order.id, "unknown"), (order.id, other.id)):
        request = store.reservations.reverse_fulfillment(identity, operation, request=request_info())
        assert await refused(store, request) == foreign
    tries = await asyncio.gather(
        *(
            outcome_or_refusal(
                store.reservations.reverse_fulfillment(order.id, shipped.operation.id, request=request_info())
            )
            for _ in range(5)
        )
    )
    assert sum(isinstance(each, Outcome) for each in tries) == 1
    again = store.reservations.reverse_fulfillment(order.id, shipped.operation.id, request=request_info())
    assert await refused(store, again) == not_of_it("The fulfilment", "must not have been reversed before")
    await check_reservations(store)


async def test_a_shipment_is_taken_back_in_parts(store: Store) -> None:
    """By item and location, no unit twice, and the rest of it later, also when it went out again in between."""
    north = LevelKey("TEA-1", "NORTH")
    for key, on_hand in ((TEA, 2), (north, 3), (CUP, 2)):
        await given_level(store, key, on_hand=on_hand)
    order = await given_reservation(store, a_line(TEA, 2), a_line(north, 3), a_line(CUP, 2))
    shipped = (await store.reservations.fulfill(order.id, request=request_info())).operation.id

    def take_back(*parts: ReservedUnits) -> Awaitable[Outcome]:
        return store.reservations.reverse_fulfillment(order.id, shipped, lines=parts or None, request=request_info())

    def too_many(units: int) -> InvalidValue:
        rule = f"must be at most {units}: so many units of it are left of the fulfilment"
        return InvalidValue(what="The quantity", rule=rule, field=("lines", "0", "quantity"))

    # when
    first = await take_back(ReservedUnits(sku="TEA-1", quantity=3), ReservedUnits(sku="CUP-1"))
    # then
    assert reservation_of(first).holds == (
        a_hold(0, TEA, held=2),
        a_hold(1, north, held=1, fulfilled=2),
        a_hold(2, CUP, held=2),
    )
    assert await refused(store, take_back(ReservedUnits(sku="TEA-1", quantity=3))) == [too_many(2)]
    assert await refused(store, take_back(ReservedUnits(sku="TEA-1", location="MAIN"))) == [too_many(0)]
    assert await refused(store, take_back(ReservedUnits(sku="NIX"))) == [too_many(0)]
    # when
    await store.reservations.fulfill(order.id, request=request_info())
    rest = await take_back()
    # then
    assert [(line.after.key, line.change.on_hand) for line in rest.movements] == [(north, 2)]
    again = not_of_it("The fulfilment", "must not have been reversed before")
    assert await refused(store, take_back()) == again
    assert await refused(store, take_back(ReservedUnits(sku="TEA-1"))) == again
    await check_reservations(store)


async def test_an_order_whose_time_is_over_holds_what_came_back_for_good(store: Store) -> None:
    """Or it would be sold to others a moment later."""
    await given_level(store, TEA, on_hand=5)
    order = await given_reservation(store, a_line(TEA, 3), ttl_seconds=60)
    shipped = await store.reservations.fulfill(order.id, request=request_info())
    move_to_end(store, order)
    await store.reservations.reverse_fulfillment(order.id, shipped.operation.id, request=request_info())
    after = await recorded(store, order.id)
    assert (after.state, after.expires_at) == (ReservationState.HELD, None)


@pytest.mark.complaint("P9")
async def test_lost_units_that_turn_up_are_received(store: Store) -> None:
    """In parts, under the transfer, naming the operation that gave them up; never more than were lost."""
    # given
    await given_ends(store)
    sent = await transfers.given_shipped(store, ("TEA-1", 5), ("CUP-1", 2))
    lost = await transfers.receive(
        store,
        sent.id,
        transfers.arrived("TEA-1", 3),
        transfers.arrived("CUP-1", 2),
        is_complete=True,
        short_reason=MovementReason.LOST,
    )
    # when
    outcome = await store.transfers.reverse_loss(
        sent.id, lost.operation.id, lines=transfers.units(("TEA-1", 1)), request=request_info()
    )
    # then
    after = transfer_in(outcome)
    assert (after.state, after.lines[0].received, after.lines[0].lost) == (TransferState.RECEIVED, 4, 1)
    assert outcome.operation.info.reverses == lost.operation.id
    assert [(line.change.on_hand, line.change.incoming, line.reason, line.reference) for line in outcome.movements] == [
        (0, 1, MovementReason.LOST, "TO-1"),
        (1, -1, MovementReason.TRANSFER, "TO-1"),
    ]
    too_many = store.transfers.reverse_loss(
        sent.id, lost.operation.id, lines=transfers.units(("TEA-1", 2)), request=request_info()
    )
    assert await refused(store, too_many) == [
        ExceedsOutstanding(sku="TEA-1", requested=2, outstanding=1, step="FOUND", field=("lines", "0", "quantity"))
    ]
    cups = store.transfers.reverse_loss(
        sent.id, lost.operation.id, lines=transfers.units(("CUP-1", 1)), request=request_info()
    )
    assert ("lines", "0", "sku") in [error.field for error in await refused(store, cups)]
    # and the rest
    await store.transfers.reverse_loss(sent.id, lost.operation.id, lines=None, request=request_info())
    again = store.transfers.reverse_loss(sent.id, lost.operation.id, lines=None, request=request_info())
    assert await refused(store, again) == not_of_it("The loss", "must not have been reversed before")
    level = await store.level(TEA_NORTH)
    assert level is not None
    assert (level.on_hand, level.incoming) == (5, 0)
    await check_transfers(store)


async def test_only_a_loss_of_the_transfer_is_reversed(store: Store) -> None:
    """Not a receipt in which nothing was lost, nor one of a transfer that is still under way."""
    await given_ends(store)
    sent = await transfers.given_shipped(store, ("TEA-1", 5))
    part = await transfers.receive(store, sent.id, transfers.arrived("TEA-1", 3))
    request = store.transfers.reverse_loss(sent.id, part.operation.id, lines=None, request=request_info())
    assert [type(error) for error in await refused(store, request)] == [WrongState]
    whole = await transfers.receive(store, sent.id)
    request = store.transfers.reverse_loss(sent.id, whole.operation.id, lines=None, request=request_info())
    assert await refused(store, request) == not_of_it("The operation", "must have given up units of this transfer")
