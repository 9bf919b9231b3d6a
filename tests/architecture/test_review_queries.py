"""Whatever a review reads is served by an index: no scan of a collection, no sort in memory.

The queries are those that are really sent, listened to on the wire and explained by the server.
"""

from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest

from app.services.paging import MAX_PAGE_SIZE
from app.store.driver.client import Database, close_client
from bench.review_scene import stock
from tests.support.database import drop, fresh_database
from tests.support.explain import Reads, listened_to, stages
from tests.support.replenishment import machinery
from tests.support.store import mongo_store

LEVELS = 1_000
EXPLAINED_AT_MOST = 3  # of all reads of one collection that look alike
SERVED_BY = {"IXSCAN", "IDHACK", "EXPRESS_IXSCAN", "EXPRESS_CLUSTERED_IXSCAN", "EOF"}


@pytest.fixture(scope="module")
async def reviewed(mongo_url: str, reads: Reads) -> AsyncIterator[Database]:
    """Return the shop that the benchmark reviews, smaller, after its first review: all that is written was written."""
    client = listened_to(mongo_url, reads)
    database = await fresh_database(client, "explained_review")
    store = mongo_store(database)
    await stock(database, levels=LEVELS, now=store.clock.now)
    reads.sent.clear()
    done = await machinery(store).review.run()
    assert done.levels == LEVELS
    assert done.changed
    assert done.ordered.orders
    yield database
    await drop(database)
    await close_client(client)


def collection_of(query: dict[str, Any]) -> str:
    """Return what a query reads."""
    return str(query.get("find") or query["aggregate"])


async def test_whatever_a_review_reads_is_found_by_an_index(reviewed: Database, reads: Reads) -> None:
    """Its levels, their sales, the offers, and what the orders are decided on."""
    seen = Counter[tuple[str, ...]]()
    for query in list(reads.sent):
        alike = (collection_of(query), *query)
        seen[alike] += 1
        if seen[alike] > EXPLAINED_AT_MOST:
            continue
        told = await reviewed.command("explain", query, verbosity="queryPlanner")
        found = set(stages([told]))
        assert found & SERVED_BY, (query, found)
        assert not found & {"COLLSCAN", "SORT", "$sort"}, (query, found)
    assert {collection for collection, *_ in seen} >= {"levels", "movements", "supplier_items", "suppliers"}


async def test_a_page_is_measured_by_one_read_of_the_ledger(reviewed: Database, reads: Reads) -> None:
    """However many of its levels have sold."""
    read = Counter(collection_of(query) for query in reads.sent)
    assert read["movements"] == LEVELS // MAX_PAGE_SIZE
