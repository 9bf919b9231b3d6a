"""Races around transfers: callers of two writers that want the same units or the same transfer, with exact winners."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from app.domain.errors import ErrorCode
from app.domain.idempotency import operation_id_of_key
from app.domain.outcome import Outcome
from app.domain.stock.level_change import UnavailableReason
from app.domain.stock.movement import MovementReason
from app.domain.transfers.transfer import TransferState
from app.store.driver.client import Database
from tests.support.at_once import at_once, codes, winners
from tests.support.scene import SHOP, TEA, TEA_NORTH, adjust, given_level, request_info
from tests.support.store import Store, mongo_store
from tests.support.transfers import (
    arrived,
    cancel,
    check_transfers,
    create,
    given_draft,
    given_ends,
    given_shipped,
    receive,
    ship,
    transfer_in,
)

ROUNDS = 8

Step = Callable[[Store, str], Awaitable[Outcome]]


@pytest.fixture
async def pair(database: Database) -> tuple[Store, Store]:
    """Return two stores with a writer each over one database, stocked at MAIN."""
    one, other = mongo_store(database), mongo_store(database)
    await given_ends(one, tea=200)
    return one, other


async def ship_it(store: Store, identity: str) -> Outcome:
    """Send off everything, under a reference of its own: then nothing is read before the writer is asked."""
    return await store.transfers.ship(identity, lines=None, request=request_info(reference="DN-1"))


async def receive_it(store: Store, identity: str) -> Outcome:
    """Take in everything."""
    return await receive(store, identity)


async def receive_three(store: Store, identity: str) -> Outcome:
    """Take in three of five units."""
    return await receive(store, identity, arrived("TEA-1", 3))


async def lose_it(store: Store, identity: str) -> Outcome:
    """Give up waiting."""
    return await receive(store, identity, is_complete=True, short_reason=MovementReason.LOST)


async def cancel_it(store: Store, identity: str) -> Outcome:
    """Give up the transfer."""
    return await cancel(store, identity)


async def change_class(store: Store, *, source: UnavailableReason | None, target: UnavailableReason | None) -> Outcome:
    """Reclassify four units."""
    return await store.stock.reclassify(TEA, quantity=4, source=source, target=target, request=request_info())


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        (receive_it, receive_it, "WRONG_STATE"),
        (receive_it, cancel_it, "WRONG_STATE"),
        (receive_it, lose_it, "WRONG_STATE"),
        (cancel_it, cancel_it, "WRONG_STATE"),
        (lose_it, cancel_it, "WRONG_STATE"),
        (receive_three, receive_three, "EXCEEDS_OUTSTANDING"),
    ],
)
async def test_of_two_that_end_a_transfer_one_wins(
    pair: tuple[Store, Store], first: Step, second: Step, code: str
) -> None:
    """Whoever they ask, its units arrive, are lost or go back, and never two of these."""
    one, other = pair
    for _ in range(ROUNDS):
        identity = (await given_shipped(one, ("TEA-1", 5))).id
        results = await at_once(first(one, identity), second(other, identity))
        assert len(winners(results)) == 1
        assert codes(results) == {code}
        await check_transfers(other)


async def test_a_draft_leaves_once(pair: tuple[Store, Store]) -> None:
    """Of ten that send it off, whoever they ask, one does."""
    identity = (await given_draft(pair[0], ("TEA-1", 5))).id
    results = await at_once(*(ship_it(store, identity) for _ in range(5) for store in pair))
    assert (len(winners(results)), codes(results)) == (1, {ErrorCode.WRONG_STATE})
    contents = await check_transfers(pair[1])
    assert {level.key: (level.on_hand, level.incoming) for level in contents.levels if level.key.sku == "TEA-1"} == {
        TEA: (195, 0),
        TEA_NORTH: (0, 5),
    }


async def test_a_draft_that_is_cancelled_meanwhile_either_stays_or_comes_back(pair: tuple[Store, Store]) -> None:
    """The cancellation always wins: before the shipment there is nothing to send, after it everything goes back."""
    one, other = pair
    for _ in range(ROUNDS):
        identity = (await given_draft(one, ("TEA-1", 5))).id
        sent, cancelled = await at_once(ship_it(one, identity), cancel_it(other, identity))
        assert isinstance(cancelled, Outcome)
        [line] = transfer_in(cancelled).lines
        assert (line.shipped, line.returned) == ((5, 5) if isinstance(sent, Outcome) else (0, 0))
        assert isinstance(sent, Outcome) or codes([sent]) == {ErrorCode.WRONG_STATE}
        await check_transfers(other)
    level = await one.level(TEA)
    assert level is not None
    assert level.on_hand == 200


async def test_the_last_units_are_shipped_or_sold(pair: tuple[Store, Store]) -> None:
    """Never both, and never neither: two callers that want four of five units each."""
    one, other = pair
    await adjust(one, TEA, -195)
    for _ in range(ROUNDS):
        identity = (await given_draft(one, ("TEA-1", 4))).id
        sale = adjust(other, TEA, -4, reason=MovementReason.SALE)
        sent, sold = await at_once(ship_it(one, identity), sale)
        assert (len(winners([sent, sold])), codes([sent, sold])) == (1, {ErrorCode.INSUFFICIENT_STOCK})
        contents = await check_transfers(other)
        assert [level.on_hand for level in contents.levels if level.key == TEA] == [1]
        await (cancel(one, identity) if isinstance(sent, Outcome) else adjust(one, TEA, +4))


async def test_the_last_units_are_shipped_or_set_aside(pair: tuple[Store, Store]) -> None:
    """Units that become unavailable do not leave, and units that left do not become unavailable."""
    one, other = pair
    await adjust(one, TEA, -195)
    for _ in range(ROUNDS):
        identity = (await given_draft(one, ("TEA-1", 4))).id
        aside = change_class(other, source=None, target=UnavailableReason.SAFETY)
        sent, kept = await at_once(ship_it(one, identity), aside)
        assert (len(winners([sent, kept])), codes([sent, kept])) == (1, {ErrorCode.INSUFFICIENT_STOCK})
        await check_transfers(other)
        if isinstance(sent, Outcome):
            await cancel(one, identity)
        else:
            await change_class(one, source=UnavailableReason.SAFETY, target=None)


async def test_of_twenty_transfers_for_eight_units_the_first_leave(store: Store) -> None:
    """Sales of the same units come between them: one writer answers in the order of arrival."""
    # given
    await given_ends(store, tea=8)
    drafts = [await given_draft(store, ("TEA-1", 1)) for _ in range(20)]
    # when
    results = await at_once(
        *(request for draft in drafts for request in (ship_it(store, draft.id), adjust(store, TEA, -1)))
    )
    # then
    assert [isinstance(result, Outcome) for result in results] == 8 * [True] + 32 * [False]
    assert codes(results) == {ErrorCode.INSUFFICIENT_STOCK}
    levels = {level.key: level for level in (await check_transfers(store)).levels}
    assert (levels[TEA].on_hand, levels[TEA_NORTH].incoming) == (0, 4)


async def test_many_receipts_take_in_what_there_is(pair: tuple[Store, Store]) -> None:
    """Of forty scans of one unit each, at two writers, exactly as many count as were shipped."""
    identity = (await given_shipped(pair[0], ("TEA-1", 25))).id
    results = await at_once(*(receive(store, identity, arrived("TEA-1", 1)) for _ in range(20) for store in pair))
    assert len(winners(results)) == 25
    assert codes(results) == {ErrorCode.WRONG_STATE}
    contents = await check_transfers(pair[1])
    assert [(level.on_hand, level.incoming) for level in contents.levels if level.key == TEA_NORTH] == [(25, 0)]


@pytest.mark.parametrize("step", [ship_it, receive_it])
async def test_a_key_at_two_writers_counts_once(pair: tuple[Store, Store], step: Step) -> None:
    """A scanner that repeats a call at another server while the first is under way gets one result."""
    for number in range(ROUNDS):
        given = given_draft if step is ship_it else given_shipped
        identity = (await given(pair[0], ("TEA-1", 1))).id
        key = f"{step.__name__}-{number}"
        call = ship if step is ship_it else receive
        outcomes = await asyncio.gather(*(call(store, identity, key=key) for store in pair))
        assert sorted(outcome.replayed for outcome in outcomes) == [False, True]
        assert outcomes[0].movements == outcomes[1].movements
        assert outcomes[0].operation == outcomes[1].operation
    await check_transfers(pair[0])


async def test_a_shipment_that_comes_with_its_draft_finds_both_ends(store: Store) -> None:
    """Committed together, it counts from what is at both of them, as if it had come later."""
    # given
    await given_ends(store, tea=5)
    await given_level(store, TEA_NORTH, on_hand=7)
    identity = operation_id_of_key(actor=SHOP, key="k")
    # when
    busy = [adjust(store, TEA, +1) for _ in range(3)]  # keeps the writer busy, so that what follows gathers
    *_, shipped = await asyncio.gather(*busy, create(store, ("TEA-1", 5), key="k"), ship_it(store, identity))
    # then
    assert transfer_in(shipped).state is TransferState.IN_TRANSIT
    levels = {level.key: (level.on_hand, level.incoming) for level in (await check_transfers(store)).levels}
    assert (levels[TEA], levels[TEA_NORTH]) == ((3, 0), (7, 5))
