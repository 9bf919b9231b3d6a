"""Several processes that order for the same levels at the same time: each need is ordered once, whoever was faster."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from app.domain.purchasing.purchase_order import PurchaseOrderState
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import MovementReason
from app.store.driver.client import Database
from tests.property.invariants import check_everything
from tests.support.purchases import update
from tests.support.replenishment import Machinery, given_policy, given_supplier, machinery, min_max, orders, proposals
from tests.support.scene import adjust, outcome_or_refusal, request_info
from tests.support.store import Store, mongo_store

PROCESSES = 3
ITEMS = 40
KEYS = [LevelKey(f"TEA-{number}", "MAIN") for number in range(ITEMS)]


@pytest.fixture
async def stores(database: Database) -> AsyncIterator[list[Store]]:
    """Return the stores of several processes over one database."""
    found = [mongo_store(database) for _ in range(PROCESSES)]
    yield found
    for store in found:
        await store.close()


async def given_short_levels(store: Store, *, auto_submit: bool = False) -> None:
    """Let forty levels fall below their reorder points."""
    for key in KEYS:
        await given_policy(store, key, on_hand=30, policy=min_max(40), reorder_point=10)
    await given_supplier(store, *(key.sku for key in KEYS), auto_submit=auto_submit)
    for key in KEYS:
        await adjust(store, key, -25, reason=MovementReason.SALE)


@pytest.mark.complaint("O3")
async def test_processes_that_order_at_once_order_each_need_once(stores: list[Store]) -> None:
    """All see all levels short; each line is on one order, with one reason, up to the target."""
    await given_short_levels(stores[0])
    await asyncio.gather(*(machinery(store).replenisher.sweep() for store in stores))
    [order] = await orders(stores[0])
    assert {line.sku: line.quantity for line in order.lines} == {key.sku: 35 for key in KEYS}
    assert {len(line.reasons) for line in order.lines} == {1}
    await check_everything(stores[0])


async def test_sending_a_draft_races_with_adding_to_it(stores: list[Store]) -> None:
    """A line is added to the draft or to the one after it, and never to an order that was sent."""
    # given
    await given_short_levels(stores[0], auto_submit=True)
    machines = [machinery(store) for store in stores]
    # when
    parts = [KEYS[start::PROCESSES] for start in range(PROCESSES)]
    await asyncio.gather(*(one_by_one(machine, keys) for machine, keys in zip(machines, parts, strict=True)))
    await machines[0].replenisher.sweep()
    # then
    found = await orders(stores[0])
    lines = [(line.sku, line.quantity) for order in found for line in order.lines]
    assert sorted(lines) == sorted((key.sku, 35) for key in KEYS)
    assert {order.state for order in found} == {PurchaseOrderState.SUBMITTED}
    await check_everything(stores[0])


async def test_what_a_buyer_strikes_out_while_the_server_orders_stays_out(stores: list[Store]) -> None:
    """Whoever comes first: a line that was struck is never on the draft again, nor on another one."""
    # given
    await given_short_levels(stores[0])
    machines = [machinery(store) for store in stores]
    await machines[0].replenisher.order(KEYS[:20])
    [draft] = await orders(stores[0])

    async def strike(key: LevelKey) -> None:
        await update(stores[1], draft.id, (key.sku, 0))

    # when
    sweeps = (machine.replenisher.sweep() for machine in machines for _ in range(3))
    await asyncio.gather(*(strike(key) for key in KEYS[:10]), *sweeps)
    await machines[0].replenisher.sweep()
    # then
    lines = [line.sku for order in await orders(stores[0]) for line in order.lines]
    assert sorted(lines) == sorted(key.sku for key in KEYS[10:])
    levels = [await stores[0].level(key) for key in KEYS]
    assert sum(level is not None and level.declined is not None for level in levels) == 10
    await check_everything(stores[0])


async def test_sales_go_on_while_orders_are_written(stores: list[Store]) -> None:
    """In the end no level is short, and what is planned is what stands on drafts, to the unit."""
    # given
    await given_short_levels(stores[0])
    machines = [machinery(store) for store in stores]

    async def sell(store: Store) -> None:
        for key in KEYS:
            await outcome_or_refusal(adjust(store, key, -1, reason=MovementReason.SALE))

    # when
    await asyncio.gather(*(sell(store) for store in stores), *(machine.replenisher.sweep() for machine in machines))
    await machines[0].replenisher.sweep()
    # then
    contents = await check_everything(stores[0])
    assert [level.key for level in contents.levels if level.is_short] == []
    assert {level.position for level in contents.levels} <= set(range(37, 41))


async def test_what_one_location_can_spare_is_proposed_once(stores: list[Store]) -> None:
    """Ten shops want 18 units each of the 60 that a depot has to spare: three get them, for seven they are bought."""
    # given
    shops = [LevelKey("TEA-0", f"SHOP-{number}") for number in range(10)]
    depot = LevelKey("TEA-0", "DEPOT")
    await given_policy(stores[0], depot, on_hand=100, policy=min_max(40), reorder_point=10)
    await given_supplier(stores[0], "TEA-0")
    for key in shops:
        policy = replace(min_max(20), resupply_from="DEPOT", transfer_days=30)
        await given_policy(stores[0], key, on_hand=2, policy=policy, reorder_point=5)
    machines = [machinery(store) for store in stores]
    # when each process sees some of the shops
    parts = [shops[start::PROCESSES] for start in range(PROCESSES)]
    await asyncio.gather(
        *(machine.replenisher.order(keys) for machine, keys in zip(machines, parts, strict=True)),
    )
    await machines[0].replenisher.sweep()
    # then
    found = await proposals(stores[0])
    assert [line.quantity for transfer in found for line in transfer.lines] == [18, 18, 18]
    assert [line.quantity for order in await orders(stores[0]) for line in order.lines] == [18] * 7
    contents = await check_everything(stores[0])
    assert {level.key: level.pledged for level in contents.levels if level.pledged} == {depot: 54}


async def test_processes_that_run_under_one_key_tell_the_same(stores: list[Store]) -> None:
    """What the first to end has ordered is recorded, and told by all; each need is ordered once, whoever did."""
    # given
    await given_short_levels(stores[0])
    runs = [machinery(store).replenishment.run for store in stores]
    # when
    told = await asyncio.gather(
        *(run(skus=None, locations=None, is_review=True, request=request_info("monday")) for run in runs),
    )
    # then
    assert sorted(each.outcome.replayed for each in told) == [False] + [True] * (PROCESSES - 1)
    assert len({(each.run, each.orders, each.transfers) for each in told}) == 1
    [order] = await orders(stores[0])
    assert {line.sku: line.quantity for line in order.lines} == {key.sku: 35 for key in KEYS}
    assert {len(line.reasons) for line in order.lines} == {1}
    await check_everything(stores[0])


async def one_by_one(machine: Machinery, keys: list[LevelKey]) -> None:
    """Order for one level after the other."""
    for key in keys:
        await machine.replenisher.order([key])
