"""What insight reads of the ledger is found by indexes, and no more lines are looked at than are added up.

What is explained are the pipelines that the readers really send, listened to on the wire.
"""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from app.domain.catalog.commands.upsert_item import ItemChange
from app.domain.insight.abc import AbcClass
from app.domain.insight.level_history import Grid
from app.domain.insight.movers import MoversOrder
from app.domain.insight.ranking import ENDLESS, InsightOrder, RankedLevel, place_of
from app.domain.insight.window import Window
from app.domain.stock.availability import LevelStatus
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import MovementReason
from app.domain.time import MICROSECONDS_PER_DAY, Moment
from app.services.filters import LevelFilter
from app.services.insight.filters import InsightFilter
from app.services.insight.ports import KeptFilter
from app.services.paging import PageRequest
from app.store.driver.client import Database, close_client
from app.store.readers.insight.movers import MongoMovers
from tests.support.clock import START
from tests.support.database import drop, fresh_database
from tests.support.explain import Reads, listened_to, stages
from tests.support.scene import given_location, line, request_info
from tests.support.store import Store, mongo_store

ITEMS, LOCATIONS, OLD_DAYS, DAYS = 60, ("MAIN", "NORTH", "SOUTH"), 5, 4
ENDS = 6  # keys per level at which a scan sees that one reason's lines, or a level's, have ended


@pytest.fixture(scope="module")
async def shop(mongo_url: str, reads: Reads) -> AsyncIterator[tuple[Store, Database]]:
    """Return 180 levels at three places. Each sold a unit on each of nine days; the window has the last four."""
    client = listened_to(mongo_url, reads)
    database = await fresh_database(client, "explained_insight")
    store = mongo_store(database)
    keys = [LevelKey(f"S-{number:04}", code) for code in LOCATIONS for number in range(ITEMS)]
    for code in LOCATIONS:
        await given_location(store, code)
    for sku in dict.fromkeys(key.sku for key in keys):
        await store.shop.change_item(ItemChange(sku=sku, name=sku), request=request_info())
    for day in range(OLD_DAYS + DAYS + 1):
        store.clock.now = Moment(START + day * MICROSECONDS_PER_DAY)
        delta, reason = (-1, MovementReason.SALE) if day else (50, MovementReason.RECEIPT)
        lines = [line(key, delta, reason) for key in keys]
        await store.stock.adjust_many(lines, is_atomic=True, request=request_info())
    store.clock.move(seconds=12 * 3_600)
    yield store, database
    await drop(database)
    await close_client(client)


async def explained(database: Database, query: dict[str, Any]) -> dict[str, Any]:
    """Return what the server did to answer, proving that it neither scanned a collection nor sorted."""
    told: dict[str, Any] = await database.command("explain", query, verbosity="executionStats")
    found = set(stages([told]))
    assert found & {"IXSCAN", "IDHACK", "EXPRESS_IXSCAN"}, (query, found)
    assert not found & {"COLLSCAN", "SORT", "$sort"}, (query, found)
    first: dict[str, Any] = told["stages"][0]["$cursor"] if "stages" in told else told
    stats: dict[str, Any] = first["executionStats"]
    return stats


KEYS = {
    "one level": [LevelKey("S-0007", "NORTH")],
    "levels of a location": [LevelKey(f"S-{number:04}", "NORTH") for number in range(0, ITEMS, 3)],
    "an item everywhere": [LevelKey("S-0007", code) for code in LOCATIONS],
    "some here, some there": [LevelKey(f"S-{number:04}", LOCATIONS[number % 3]) for number in range(0, ITEMS, 2)],
}


@pytest.mark.parametrize("keys", KEYS.values(), ids=KEYS)
async def test_demand_looks_at_the_lines_of_its_levels_and_days_alone(
    shop: tuple[Store, Database], reads: Reads, keys: list[LevelKey]
) -> None:
    """Whatever else the ledger holds."""
    store, database = shop
    reads.sent.clear()
    demand = await store.demand_reader.demand_at(keys, window=Window(store.clock(), days=DAYS))
    assert {each.units for each in demand.values()} == {DAYS}
    [query] = reads.sent
    stats = await explained(database, query)
    assert stats["totalDocsExamined"] == DAYS * len(keys)
    assert stats["totalKeysExamined"] <= (DAYS + ENDS) * len(keys)


@pytest.mark.parametrize("keys", KEYS.values(), ids=KEYS)
async def test_insight_looks_at_the_lines_of_its_levels_and_days_alone(
    shop: tuple[Store, Database], reads: Reads, keys: list[LevelKey]
) -> None:
    """Its sums are the same for lines of any reason."""
    store, database = shop
    reads.sent.clear()
    sums = await store.insight_reader.sums_at(keys, window=Window(store.clock(), DAYS))
    assert {each.units for each in sums.values()} == {DAYS}
    [query] = reads.sent
    stats = await explained(database, query)
    assert stats["totalDocsExamined"] == DAYS * len(keys)
    assert stats["totalKeysExamined"] <= (DAYS + ENDS) * len(keys)


@pytest.mark.parametrize("keys", KEYS.values(), ids=KEYS)
async def test_a_history_looks_at_the_lines_of_its_levels_and_days_alone(
    shop: tuple[Store, Database], reads: Reads, keys: list[LevelKey]
) -> None:
    """Also of many levels at once, in however many points."""
    store, database = shop
    reads.sent.clear()
    slices = await store.history_reader.slices_of(keys, grid=Grid(Window(store.clock(), DAYS), 2 * DAYS))
    assert {sum(each.units_sold for each in of_it.values()) for of_it in slices.values()} == {DAYS}
    [query] = reads.sent
    stats = await explained(database, query)
    assert stats["totalDocsExamined"] == DAYS * len(keys)
    assert stats["totalKeysExamined"] <= (DAYS + ENDS) * len(keys)


