"""Everything around policies is served by an index, and looks at no more than it returns.

The queries are those that the readers really send, listened to on the wire and explained by the server.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from app.domain.operation import SYSTEM, CommandInfo
from app.domain.replenishment.commands.apply_policies import MarkPoliciesApplied
from app.domain.replenishment.policy_defaults import PolicyScope
from app.domain.stock.level import LevelKey
from app.domain.time import Moment
from app.services.replenishment.filters import PolicyFilter
from app.services.replenishment.ports import BegunLevel
from app.store.driver.client import Database, close_client
from tests.support.clock import START
from tests.support.database import drop, fresh_database
from tests.support.explain import Reads, listened_to, stages
from tests.support.policies import set_defaults
from tests.support.scene import given_item, given_location, line, request_info
from tests.support.store import Store, mongo_store

ITEMS = 200
PAGE = 20
TWO_PAGES = 2 * (PAGE + 1) + 1  # the second begins at the last entry of the first
EVER = Moment(START + 3_600_000_000)


@pytest.fixture(scope="module")
async def shop(mongo_url: str, reads: Reads) -> AsyncIterator[tuple[Store, Database]]:
    """Return a shop of 200 levels and 300 policies: a third of those of items wait, a third set nothing."""
    client = listened_to(mongo_url, reads)
    database = await fresh_database(client, "policies_explained")
    store = mongo_store(database)
    skus = [f"S-{number:03}" for number in range(ITEMS)]
    await given_location(store)
    await asyncio.gather(*(given_item(store, sku, reorder_point=1) for sku in skus))
    for _ in range(3):
        lines = [line(LevelKey(sku, "MAIN"), 3) for sku in skus]
        await store.stock.adjust_many(lines, is_atomic=True, request=request_info())
    for number, sku in enumerate(skus):
        if number % 3:
            await given_item(store, sku, reorder_point=number % 3)
        else:
            await set_defaults(store, PolicyScope.ITEM, sku, alert_margin=1)
        store.clock.move(seconds=1)
    for number in range(100):
        await set_defaults(store, PolicyScope.CATEGORY, f"C-{number}", alert_margin=1)
        store.clock.move(seconds=1)
    applied = [(f"ITEM:{sku}", 1) for sku in skus[::3]] + [(f"CATEGORY:C-{number}", 1) for number in range(50)]
    info = CommandInfo(operation_id="f" * 32, kind="policiesMarkApplied", actor=SYSTEM)
    await store.run(MarkPoliciesApplied(info=info, applied=tuple(applied)))
    yield store, database
    await drop(database)
    await close_client(client)


async def examined(database: Database, reads: Reads) -> int:
    """Prove that an index served each query that was sent; return how many documents all of them looked at."""
    assert reads.sent
    count = 0
    for query in reads.sent:
        explained = await database.command("explain", query, verbosity="executionStats")
        found = set(stages(explained["queryPlanner"]["winningPlan"]))
        assert not found & {"COLLSCAN", "SORT"}, (query, found)
        count += explained["executionStats"]["totalDocsExamined"]
    return count


FILTERS = {
    "everything": (PolicyFilter(), TWO_PAGES),
    "one scope": (PolicyFilter(scopes=(PolicyScope.ITEM,)), TWO_PAGES),
    "scopes": (PolicyFilter(scopes=(PolicyScope.CATEGORY, PolicyScope.LOCATION)), TWO_PAGES),
    "none": (PolicyFilter(scopes=(PolicyScope.EVERYTHING,)), 0),
}


@pytest.mark.parametrize(("where", "most"), FILTERS.values(), ids=FILTERS.keys())
async def test_a_list_looks_at_what_it_shows(
    shop: tuple[Store, Database], reads: Reads, where: PolicyFilter, most: int
) -> None:
    """On its first page, and on the one after it."""
    store, database = shop
    reads.sent.clear()
    page = await store.policies.policies(where, first=PAGE, after=None)
    if page.has_next:
        await store.policies.policies(where, first=PAGE, after=page.cursors[-1])
    assert await examined(database, reads) <= most


QUEUE: dict[str, tuple[Callable[[Store], Awaitable[Any]], int, int]] = {
    "what waits": (lambda store: store.policy_queue.pending(limit=PAGE), PAGE, PAGE),
    "whether there are any": (lambda store: store.policy_queue.are_any(), 1, 1),
    "levels that began": (
        lambda store: store.policy_queue.begun(since=Moment(START), until=EVER, after=None, limit=PAGE),
        PAGE,
        PAGE,
    ),
    "levels that began behind one": (
        lambda store: store.policy_queue.begun(
            since=Moment(START), until=EVER, after=BegunLevel(Moment(START), LevelKey("S-100", "MAIN")), limit=PAGE
        ),
        PAGE,
        PAGE,
    ),
}


@pytest.mark.parametrize(("read", "returned", "most"), QUEUE.values(), ids=QUEUE.keys())
async def test_what_is_to_be_done_is_found_by_an_index(
    shop: tuple[Store, Database],
    reads: Reads,
    read: Callable[[Store], Awaitable[Any]],
    returned: int,
    most: int,
) -> None:
    """Although most policies are applied, and most lines of the ledger are not the first of their level."""
    store, database = shop
    reads.sent.clear()
    found = await read(store)
    assert found is True or len(found) == returned
    assert await examined(database, reads) <= most
