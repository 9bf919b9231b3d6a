"""Every list around counts is served by an index: no scan of a collection, no sort in memory, whatever is asked.

What is explained are the queries and pipelines that the readers really send, listened to on the wire.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from decimal import Decimal
from typing import Any

import pytest

from app.domain.catalog.commands.upsert_item import ItemChange
from app.domain.counting.commands.record_count import CountedUnits
from app.domain.counting.count import CountScope, CountState
from app.domain.stock.movement import MovementReason
from app.domain.time import Moment
from app.services.counting.filters import CountFilter, CountLineFilter, levels_in
from app.services.filters import LevelOrder
from app.services.paging import Page, PageRequest
from app.store.driver.client import Database, close_client
from tests.support.clock import SECOND, START
from tests.support.counting import given_count, given_many
from tests.support.database import drop, fresh_database
from tests.support.explain import Reads, listened_to, stages
from tests.support.scene import given_location, line, request_info
from tests.support.store import Store, mongo_store

ITEMS, COUNTS, PAGE = 1_000, 120, 10
EXAMINED_AT_MOST = 2  # documents or keys per one that is returned, by a filter that an index knows

Pages = Callable[[str | None], Awaitable[Page[Any]]]


@pytest.fixture(scope="module")
async def shop(mongo_url: str, reads: Reads) -> AsyncIterator[tuple[Store, Database]]:
    """Return 1,000 levels at MAIN, and 120 counts at three places: every tenth open, one with 400 lines."""
    client = listened_to(mongo_url, reads)
    database = await fresh_database(client, "explained_counts")
    store = mongo_store(database)
    keys = await given_many(store, ITEMS, on_hand=5)
    for number in range(0, ITEMS, 100):
        await store.shop.change_item(
            ItemChange(sku=f"S-{number:04}", category="Shelf", tags=("new",), unit_cost=Decimal(1)),
            request=request_info(),
        )
    sold = [line(key, -1, MovementReason.SALE) for key in keys[::10]]
    await store.stock.adjust_many(sold, is_atomic=True, request=request_info())
    for code in ("NORTH", "SOUTH"):
        await given_location(store, code)
    for number in range(COUNTS):
        store.clock.now = Moment(START + number * SECOND)
        count = await given_count(store, ("MAIN", "NORTH", "SOUTH")[number % 3])
        if number % 10:
            await store.counts.cancel(count.id, request=request_info())
    count = await given_count(store)
    lines = [CountedUnits(sku=key.sku, quantity=4 + index % 2) for index, key in enumerate(keys[:400])]
    await store.counts.record(count.id, lines, request=request_info())
    yield store, database
    await drop(database)
    await close_client(client)


async def check_served_by_index(database: Database, reads: Reads) -> None:
    """Prove it of everything that was sent."""
    assert reads.sent
    for query in reads.sent:
        explained = await database.command("explain", query, verbosity="queryPlanner")
        plans = [explained["queryPlanner"]["winningPlan"]] if "queryPlanner" in explained else explained["stages"]
        found = set(stages(plans))
        assert found & {"IXSCAN", "IDHACK", "EXPRESS_IXSCAN", "COUNT_SCAN", "EOF"}, (query, found)
        assert not found & {"COLLSCAN", "SORT", "$sort"}, (query, found)


async def check_pages(shop: tuple[Store, Database], reads: Reads, read: Pages) -> None:
    """Prove it of the first page, and of those after it."""
    reads.sent.clear()
    page = await read(None)
    for _ in range(3):
        if page.has_next:
            page = await read(page.cursors[-1])
    await check_served_by_index(shop[1], reads)


OPEN, CLOSED = CountState.OPEN, (CountState.POSTED, CountState.CANCELLED)
TIME = {"since": Moment(START + 10 * SECOND), "until": Moment(START + 100 * SECOND)}
COUNT_FILTERS = {
    "everything": CountFilter(),
    "a state, seldom": CountFilter(states=(OPEN,)),
    "a state, often": CountFilter(states=(CountState.CANCELLED,)),
    "some states": CountFilter(states=CLOSED),
    "a location": CountFilter(location="NORTH"),
    "a time": CountFilter(**TIME),
    "a location and a state": CountFilter(location="NORTH", states=(OPEN,)),
    "a location and some states": CountFilter(location="NORTH", states=CLOSED),
    "all of them": CountFilter(location="NORTH", states=CLOSED, **TIME),
}


@pytest.mark.parametrize("where", COUNT_FILTERS.values(), ids=COUNT_FILTERS)
async def test_counts_are_served_by_an_index(shop: tuple[Store, Database], reads: Reads, where: CountFilter) -> None:
    """The newest first, by any filter."""
    store, _ = shop
    await check_pages(shop, reads, lambda after: store.counts.page_of_counts(where, first=PAGE, after=after))


@pytest.mark.parametrize("only_variances", [False, True])
async def test_lines_are_served_by_an_index_that_knows_the_filter(
    shop: tuple[Store, Database], reads: Reads, only_variances: bool
) -> None:
    """By SKU; no more lines are looked at than are returned."""
    store, database = shop
    [count] = [
        each
        for each in (await store.counts.page_of_counts(CountFilter(states=(OPEN,)), first=1, after=None)).nodes
        if each.lines
    ]
    await check_pages(
        shop,
        reads,
        lambda after: store.counts.lines(count, only_variances=only_variances, first=PAGE, after=after),
    )
    for query in reads.sent:
        explained = await database.command("explain", query, verbosity="executionStats")
        told = explained["executionStats"]
        assert told["nReturned"] == PAGE + 1
        assert max(told["totalKeysExamined"], told["totalDocsExamined"]) <= EXAMINED_AT_MOST * told["nReturned"]


SCOPES = {
    "everything": CountScope(),
    "a category": CountScope(category="Shelf"),
    "tags": CountScope(tags=("new",)),
    "items": CountScope(skus=frozenset({"S-0001", "S-0900"})),
    "all of them": CountScope(category="Shelf", tags=("new",), skus=frozenset({"S-0100", "S-0200"})),
}


@pytest.mark.parametrize("scope", SCOPES.values(), ids=SCOPES)
async def test_the_levels_in_scope_are_found_by_an_index(
    shop: tuple[Store, Database], reads: Reads, scope: CountScope
) -> None:
    """In pages by SKU, and as numbers."""
    store, database = shop
    reads.sent.clear()
    levels = levels_in("MAIN", scope)
    for after in (None, ("MAIN", "S-0500")):
        page = PageRequest(first=PAGE, after=after)
        await store.levels.levels(levels, order=LevelOrder.LOCATION, page=page)
    await store.levels.count_levels(levels)
    await store.count_reader.count_uncounted("none", levels)
    await store.count_reader.count_lines(CountLineFilter(count="none", only_variances=True))
    await check_served_by_index(database, reads)


async def test_what_is_due_is_found_by_indexes(shop: tuple[Store, Database], reads: Reads) -> None:
    """The sales of a location within a time, and its levels; none of another location is looked at."""
    store, database = shop
    reads.sent.clear()
    found = await store.cycles.due("MAIN", first=250, every_days={})
    assert len(found) == 250
    await check_served_by_index(database, reads)
    longest = next(query for query in reads.sent if query.get("hint") == "by_location")
    told = (await database.command("explain", longest, verbosity="executionStats"))["stages"][0]["$cursor"]
    assert told["executionStats"]["totalKeysExamined"] <= ITEMS
