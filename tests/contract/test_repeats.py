"""What is told of what a command changed: as it is now, in its first answer and in those to its repeats."""

import asyncio

import pytest

from app.domain.outcome import Outcome
from app.domain.reservations.reservation import RequestedLine, Reservation, ReservationState
from app.domain.stock.movement import MovementReason
from app.services.request_info import RequestInfo
from tests.support.scene import TEA, adjust, given_level
from tests.support.store import Store

KEYED = RequestInfo(actor="shop", idempotency_key="cart")


async def reserve(store: Store) -> Outcome:
    """Ask for three units under the key of a cart."""
    return await store.reservations.create([RequestedLine(sku=TEA.sku, quantity=3)], ttl_seconds=60, request=KEYED)


@pytest.mark.parametrize("ending", [ReservationState.RELEASED, ReservationState.FULFILLED])
async def test_a_repeat_tells_what_was_done_and_how_things_stand(store: Store, ending: ReservationState) -> None:
    """The operation and its movements are those of the first call; its level and its document are read again."""
    await given_level(store, on_hand=9)
    first = await reserve(store)
    made = first.document(Reservation)
    assert (made.state, first.level(TEA)) == (ReservationState.HELD, await store.level(TEA))
    end = store.reservations.release if ending is ReservationState.RELEASED else store.reservations.fulfill
    last = await end(made.id, request=RequestInfo(actor="shop"))
    again = await reserve(store)
    assert again == Outcome(operation=first.operation, movements=first.movements, replayed=True)
    assert again.document(Reservation) == last.document(Reservation) == await store.reservations.reservation(made.id)
    assert again.document(Reservation).state is ending
    assert again.level(TEA) == last.level(TEA) == await store.level(TEA)


async def test_what_is_committed_together_tells_the_same_level(store: Store) -> None:
    """The last of them all, which is what anybody could read: each keeps its own in its movement."""
    await given_level(store, on_hand=9)
    outcomes = await asyncio.gather(*(adjust(store, TEA, -1, reason=MovementReason.SALE) for _ in range(5)))
    told = sorted(outcome.movements[0].after.on_hand for outcome in outcomes)
    assert told == [4, 5, 6, 7, 8]
    shown = [8, 7, 6, 5, 4] if store.kind == "memory" else [4] * 5  # which commits them one by one
    assert [outcome.level(TEA).on_hand for outcome in outcomes] == shown
    assert outcomes[-1].level(TEA) == await store.level(TEA)
