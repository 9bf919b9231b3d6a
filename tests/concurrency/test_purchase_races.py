"""Races around purchase orders: callers of two writers that want the same order, with exact winners."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from app.domain.errors import ErrorCode
from app.domain.outcome import Outcome
from app.domain.purchasing.commands.receive_purchase_order import ReceivePurchaseOrder
from app.domain.purchasing.purchase_order import PurchaseOrderState
from app.domain.purchasing.purchase_receipt import PurchaseReceipt
from app.domain.stock.commands.receipt import Arrival
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import MovementReason
from app.store.driver.client import Database, transaction
from app.store.writer.reading.read_batch_state import BatchStateReader
from tests.support.at_once import at_once, codes, winners
from tests.support.purchases import (
    ACME,
    cancel,
    check_purchases,
    confirm,
    create,
    given_draft,
    given_shop,
    given_submitted,
    order_in,
    receive,
    submit,
    update,
)
from tests.support.scene import TEA, adjust, an_adjustment, given_level, request_info
from tests.support.store import Store, mongo_store

ROUNDS = 6

Step = Callable[[Store, str], Awaitable[Outcome]]


@pytest.fixture
async def pair(database: Database) -> tuple[Store, Store]:
    """Return two stores with a writer each over one database, with ACME that offers TEA-1 for MAIN."""
    one, other = mongo_store(database), mongo_store(database)
    await given_shop(one)
    return one, other


async def receive_it(store: Store, identity: str) -> Outcome:
    """Take in everything."""
    return await receive(store, identity)


async def receive_three(store: Store, identity: str) -> Outcome:
    """Take in three of five units."""
    return await receive(store, identity, Arrival(sku="TEA-1", quantity=3))


async def end_it(store: Store, identity: str) -> Outcome:
    """Give up waiting."""
    return await receive(store, identity, is_complete=True)


async def cancel_it(store: Store, identity: str) -> Outcome:
    """Give up the order."""
    return await cancel(store, identity)


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        (receive_it, receive_it, "WRONG_STATE"),
        (receive_it, cancel_it, "WRONG_STATE"),
        (receive_it, end_it, "WRONG_STATE"),
        (cancel_it, cancel_it, "WRONG_STATE"),
        (receive_three, receive_three, "EXCEEDS_OUTSTANDING"),
    ],
)
async def test_of_two_that_end_an_order_one_wins(
    pair: tuple[Store, Store], first: Step, second: Step, code: str
) -> None:
    """Whoever they ask, its units arrive or are given up, and never both."""
    one, other = pair
    for _ in range(ROUNDS):
        identity = (await given_submitted(one, ("TEA-1", 5))).id
        results = await at_once(first(one, identity), second(other, identity))
        assert (len(winners(results)), codes(results)) == (1, {code})
        await check_purchases(other)


async def test_two_receipts_of_different_units_both_count(pair: tuple[Store, Store]) -> None:
    """Neither forgets the other's."""
    one, other = pair
    for _ in range(ROUNDS):
        identity = (await given_submitted(one, ("TEA-1", 5))).id
        two = Arrival(sku="TEA-1", quantity=2)
        results = await at_once(receive(one, identity, two), receive(other, identity, two))
        assert len(winners(results)) == 2
        assert max(order_in(each).lines[0].received for each in winners(results)) == 4
        await check_purchases(other)


async def test_a_draft_is_submitted_once(pair: tuple[Store, Store]) -> None:
    """Of ten that send it off, whoever they ask, one does."""
    identity = (await given_draft(pair[0], ("TEA-1", 5))).id
    results = await at_once(*(submit(store, identity) for _ in range(5) for store in pair))
    assert (len(winners(results)), codes(results)) == (1, {ErrorCode.WRONG_STATE})
    await check_purchases(pair[1])
    level = await pair[1].level(TEA)
    assert level is not None
    assert (level.incoming, level.planned) == (5, 0)


