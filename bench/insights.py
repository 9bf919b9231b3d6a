"""Insight and demand on 100,000 levels and 1,000,000 movements in 90 days: pages, rankings, and whole locations.

The ledger is written past the writer, which would take minutes: 2,000 items at 50 locations, of which few sell much.
"""

import random
from collections.abc import Awaitable, Callable, Iterator, Mapping
from itertools import islice
from statistics import median
from time import perf_counter

from pymongo import WriteConcern

from app.domain.catalog.catalog import Item
from app.domain.insight.ranking import InsightOrder
from app.domain.insight.window import SALES_DAYS, Window
from app.domain.money import Money
from app.domain.stock.level import Level, LevelKey
from app.domain.stock.movement import MovementReason
from app.domain.time import MICROSECONDS_PER_DAY, Moment
from app.services.filters import LevelFilter
from app.services.insight.filters import InsightFilter
from app.services.insight.insights import Insights
from app.services.insight.rankings import Rankings
from app.services.paging import MAX_PAGE_SIZE
from app.store.database.collections import ensure_collections
from app.store.driver.client import BsonDocument, Client, close_client, open_client
from app.store.mapping.catalog import item_document
from app.store.mapping.ledger import movement_id
from app.store.mapping.levels import level_document, level_id
from app.store.readers.catalog.catalog import MongoCatalog
from app.store.readers.insight.demand import MongoDemand
from app.store.readers.insight.insight import MongoInsight
from app.store.readers.insight.kept_rankings import MongoKeptRankings
from app.store.readers.levels.levels import MongoLevels
from bench.measure import Result, Target
from bench.processes import cpu_seconds
from bench.stage import Stage

LOCATIONS = tuple(f"SHOP-{number:02}" for number in range(50))
ITEMS = 2_000
MEAN_LINES = 10  # per level

_DATABASE = "bench_insights"
_NOW = Moment(1_790_000_000_000_000)
_SEASON = Window(until=_NOW, days=SALES_DAYS)
_OLD_VERSIONS = 100  # from before the window
_BATCH = 5_000
_BUILD_TIMEOUT_SECONDS = 600.0
_WAIT_SECONDS = 300.0  # a busy machine is to be slow here, and not to fail

Measure = Callable[["Scene"], Awaitable[Mapping[str, int]]]


class Scene:
    """The use cases over the ledger, new for each round, so that nothing is remembered."""

    def __init__(self, client: Client) -> None:
        database = client[_DATABASE]
        levels, insight = MongoLevels(database), MongoInsight(database, seconds=_WAIT_SECONDS)
        self.demand = MongoDemand(database)
        self.rankings = Rankings(reader=insight, clock=lambda: _NOW, wait_seconds=_WAIT_SECONDS)
        self.insights = Insights(
            reader=insight,
            rankings=self.rankings,
            kept=MongoKeptRankings(database),
            levels=levels,
            catalog=MongoCatalog(database),
            clock=lambda: _NOW,
        )


async def page_of_location(scene: Scene) -> Mapping[str, int]:
    """Read 250 levels of one location by SKU: among them those that sell most."""
    return await _page(scene, InsightFilter(levels=LevelFilter(locations=LOCATIONS[:1])), InsightOrder.SKU)


async def page_of_items(scene: Scene) -> Mapping[str, int]:
    """Read five items at all 50 locations."""
    return await _page(scene, InsightFilter(), InsightOrder.SKU)


async def page_by_value(scene: Scene) -> Mapping[str, int]:
    """Rank one location, and read the 250 levels that sold for most."""
    return await _page(scene, InsightFilter(levels=LevelFilter(locations=LOCATIONS[:1])), InsightOrder.SALES_VALUE)


async def ranking_of_all(scene: Scene) -> Mapping[str, int]:
    """Rank all locations at once, by what they sold."""
    return {"levels": len(await scene.rankings.ranking(LOCATIONS, days=SALES_DAYS))}


async def ranking_of_all_in_time(scene: Scene) -> Mapping[str, int]:
    """Rank all locations at once, also by how long they were out."""
    return {"levels": len(await scene.rankings.ranking(LOCATIONS, days=SALES_DAYS, with_out_time=True))}


async def demand_of_a_page(scene: Scene) -> Mapping[str, int]:
    """Measure the demand of 250 levels of one location: among them those that sell most."""
    keys = [LevelKey(_sku(number), LOCATIONS[0]) for number in range(MAX_PAGE_SIZE)]
    return {"units": sum(each.units for each in (await scene.demand.demand_at(keys, window=_SEASON)).values())}


async def demand_of_a_location(scene: Scene) -> Mapping[str, int]:
    """Measure the demand of all levels of one location, page by page, as a daily review does."""
    keys = [LevelKey(_sku(number), LOCATIONS[0]) for number in range(ITEMS)]
    units = 0
    for start in range(0, ITEMS, MAX_PAGE_SIZE):
        found = await scene.demand.demand_at(keys[start : start + MAX_PAGE_SIZE], window=_SEASON)
        units += sum(each.units for each in found.values())
    return {"levels": ITEMS, "units": units}


