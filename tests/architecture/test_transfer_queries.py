"""Every list of transfers is served by an index: no scan of the collection, no sort in memory, whatever the filter.

The queries are those that the reader really sends, listened to on the wire and explained by the server.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from app.domain.stock.level import LevelKey
from app.domain.time import Moment
from app.domain.transfers.transfer import TransferState
from app.services.transfers.filters import TransferFilter
from app.store.client import Database, close_client
from tests.support.clock import SECOND, START
from tests.support.database import drop, fresh_database
from tests.support.explain import Reads, listened_to, stages
from tests.support.scene import given_catalog, line, request_info
from tests.support.store import Store, mongo_store
from tests.support.transfers import cancel, create, receive, ship, transfer_in

TRANSFERS = 600
CODES = tuple(f"L{number}" for number in range(8))
SKUS = tuple(f"S-{number:02}" for number in range(30))
PAGE = 10
EXAMINED_AT_MOST = 2  # documents per one that is returned, by a filter that an index knows


@pytest.fixture(scope="module")
async def shop(mongo_url: str, reads: Reads) -> AsyncIterator[tuple[Store, Database]]:
    """Return a shop with 600 transfers between 8 locations, most of them received: 75 leave each, 75 go to each."""
    client = listened_to(mongo_url, reads)
    database = await fresh_database(client, "explained_transfers")
    store = mongo_store(database)
    keys = [LevelKey(sku, code) for sku in SKUS for code in CODES]
    await given_catalog(store, *keys)
    await store.stock.adjust_many([line(key, 1_000) for key in keys], is_atomic=True, request=request_info())
    for start in range(0, TRANSFERS, 50):
        store.clock.now = Moment(START + start * SECOND)
        await asyncio.gather(*(given_transfer(store, number) for number in range(start, start + 50)))
    yield store, database
    await drop(database)
    await close_client(client)


async def given_transfer(store: Store, number: int) -> None:
    """Create the transfer of a number. One of ten is a draft, one is on its way, one was cancelled."""
    source, destination = CODES[number % 8], CODES[(number + 1 + number // 8 % 7) % 8]
    lines = [(SKUS[(number + step) % 30], 1) for step in range(3)]
    outcome = await create(store, *lines, source=source, destination=destination, reference=f"TO-{number // 2}")
    identity = transfer_in(outcome).id
    if number % 10 == 1:
        await cancel(store, identity)
    elif number % 10 > 1:
        await ship(store, identity)
    if number % 10 > 2:
        await receive(store, identity)


SINCE, UNTIL = Moment(START + 100 * SECOND), Moment(START + 400 * SECOND)
ONE_FILTER = {
    "everything": TransferFilter(),
    "a frequent state": TransferFilter(states=(TransferState.RECEIVED,)),
    "a state": TransferFilter(states=(TransferState.IN_TRANSIT,)),
    "states": TransferFilter(states=(TransferState.DRAFT, TransferState.IN_TRANSIT, TransferState.CANCELLED)),
    "a source": TransferFilter(source="L3"),
    "a destination": TransferFilter(destination="L3"),
    "a location": TransferFilter(location="L3"),
    "an item": TransferFilter(sku="S-07"),
    "a reference": TransferFilter(reference="TO-33"),
    "a time": TransferFilter(since=SINCE, until=UNTIL),
}
SOME_FILTERS = {
    "open ones to a location": TransferFilter(destination="L3", states=(TransferState.IN_TRANSIT,)),
    "a route": TransferFilter(source="L3", destination="L5"),
    "a location and an item": TransferFilter(location="L3", sku="S-07"),
    "an item in some states": TransferFilter(sku="S-07", states=(TransferState.DRAFT, TransferState.RECEIVED)),
    "all of them": TransferFilter(
        states=(TransferState.RECEIVED, TransferState.CANCELLED),
        source="L3",
        destination="L5",
        location="L3",
        sku="S-07",
        reference="TO-33",
        since=SINCE,
        until=UNTIL,
    ),
} | {
    f"{name} since": replace(where, since=SINCE)
    for name, where in ONE_FILTER.items()
    if name not in {"everything", "a time"}
}


async def explained(shop: tuple[Store, Database], reads: Reads, where: TransferFilter) -> list[dict[str, Any]]:
    """Return how the server serves the first page, the second, and one in the middle."""
    store, database = shop
    reads.sent.clear()
    page = await store.transfers.transfers(where, first=PAGE, after=None)
    for _ in range(3):
        if not page.has_next:
            break
        page = await store.transfers.transfers(where, first=PAGE, after=page.cursors[-1])
    assert reads.sent
    return [await database.command("explain", query, verbosity="executionStats") for query in list(reads.sent)]


@pytest.mark.parametrize("where", [*ONE_FILTER.values(), *SOME_FILTERS.values()], ids=[*ONE_FILTER, *SOME_FILTERS])
async def test_transfers_are_served_by_an_index(
    shop: tuple[Store, Database], reads: Reads, where: TransferFilter
) -> None:
    """The newest first, by any filter and by several."""
    for plan in await explained(shop, reads, where):
        found = set(stages(plan["queryPlanner"]["winningPlan"]))
        assert not found & {"COLLSCAN", "SORT"}, found


@pytest.mark.parametrize("where", ONE_FILTER.values(), ids=ONE_FILTER)
async def test_a_filter_looks_at_what_it_returns(
    shop: tuple[Store, Database], reads: Reads, where: TransferFilter
) -> None:
    """An index narrows it: hardly a transfer is read that is not in the page."""
    for plan in await explained(shop, reads, where):
        stats = plan["executionStats"]
        assert stats["nReturned"] > 0
        assert stats["totalDocsExamined"] <= EXAMINED_AT_MOST * stats["nReturned"], where
