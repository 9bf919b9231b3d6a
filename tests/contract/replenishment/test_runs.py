"""Ordering at once, over every store: each run is done once under its key, and a repeat lists what the first did."""

import asyncio
from dataclasses import replace

import pytest
from msgspec import structs

from app.domain.command import Command, Decision, View
from app.domain.errors import IdempotencyKeyReused, Refused
from app.domain.failures import Unavailable
from app.domain.idempotency import operation_id_of_key
from app.domain.operation import CommandInfo
from app.domain.outcome import Outcome
from app.domain.purchasing.purchase_order import PurchaseOrder, PurchaseOrderState
from app.domain.replenishment.commands.record_run import RecordReplenishmentRun
from app.domain.replenishment.policy import Policy, ReplenishmentMethod
from app.domain.stock.level import LevelKey
from app.domain.transfers.transfer import Transfer, TransferState
from app.services.ports import Writer
from app.services.replenishment.requested_runs import KIND, RunOutcome
from tests.property.invariants import check_everything
from tests.support.purchases import submit
from tests.support.replenishment import given_policy, given_supplier, machinery, min_max, orders
from tests.support.scene import CUP, SHOP, TEA, TEA_NORTH, adjust, refused, request_info
from tests.support.store import Store

POT, POT_NORTH = LevelKey("POT-1", "MAIN"), LevelKey("POT-1", "NORTH")
PERIODIC = Policy(method=ReplenishmentMethod.PERIODIC, target_level=20, review_days=1)
FROM_NORTH = Policy(method=ReplenishmentMethod.MIN_MAX, target_level=9, resupply_from="NORTH")


class Dying:
    """A writer that commits so many commands, and is gone."""

    def __init__(self, writer: Writer, *, commands: int) -> None:
        self._writer = writer
        self._left = commands

    async def run(self, command: Command) -> Outcome:
        if not self._left:
            raise Unavailable("gone")
        self._left -= 1
        return await self._writer.run(command)


class BareNoteRun(RecordReplenishmentRun):
    """What an earlier build recorded of a run: that it was."""

    def decide(self, view: View) -> Decision:
        return Decision()


async def run(store: Store, key: str | None = None, *, is_review: bool = False) -> RunOutcome:
    """Order what is needed anywhere."""
    return await machinery(store).replenishment.run(
        skus=None, locations=None, is_review=is_review, request=request_info(key)
    )


async def given_short_levels(store: Store) -> None:
    """Let one level be at its review date, one be short that is bought, and one that another location can serve."""
    await given_policy(store, TEA, on_hand=4, policy=PERIODIC)
    await given_policy(store, CUP, on_hand=1, policy=min_max(10), reorder_point=5)
    await given_policy(store, POT, on_hand=2, policy=FROM_NORTH, reorder_point=5)
    await given_policy(store, POT_NORTH, on_hand=50, policy=min_max(10), reorder_point=5)
    await given_supplier(store, "TEA-1", "CUP-1", "POT-1")


async def test_a_run_tells_each_order_once_and_as_it_became(store: Store) -> None:
    """The review begins the draft, the run after it adds to it; the transfer is proposed."""
    # given
    await given_short_levels(store)
    # when
    done = await run(store, is_review=True)
    # then
    assert done.run is not None
    assert (done.outcome.replayed, done.run.reviewed, done.run.changed) == (False, 4, 0)
    assert (done.run.order_count, done.run.transfer_count) == (1, 1)
    [order] = done.orders
    assert (order.version, {line.sku: line.quantity for line in order.lines}) == (2, {"TEA-1": 16, "CUP-1": 9})
    [transfer] = done.transfers
    assert [(line.sku, line.quantity) for line in transfer.lines] == [("POT-1", 7)]
    assert done.outcome.operation.documents == ()
    await check_everything(store)


