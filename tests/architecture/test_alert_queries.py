"""Every list of alerts is served by an index: no scan of the collection, no sort in memory, whatever the filter.

The queries are those that the reader really sends, listened to on the wire and explained by the server.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest

from app.domain.alerts.alert import AlertState
from app.domain.alerts.open_alert import AlertType
from app.domain.catalog.commands.upsert_item import ItemChange
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import MovementReason
from app.domain.time import Moment
from app.services.alerts.filters import MAX_NAMES, AlertFilter
from app.services.paging import PageRequest
from app.store.client import Database, close_client
from tests.support.alerts import alert_of
from tests.support.clock import SECOND, START
from tests.support.database import drop, fresh_database
from tests.support.explain import Reads, listened_to, stages
from tests.support.scene import adjust, given_location, line, request_info
from tests.support.store import Store, mongo_store

CODES = tuple(f"L{number}" for number in range(8))
SKUS = tuple(f"S-{number:02}" for number in range(30))
ROUNDS = 4  # in each of which all 240 levels run low; in the last some of them come back
PAGE = 10
EXAMINED_AT_MOST = 2  # documents per one that is returned, by a filter that an index knows


@pytest.fixture(scope="module")
async def shop(mongo_url: str, reads: Reads) -> AsyncIterator[tuple[Store, Database]]:
    """Return a shop with 960 alerts at 8 locations: 720 are closed, some are OUT, and of a few somebody took note."""
    client = listened_to(mongo_url, reads)
    database = await fresh_database(client, "explained_alerts")
    store = mongo_store(database)
    changes = [ItemChange(sku=sku, name=sku, reorder_point=3) for sku in SKUS]
    await store.shop.upsert_items(changes, is_atomic=True, request=request_info())
    for code in CODES:
        await given_location(store, code)
    keys = [LevelKey(sku, code) for sku in SKUS for code in CODES]
    for number in range(ROUNDS):
        store.clock.now = Moment(START + number * 100 * SECOND)
        received = [line(key, 5, MovementReason.RECEIPT) for key in keys]
        await store.stock.adjust_many(received, is_atomic=True, request=request_info())
        sold = [line(key, -2 if number == ROUNDS - 1 else -5, MovementReason.SALE) for key in keys]
        await store.stock.adjust_many(sold, is_atomic=True, request=request_info())
    worse = [alert_of(await adjust(store, key, -3)) for key in keys[:30]]
    until = Moment(store.clock.now + 3_600 * SECOND)
    await asyncio.gather(*(store.alerts.acknowledge(alert.id, request=request_info()) for alert in worse[:20]))
    await asyncio.gather(*(store.alerts.snooze(alert.id, until=until, request=request_info()) for alert in worse[10:]))
    yield store, database
    await drop(database)
    await close_client(client)


SINCE, UNTIL = Moment(START + 100 * SECOND), Moment(START + 250 * SECOND)
OPEN, CLOSED = (AlertState.OPEN,), (AlertState.CLOSED,)
ONE_FILTER = {
    "everything": AlertFilter(),
    "what is open": AlertFilter(states=OPEN),
    "what is closed": AlertFilter(states=CLOSED),
    "a type": AlertFilter(types=(AlertType.LOW,)),
    "types": AlertFilter(types=(AlertType.LOW, AlertType.OUT, AlertType.OVERSTOCK)),
    "an item": AlertFilter(skus=("S-07",)),
    "items": AlertFilter(skus=("S-07", "S-08", "S-29", "NONE")),
    "a location": AlertFilter(locations=("L3",)),
    "locations": AlertFilter(locations=("L3", "L5", "L7")),
    "a time": AlertFilter(since=SINCE, until=UNTIL),
    "what is open of a type": AlertFilter(states=OPEN, types=(AlertType.OUT,)),
    "what is open at a location": AlertFilter(states=OPEN, locations=("L3",)),
    "what is open of items": AlertFilter(states=OPEN, skus=("S-07", "S-08")),
}
SOME_FILTERS = {
    "what nobody takes care of": AlertFilter(states=OPEN, is_acknowledged=False, is_snoozed=False),
    "what somebody takes care of": AlertFilter(is_acknowledged=True),
    "what is snoozed": AlertFilter(is_snoozed=True),
    "a level": AlertFilter(skus=("S-07",), locations=("L3",)),
    "as many names as may be": AlertFilter(
        skus=tuple(f"S-{number:02}" for number in range(MAX_NAMES)),
        locations=tuple(f"L{number}" for number in range(MAX_NAMES)),
    ),
    "all of them": AlertFilter(
        states=OPEN,
        types=(AlertType.OUT,),
        skus=SKUS,
        locations=CODES,
        is_acknowledged=True,
        is_snoozed=True,
        since=SINCE,
        until=Moment(START + 1_000 * SECOND),
    ),
} | {
    f"{name} since": replace(where, since=SINCE)
    for name, where in ONE_FILTER.items()
    if name not in {"everything", "a time"}
}


async def explained(shop: tuple[Store, Database], reads: Reads, where: AlertFilter) -> list[dict[str, Any]]:
    """Return how the server serves the first page, the second, and one in the middle."""
    store, database = shop
    reads.sent.clear()
    page = await store.alerts.alerts(where, first=PAGE, after=None)
    for _ in range(3):
        if not page.has_next:
            break
        page = await store.alerts.alerts(where, first=PAGE, after=page.cursors[-1])
    assert reads.sent
    return [await database.command("explain", query, verbosity="executionStats") for query in list(reads.sent)]


@pytest.mark.parametrize("where", [*ONE_FILTER.values(), *SOME_FILTERS.values()], ids=[*ONE_FILTER, *SOME_FILTERS])
async def test_alerts_are_served_by_an_index(shop: tuple[Store, Database], reads: Reads, where: AlertFilter) -> None:
    """The newest first, by any filter and by several."""
    for plan in await explained(shop, reads, where):
        found = set(stages(plan["queryPlanner"]["winningPlan"]))
        assert not found & {"COLLSCAN", "SORT"}, found


@pytest.mark.parametrize("where", ONE_FILTER.values(), ids=ONE_FILTER)
async def test_a_filter_looks_at_what_it_returns(
    shop: tuple[Store, Database], reads: Reads, where: AlertFilter
) -> None:
    """An index narrows it: hardly an alert is read that is not in the page."""
    for plan in await explained(shop, reads, where):
        stats = plan["executionStats"]
        assert stats["nReturned"] > 0
        assert stats["totalDocsExamined"] <= EXAMINED_AT_MOST * stats["nReturned"], where


async def test_alerts_that_are_due_to_wake_are_found_by_an_index(shop: tuple[Store, Database], reads: Reads) -> None:
    """Each process looks once a second, so the query reads nothing but what is due."""
    store, database = shop
    for until, due in ((START, 0), (START + 10_000 * SECOND, 5)):
        reads.sent.clear()
        where = AlertFilter(snooze_ends_by=Moment(until))
        assert len((await store.documents.page_of_documents(where, page=PageRequest(first=5))).nodes) == due
        [query] = reads.sent
        plan = await database.command("explain", query, verbosity="executionStats")
        assert "COLLSCAN" not in stages(plan["queryPlanner"]["winningPlan"])
        assert plan["executionStats"]["totalDocsExamined"] == await store.documents.count_documents(where)
