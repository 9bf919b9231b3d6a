"""Thousands of sales across thresholds while processes are killed: whatever is needed is ordered, and once."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress

from app.domain.alerts.alert import Alert
from app.domain.operation import SYSTEM, Operation
from app.domain.purchasing.purchase_order import PurchaseOrderState
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import Movement, MovementReason
from app.services.filters import LevelFilter, LevelOrder
from app.services.paging import MAX_PAGE_SIZE, PageRequest
from app.services.purchasing.filters import PurchaseOrderFilter
from app.store.driver.client import Database
from tests.faults.alert_watch import AlertWatch
from tests.faults.busy_shop import SENTINEL, WITHOUT_OFFER, a_sale
from tests.faults.server_processes import ServerProcesses
from tests.faults.shop_clients import ShopClients
from tests.property.invariants import check_everything
from tests.reconciliation.books import reconciled
from tests.support.ordered import check_ordered
from tests.support.purchases import check_orders
from tests.support.served import Server
from tests.support.store import Contents, Store, mongo_store
from tests.support.waiting import eventually

PROCESSES = 3
LINES = 4_000  # of sales that are accepted: some sixteen hundred receipts
KILLS = 3
SETTLED_SECONDS = 60  # reached only by a failure: the lease of a dead sweeper lasts 15 s
AT_ONCE = 1_000  # operations that are read in one query


async def kill_now_and_then(servers: ServerProcesses, shop: ShopClients) -> None:
    """Kill one after the other while the shop trades; the others go on, and each is started again."""
    for number in range(KILLS):
        await shop.sold((number + 1) * LINES // (KILLS + 1))
        await servers.kill_and_restart(number)
    await shop.sold(LINES)
    shop.close()


async def until_all_is_ordered(store: Store) -> None:
    """Return once nothing is left to be done by itself: no level is short that can be helped, and no draft waits."""
    page = PageRequest(first=MAX_PAGE_SIZE, after=None)
    drafts = PurchaseOrderFilter(states=(PurchaseOrderState.DRAFT,), supplier="FAST")
    async with asyncio.timeout(SETTLED_SECONDS):
        while True:
            short = await store.levels.levels(LevelFilter(needs_reorder=True), order=LevelOrder.SKU, page=page)
            is_helped = {level.key.sku for level in short.nodes} <= set(WITHOUT_OFFER)
            if is_helped and not await store.orders.count_orders(drafts):
                return
            await asyncio.sleep(0.05)


async def operations_of(store: Store, contents: Contents) -> dict[str, Operation]:
    """Return all operations of the ledger."""
    ids = sorted(contents.operations)
    found: dict[str, Operation] = {}
    for start in range(0, len(ids), AT_ONCE):
        found |= await store.ledger.operations(ids[start : start + AT_ONCE])
    assert len(found) == len(ids)
    return found


def check_sales(shop: ShopClients, contents: Contents, operations: Mapping[str, Operation]) -> None:
    """Prove that each sale that was acknowledged is in the ledger once, as told, and nothing that nobody asked for."""
    lines: dict[str | None, list[Movement]] = defaultdict(list)
    for movement in sorted(contents.movements, key=lambda line: line.after.key):
        lines[operations[movement.operation_id].info.idempotency_key].append(movement)
    for number, versions in shop.accepted.items():
        sale = a_sale(number)
        recorded = [(line.after.key, line.after.version, line.change.on_hand, line.reason) for line in lines[sale.key]]
        assert recorded == [
            (LevelKey(sku, sale.location), version, -sold, MovementReason.SALE if sold > 0 else MovementReason.RETURN)
            for (sku, sold), version in zip(sale.lines, versions, strict=True)
        ]
    sales = {each.info.idempotency_key for each in operations.values() if each.info.kind == "saleRecord"}
    accepted = {a_sale(number).key for number in shop.accepted}
    assert accepted <= sales <= accepted | {a_sale(number).key for number in shop.doubtful}
    others = [each.info for each in operations.values() if each.info.idempotency_key not in shop.said]
    assert {info.actor for info in others} == {SYSTEM}


def told_by(operations: Mapping[str, Operation]) -> dict[str, list[int]]:
    """Return the versions of each alert that the operations of the ledger tell of: each of them once."""
    told: dict[str, list[int]] = defaultdict(list)
    for operation in operations.values():
        for document in operation.documents:
            if isinstance(document, Alert):
                told[document.id].append(document.version)
    found = {identity: sorted(versions) for identity, versions in told.items()}
    assert all(versions == list(range(1, len(versions) + 1)) for versions in found.values())
    return found


async def test_everything_is_ordered_once_whoever_is_killed(database: Database, mongo_url: str, redis_url: str) -> None:
    """Ledger, alerts, orders and what a dashboard was told agree to the unit after four kills in the rush."""
    # given
    store = mongo_store(database)
    urls = {"mongo_url": mongo_url, "redis_url": redis_url, "database": database.name}
    async with ServerProcesses([Server(**urls, settings={}) for _ in range(PROCESSES)]) as servers:
        shop = ShopClients(servers.urls)
        await shop.open()
        async with AlertWatch(servers.urls) as watch:
            await eventually(lambda: any(SENTINEL.sku in identity for identity in watch.told))
            # when
            async with asyncio.TaskGroup() as rush:
                rush.create_task(shop.trade())
                rush.create_task(kill_now_and_then(servers, shop))
            await until_all_is_ordered(store)
            # then
            contents = await check_everything(store)
            assert (await reconciled(store, database)).found == []
            operations = await operations_of(store, contents)
            told = told_by(operations)
            with suppress(TimeoutError):  # what is not told by then is shown below
                await eventually(lambda: watch.told == told)
    assert watch.told == told
    assert watch.resumed > 0 < shop.repeated
    check_orders(contents)
    check_sales(shop, contents, operations)
    ordered = check_ordered(contents, operations, without_offer=WITHOUT_OFFER)
    assert ordered.purchases > 0 < ordered.proposals
    await store.close()