async def test_a_repeat_lists_what_the_first_did(store: Store) -> None:
    """Each as it is by now: the order has grown and was sent since, and the transfer given up. Nothing is ordered."""
    # given
    await given_short_levels(store)
    first = await run(store, "monday", is_review=True)
    await given_policy(store, TEA_NORTH, on_hand=1, policy=min_max(10), reorder_point=5)
    await given_policy(store, CUP, on_hand=0, policy=min_max(40), reorder_point=20)
    await run(store)
    [order], [transfer] = first.orders, first.transfers
    await submit(store, order.id)
    await store.transfers.cancel(transfer.id, request=request_info())
    await adjust(store, CUP, -1)
    before = await store.contents()
    # when
    again = await run(store, "monday", is_review=True)
    # then
    assert (first.outcome.replayed, again.outcome.replayed) == (False, True)
    assert (again.outcome, again.run) == (structs.replace(first.outcome, replayed=True), first.run)
    assert again.orders == tuple((await store.documents.documents(PurchaseOrder, [order.id])).values())
    assert again.transfers == tuple((await store.documents.documents(Transfer, [transfer.id])).values())
    assert [again.orders[0].state, again.transfers[0].state] == [PurchaseOrderState.SUBMITTED, TransferState.CANCELLED]
    assert await store.contents() == before


async def test_without_a_key_each_run_is_one_of_its_own(store: Store) -> None:
    """The second finds everything on order."""
    await given_short_levels(store)
    first, second = await run(store), await run(store)
    assert first.outcome.operation.id != second.outcome.operation.id
    assert (len(first.orders), len(first.transfers)) == (1, 1)
    assert (second.outcome.replayed, second.orders, second.transfers) == (False, (), ())


async def test_a_key_that_was_used_before_orders_nothing(store: Store) -> None:
    """Neither with another input, nor for something else."""
    await given_short_levels(store)
    await adjust(store, CUP, 1, idempotency_key="sold")
    assert await refused(store, run(store, "sold")) == [IdempotencyKeyReused(key="sold")]
    await run(store, "monday")
    await adjust(store, CUP, -1)
    assert await refused(store, run(store, "monday", is_review=True)) == [IdempotencyKeyReused(key="monday")]


async def test_callers_with_one_key_at_the_same_time_are_told_the_same(store: Store) -> None:
    """One of them orders, the others wait for that."""
    # given
    await given_short_levels(store)
    replenishment = machinery(store).replenishment

    async def call() -> RunOutcome:
        return await replenishment.run(skus=None, locations=None, is_review=True, request=request_info("monday"))

    # when
    told = await asyncio.gather(*(call() for _ in range(4)))
    # then
    assert sorted(each.outcome.replayed for each in told) == [False, True, True, True]
    assert {(each.run, each.orders, each.transfers) for each in told} == {
        (told[0].run, told[0].orders, told[0].transfers)
    }
    assert await orders(store) == list(told[0].orders)
    assert len(told[0].transfers) == 1
    await check_everything(store)


@pytest.mark.parametrize("commands", [1, 2, 3])
async def test_a_run_that_was_cut_off_is_run_again(store: Store, commands: int) -> None:
    """Whatever it had done. What it ordered is on order, so that its repeat tells the rest; together that is all."""
    # given
    await given_short_levels(store)
    dying = replace(store, writer=Dying(store.writer, commands=commands))
    with pytest.raises(Unavailable):
        await run(dying, "monday", is_review=True)
    known = {order.id: order.version for order in await orders(store)}
    # when
    again = await run(store, "monday", is_review=True)
    # then
    assert not again.outcome.replayed
    assert all(order.version > known.get(order.id, 0) for order in again.orders)
    [order] = await orders(store)
    assert {line.sku: line.quantity for line in order.lines} == {"TEA-1": 16, "CUP-1": 9}
    assert {len(line.reasons) for line in order.lines} == {1}
    repeated = await run(store, "monday", is_review=True)
    assert repeated == replace(again, outcome=structs.replace(again.outcome, replayed=True))
    await check_everything(store)


async def test_what_an_earlier_build_recorded_of_a_run_is_told(store: Store) -> None:
    """That it was, and nothing of what it ordered. It is not run again."""
    # given
    await given_short_levels(store)
    identity = operation_id_of_key(actor=SHOP, key="monday")
    info = CommandInfo(operation_id=identity, kind=KIND, actor=SHOP, idempotency_key="monday")
    await store.run(BareNoteRun(info=info, skus=None, locations=None, is_review=False))
    # when
    told = await run(store, "monday")
    # then
    assert (told.outcome.replayed, told.run, told.orders, told.transfers) == (True, None, (), ())
    assert await orders(store) == []


async def test_a_faulty_request_orders_nothing(store: Store) -> None:
    """It is refused before anything is looked at."""
    await given_short_levels(store)
    with pytest.raises(Refused):
        await run(store, "x" * 256)
    assert await orders(store) == []