async def test_the_last_sale_is_one_look_away(shop: tuple[Store, Database], reads: Reads) -> None:
    """However many sales there were before it."""
    store, database = shop
    keys = KEYS["some here, some there"]
    reads.sent.clear()
    found = await store.insight_reader.last_sold(keys)
    assert found == {key: (await store.movements(key))[-1].recorded_at for key in keys}
    told = await database.command("explain", reads.sent[0], verbosity="executionStats")
    assert told["stages"][0]["$cursor"]["executionStats"]["totalDocsExamined"] == len(keys)
    [lookup] = [stage for stage in told["stages"] if "$lookup" in stage]
    assert (lookup["indexesUsed"], lookup["collectionScans"]) == (["of_level"], 0)
    assert lookup["totalDocsExamined"] <= len(keys)  # of eight sales each


async def test_a_ranking_reads_its_locations_and_days_alone(shop: tuple[Store, Database], reads: Reads) -> None:
    """Each line once, each level once."""
    store, database = shop
    reads.sent.clear()
    where = InsightFilter(classes=(AbcClass.A,), levels=LevelFilter(locations=("MAIN", "SOUTH")))
    page = await store.insights.page(where, days=DAYS, order=InsightOrder.STOCK_VALUE, first=1, after=None)
    assert len(page.nodes) == 0  # nothing has a cost
    levels, lines = reads.sent
    assert (await explained(database, levels))["totalDocsExamined"] == 2 * ITEMS
    assert (await explained(database, lines))["totalDocsExamined"] == 2 * ITEMS * DAYS


MATCHED = {
    "items": LevelFilter(skus=("S-0001", "S-0002")),
    "a status": LevelFilter(statuses=(LevelStatus.OUT,)),
    "words": LevelFilter(words=("s",)),
    "a category": LevelFilter(category="Tea"),
    "a prefix": LevelFilter(sku_prefix="S-000"),
    "open": LevelFilter(is_archived=False),
    "a status at a location": LevelFilter(statuses=(LevelStatus.OUT,), locations=("MAIN",)),
}


@pytest.mark.parametrize("where", MATCHED.values(), ids=MATCHED)
async def test_what_a_ranking_is_narrowed_to_is_found_by_an_index(
    shop: tuple[Store, Database], reads: Reads, where: LevelFilter
) -> None:
    """Whatever finds levels."""
    store, database = shop
    reads.sent.clear()
    await store.insight_reader.matching(where, limit=1_000)
    [query] = reads.sent
    told = await database.command("explain", query, verbosity="queryPlanner")
    found = set(stages([told]))
    assert found & {"IXSCAN", "EXPRESS_IXSCAN"}, (query, found)
    assert not found & {"COLLSCAN", "SORT"}, (query, found)


@pytest.mark.parametrize("order", InsightOrder)
async def test_a_page_of_a_kept_ranking_is_sought_in_its_index(
    shop: tuple[Store, Database], reads: Reads, order: InsightOrder
) -> None:
    """Also where all levels share the figure by which they are ordered."""
    store, database = shop
    for code in LOCATIONS:
        keys = [LevelKey(f"S-{number:04}", code) for number in range(ITEMS)]
        await store.kept_rankings.keep(
            code, [RankedLevel(key, AbcClass.C, False, 0, 0, ENDLESS, 0) for key in keys], at=store.clock()
        )
    [middle] = await store.kept_rankings.levels_at([LevelKey("S-0030", "NORTH")])
    reads.sent.clear()
    page = PageRequest(first=10, after=place_of(middle, order))
    found = await store.kept_rankings.page(KeptFilter(locations=LOCATIONS), order=order, page=page)
    assert len(found) == 11
    assert all(place_of(each, order) > place_of(middle, order) for each in found)
    [query] = reads.sent
    stats = await explained(database, query)
    assert stats["totalKeysExamined"] <= 11 + ENDS


@pytest.mark.parametrize(
    ("codes", "expected"),
    [(None, 540), (("MAIN",), 180), (("MAIN", "NORTH"), 360), ((*LOCATIONS, *"ABCDEFGHIJ"), 540)],
)
@pytest.mark.parametrize("limit", [1_000, 50])
async def test_top_movers_read_the_newest_lines_of_the_window_and_no_others(
    shop: tuple[Store, Database], reads: Reads, codes: tuple[str, ...] | None, expected: int, limit: int
) -> None:
    """In the order of an index, at all locations, at a few, whose scans are merged, and at many."""
    store, database = shop
    reads.sent.clear()
    since = Moment(START + (OLD_DAYS + DAYS - 2) * MICROSECONDS_PER_DAY)
    found = await MongoMovers(database, max_lines=limit).movers(
        codes, since=since, until=store.clock(), order=MoversOrder.UNITS_SOLD, first=5
    )
    [query] = reads.sent
    cursor = (await database.command("explain", query, verbosity="executionStats"))["stages"][0]["$cursor"]
    assert not {"COLLSCAN", "SORT"} & set(stages(cursor))
    assert cursor["executionStats"]["totalDocsExamined"] <= min(limit, expected) + 1
    assert len(found.movers) == 5
