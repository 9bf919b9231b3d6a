"""What keeps totals, and what answers from them, finds by indexes whatever is behind them."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from app.domain.stock.availability import LevelStatus
from app.domain.stock.level import LevelKey
from app.services.filters import LevelFilter
from app.store.totals.keeper import LIMITS
from tests.contract.stock.test_summary import given_cost
from tests.support.clock import START
from tests.support.explain import ExplainedStore, explained_store, stages
from tests.support.scene import adjust, given_catalog, given_location, request_info
from tests.support.totals import a_keeper, keep, kept_alone

KEYS = [LevelKey(f"S-{number}", code) for number in range(20) for code in ("MAIN", "NORTH", "SOUTH")]


@pytest.fixture(scope="module")
async def explained(mongo_url: str) -> AsyncIterator[ExplainedStore]:
    """Return sixty levels."""
    async with explained_store(mongo_url, "explained_totals") as explained:
        store = explained.store
        await given_catalog(store, *KEYS)
        for key in KEYS:
            await adjust(store, key, 5)
        yield explained


async def test_totals_are_kept_and_read_by_indexes(explained: ExplainedStore) -> None:
    """Lines by writer and moment, notes and levels by SKU, sums by location: nothing is scanned or sorted."""
    # given
    store, database = explained.store, explained.database
    explained.reads.sent.clear()
    keeper, kept = a_keeper(database, store.clock, limits=LIMITS), kept_alone(database, store.clock)
    await keep(keeper)
    sent = list(explained.reads.sent)
    await given_location(store, "SOUTH")
    await store.shop.archive_location("SOUTH", is_archived=True, request=request_info())
    await adjust(store, KEYS[0], 1)
    await given_cost(store, KEYS[0].sku, "2", category="Tea")
    explained.reads.sent.clear()
    # when
    for where in (LevelFilter(), LevelFilter(locations=("MAIN",)), LevelFilter(category="Tea")):
        await kept.summary(where, as_of=START)
    await kept.summary(LevelFilter(statuses=(LevelStatus.OUT,)), as_of=START)
    await keep(keeper)
    # then
    sent = [query for query in (*sent, *explained.reads.sent) if not _is_read_as_a_whole(query)]
    read = {query.get("find") or query["aggregate"] for query in sent}
    assert read == {"movements", "items", "item_changes", "levels", "stock_totals", "locations"}
    for query in sent:
        plan = await database.command("explain", query, verbosity="queryPlanner")
        assert not {*stages(plan)} & {"COLLSCAN", "SORT", "$sort"}, query


def _is_read_as_a_whole(query: dict[str, Any]) -> bool:
    """Tell whether this reads all of some documents, on purpose: the writers, and the totals once per process."""
    read = query.get("find") or query["aggregate"]
    return read == "writers" or (read == "stock_totals" and query.get("filter") == {})