async def insights(stage: Stage, name: str, _: Target | None, *, measure: Measure) -> Result:
    """Measure round after round; the first one does not count."""
    await _stocked(stage, name)
    client = open_client(stage.mongo_url, timeout_seconds=_WAIT_SECONDS)
    seconds, cpu = [], []
    found: Mapping[str, int] = {}
    for _round in range(1 + stage.rounds):
        scene = Scene(client)
        before = cpu_seconds({"mongod": [stage.mongod_pid]})["mongod"]
        began = perf_counter()
        found = await measure(scene)
        seconds.append(perf_counter() - began)
        cpu.append(cpu_seconds({"mongod": [stage.mongod_pid]})["mongod"] - before)
    await close_client(client)
    assert all(found.values()), found
    return Result(
        name=name,
        unit="ms",
        ours=[each * 1_000 for each in seconds[1:]],
        extra={"mongod_cpu_ms": round(median(cpu[1:]) * 1_000), **found},
    )


async def _page(scene: Scene, where: InsightFilter, order: InsightOrder) -> Mapping[str, int]:
    page = await scene.insights.page(where, days=SALES_DAYS, order=order, first=MAX_PAGE_SIZE, after=None)
    return {"levels": len(page.nodes), "units": sum(each.insight.units_sold for each in page.nodes)}


async def _stocked(stage: Stage, name: str) -> None:
    """Fill the database, unless an earlier benchmark of this run did."""
    client = open_client(stage.mongo_url, timeout_seconds=_BUILD_TIMEOUT_SECONDS)
    database = client[_DATABASE]
    if not await database["levels"].estimated_document_count():
        began, written = perf_counter(), 0
        documents = _documents(random.Random(1))  # noqa: S311 - the same shop each time
        while batch := list(islice(documents, _BATCH)):
            for collection in ("items", "levels", "movements"):
                if chosen := [document for of, document in batch if of == collection]:
                    target = database.get_collection(collection, write_concern=WriteConcern(1))
                    await target.insert_many(chosen, ordered=False)
                    written += len(chosen) * (collection == "movements")
        await ensure_collections(database)
        print(f"{name}: {written:,} movements written in {perf_counter() - began:.0f} s")
    await close_client(client)


def _documents(chance: random.Random) -> Iterator[tuple[str, BsonDocument]]:
    """Yield items, their levels and the lines of these, each with the name of its collection."""
    for number in range(ITEMS):
        cost = Money(chance.randrange(100, 100_000) * 100)
        item = Item(sku=_sku(number), name=f"Thing number {number}", unit_cost=cost, created_at=_NOW, updated_at=_NOW)
        yield "items", item_document(item)
        shared = level_document(Level(key=LevelKey(item.sku, LOCATIONS[0])), item=item)
        for location in LOCATIONS:
            yield from _level(shared, LevelKey(item.sku, location), lines=_lines_of(number), chance=chance)


def _level(
    shared: BsonDocument, key: LevelKey, *, lines: int, chance: random.Random
) -> Iterator[tuple[str, BsonDocument]]:
    """Yield a level that is older than the window, after its lines: receipts of many units, and sales of few."""
    on_hand = 0
    moments = sorted(chance.sample(range(_NOW - SALES_DAYS * MICROSECONDS_PER_DAY, _NOW), lines))
    for number, moment in enumerate(moments, start=1):
        units = -min(on_hand, chance.randint(1, 8)) or chance.randint(5, 60)
        on_hand += units
        reason = MovementReason.SALE if units < 0 else MovementReason.RECEIPT
        yield (
            "movements",
            {
                "_id": movement_id(key, _OLD_VERSIONS + number),
                "sku": key.sku,
                "location": key.location,
                "version": _OLD_VERSIONS + number,
                "recorded_at": moment,
                "writer": "bench",
                "operation": f"{moment:032x}",
                "reason": reason.value,
                "change": {"on_hand": units},
                "after": {"on_hand": on_hand} if on_hand else {},
            },
        )
    level = Level(key=key, on_hand=on_hand)
    yield (
        "levels",
        {
            **shared,
            "_id": level_id(key),
            "location": key.location,
            "on_hand": on_hand,
            "status": level.status.value,
            "version": _OLD_VERSIONS + lines,
            "changed_at": moments[-1],
        },
    )


def _lines_of(number: int) -> int:
    """Return how many lines the levels of an item have: many for a few items, few for most, ten on average."""
    return 2 + round((MEAN_LINES - 2) * 4 * (1 - number / ITEMS) ** 3)


def _sku(number: int) -> str:
    return f"SKU-{number:06}"