async def test_a_draft_that_is_cancelled_meanwhile_is_expected_no_more(pair: tuple[Store, Store]) -> None:
    """The cancellation always wins: before the submission nothing was ordered, after it nothing is any more."""
    one, other = pair
    for _ in range(ROUNDS):
        identity = (await given_draft(one, ("TEA-1", 5))).id
        sent, cancelled = await at_once(submit(one, identity), cancel_it(other, identity))
        assert isinstance(cancelled, Outcome)
        order = order_in(cancelled)
        assert (order.state, order.lines[0].short) == (PurchaseOrderState.CANCELLED, 5)
        assert (order.submitted_at is not None) is isinstance(sent, Outcome)
        assert isinstance(sent, Outcome) or codes([sent]) == {ErrorCode.WRONG_STATE}
        await check_purchases(other)
    level = await one.level(TEA)
    assert level is not None
    assert (level.incoming, level.planned) == (0, 0)


async def test_a_draft_that_changes_meanwhile_is_submitted_as_it_was_seen_or_not_at_all(
    pair: tuple[Store, Store],
) -> None:
    """Of a submission and a change at the same time one wins, and never half of each."""
    one, other = pair
    for _ in range(ROUNDS):
        identity = (await given_draft(one, ("TEA-1", 5))).id
        sent, changed = await at_once(submit(one, identity, version=1), update(other, identity, ("CUP-1", 3)))
        assert len(winners([sent, changed])) == 1
        assert codes([sent, changed]) <= {ErrorCode.STALE_DOCUMENT, ErrorCode.WRONG_STATE}
        await check_purchases(other)


async def test_an_order_is_confirmed_and_received_in_any_order(pair: tuple[Store, Store]) -> None:
    """A receipt never waits for the supplier's word; a word that comes later is refused."""
    one, other = pair
    for _ in range(ROUNDS):
        identity = (await given_submitted(one, ("TEA-1", 5))).id
        confirmed, received = await at_once(confirm(one, identity), receive_it(other, identity))
        assert isinstance(received, Outcome)
        assert (order_in(received).confirmed_at is not None) is isinstance(confirmed, Outcome)
        await check_purchases(other)


async def test_nothing_more_is_ordered_once_a_supplier_is_known_to_be_archived(pair: tuple[Store, Store]) -> None:
    """Orders that meet the archiving come before it or are refused; those after it are refused."""
    one, other = pair
    results = await at_once(
        store_order(one), store_order(other), one.suppliers.archive(ACME, is_archived=True, request=request_info())
    )
    assert isinstance(results[2], Outcome)
    assert codes(results) <= {ErrorCode.ARCHIVED}
    late = await at_once(store_order(one), store_order(other))
    assert (winners(late), codes(late)) == ([], {ErrorCode.ARCHIVED})
    await check_purchases(one)


async def store_order(store: Store) -> Outcome:
    """Write down an order."""
    return await create(store, ("TEA-1", 1))


async def test_units_at_other_locations_weigh_in_exactly_and_are_not_read_one_by_one(database: Database) -> None:
    """Whatever is sold in the same batch: each receipt is averaged with what was there right before it, everywhere."""
    # given
    store = mongo_store(database)
    await given_shop(store)
    elsewhere = [LevelKey("TEA-1", f"SHOP-{number}") for number in range(4)]
    for key in elsewhere:
        await given_level(store, key, on_hand=10)
    orders = [await given_submitted(store, ("TEA-1", 3)) for _ in range(6)]
    info = an_adjustment(TEA, 1, idempotency_key="k").info
    command = ReceivePurchaseOrder(info=info, order_id=orders[0].id, seen=orders[0])
    async with transaction(database.client) as session:
        state = (await BatchStateReader(database).read([command], is_retry=False, session=session)).state
    assert set(state.levels) == {TEA}
    there = sum(level.on_hand for level in (await store.contents()).levels if level.key not in state.levels)
    assert state.on_hand_elsewhere == {"TEA-1": there}
    # when
    sales = [adjust(store, key, -1, reason=MovementReason.SALE) for key in (*elsewhere, *elsewhere)]
    receipts = [receive(store, order.id) for order in orders]
    await asyncio.gather(*(each for pair in zip(sales, receipts, strict=False) for each in pair), *sales[6:])
    # then
    contents = await check_purchases(store)
    found = [document for document in contents.documents if isinstance(document, PurchaseReceipt)]
    assert len(found) == 6
    for receipt in found:
        [line] = receipt.lines
        before = [each for each in contents.movements if each.recorded_at <= receipt.created_at]
        units = sum(each.change.on_hand for each in before if each.operation_id != receipt.id)
        assert line.valued is not None
        assert line.valued.on_hand == units
