"""`inventorySummary` on many levels: from kept totals and counted, and what those notice who ask at the same time."""

import asyncio
import os
import random
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from statistics import median
from time import perf_counter
from typing import Any

from pymongo import WriteConcern

from app.domain.catalog.catalog import Item
from app.domain.money import money_of
from app.domain.stock.level import Level, LevelKey
from app.domain.stock.summary import InventorySummary
from app.domain.time import Moment
from app.services.filters import LevelFilter
from app.services.ports import SummaryReader
from app.services.stock.summaries import Summaries
from app.store.database.clock import DatabaseClock
from app.store.database.collections import ensure_collections
from app.store.driver.client import BsonDocument, Database, close_client, open_client
from app.store.mapping import names
from app.store.mapping.levels import level_document, level_id
from app.store.readers.ledger.ledger_tail import MongoTail
from app.store.readers.levels.summary import MongoSummary
from app.store.totals.keeper import MongoTotals
from app.store.totals.kept_summary import KeptSummary
from bench.measure import Result, Target
from bench.processes import cpu_seconds
from bench.stage import Stage

LOCATIONS = [f"SHOP-{number:02}" for number in range(50)]
CATEGORIES = 100
CALLERS = 1_000

_DATABASE = "bench_summary"
_NOW = Moment(1_790_000_000_000_000)
_BATCH = 5_000
_BUILD_TIMEOUT_SECONDS = 600.0
_QUICK_ROUNDS = 50
_REMEMBERED_CALLS = 10_000
_WAIT_SECONDS = 60.0  # a busy machine is to be slow here, and not to fail


async def inventory_summary(stage: Stage, name: str, _: Target | None, *, levels: int) -> Result:
    """Sum up all levels from kept totals and by counting; then let a thousand callers ask at once, and again."""
    database = await _stocked(stage, name, levels=levels)
    client = open_client(stage.mongo_url)
    clock = DatabaseClock(client)
    await clock.read()
    counting = MongoSummary(client[database.name], seconds=_BUILD_TIMEOUT_SECONDS)
    totals = MongoTotals(client[database.name], tail=MongoTail(client, client[database.name], clock=clock), clock=clock)
    began = perf_counter()
    while await totals.step():
        pass
    built = perf_counter() - began
    kept = KeptSummary(client[database.name], clock=clock, counting=counting)
    counted, counted_cpu = await _rounds(stage, counting, levels=levels, rounds=1 + stage.rounds)
    milliseconds, cpu = await _rounds(stage, kept, levels=levels, rounds=_QUICK_ROUNDS)
    stored = await client[database.name].command("collStats", names.TOTALS)
    noticed = await _noticed_by_callers(kept)
    await close_client(client)
    await database.client.drop_database(database.name)
    await close_client(database.client)
    return Result(
        name=name,
        unit="ms",
        ours=milliseconds[1:],
        extra={
            "levels": levels,
            "first_ms": round(milliseconds[0], 1),
            "cpu_ms": cpu,
            "counted_ms": round(median(counted[1:])),
            "counted_cpu_ms": counted_cpu,
            "built_seconds": round(built, 1),
            "totals_kb": stored["storageSize"] // 1_024,
            **noticed,
        },
    )


async def _rounds(
    stage: Stage, reader: SummaryReader, *, levels: int, rounds: int
) -> tuple[list[float], dict[str, float]]:
    """Return the milliseconds of each round, and the CPU of a round by process."""
    processes = {"client": [os.getpid()], "mongod": [stage.mongod_pid]}
    milliseconds = []
    before = cpu_seconds(processes)
    for _ in range(rounds):
        began = perf_counter()
        summary = await reader.summary(LevelFilter(), as_of=_NOW)
        milliseconds.append((perf_counter() - began) * 1_000)
        assert summary.totals.levels == levels, summary.totals
    after = cpu_seconds(processes)
    return milliseconds, {each: round((after[each] - before[each]) * 1_000 / rounds, 1) for each in processes}


async def _noticed_by_callers(reader: SummaryReader) -> dict[str, Any]:
    """Return how long a thousand callers wait who ask at once, and how long one who finds the answer remembered."""
    asked = 0

    class Counted:
        async def summary(self, where: LevelFilter, *, as_of: Moment) -> InventorySummary:
            nonlocal asked
            asked += 1
            return await reader.summary(where, as_of=as_of)

    summaries = Summaries(reader=Counted(), clock=lambda: _NOW, wait_seconds=_WAIT_SECONDS)
    began = perf_counter()
    await asyncio.gather(*(summaries.summary(LevelFilter()) for _ in range(CALLERS)))
    together = perf_counter() - began
    began = perf_counter()
    for _ in range(_REMEMBERED_CALLS):
        await summaries.summary(LevelFilter())
    alone = (perf_counter() - began) / _REMEMBERED_CALLS
    assert asked == 1, asked
    return {"callers_at_once": CALLERS, "callers_ms": round(together * 1_000), "remembered_us": round(alone * 1e6, 1)}


async def _stocked(stage: Stage, name: str, *, levels: int) -> Database:
    """Return a database of so many levels, written past the writer: it would take an hour."""
    client = open_client(stage.mongo_url, timeout_seconds=_BUILD_TIMEOUT_SECONDS)
    database = client[_DATABASE]
    await client.drop_database(_DATABASE)
    began = perf_counter()
    collection = database.get_collection("levels", write_concern=WriteConcern(1))
    documents = islice(_documents(random.Random(1)), levels)  # noqa: S311 - the same shop each time
    while batch := list(islice(documents, _BATCH)):
        await collection.insert_many(batch, ordered=False)
    await ensure_collections(database)
    print(f"{name}: {levels:,} levels built in {perf_counter() - began:.0f} s")
    return database


def _documents(chance: random.Random) -> Iterator[BsonDocument]:
    """Yield levels without end: items in turn, each at all locations; every fiftieth has no cost."""
    number = 0
    while True:
        item = Item(
            sku=f"SKU-{number:06}",
            name=f"Thing number {number}",
            category=f"Category {number % CATEGORIES:02}",
            unit_cost=money_of(Decimal(chance.randrange(100_000)) / 100) if number % 50 else None,
            created_at=_NOW,
            updated_at=_NOW,
        )
        shared = level_document(Level(key=LevelKey(item.sku, LOCATIONS[0]), reorder_point=20), item=item)
        for location in LOCATIONS:
            yield {**shared, **_counts(LevelKey(item.sku, location), chance)}
        number += 1


def _counts(key: LevelKey, chance: random.Random) -> BsonDocument:
    on_hand = chance.randrange(500)
    level = Level(
        key=key,
        on_hand=on_hand,
        reserved=chance.randrange(on_hand // 4 + 1),
        damaged=chance.randrange(on_hand // 10 + 1),
        incoming=chance.randrange(50),
        reorder_point=20,
    )
    return {
        "_id": level_id(key),
        "location": key.location,
        "on_hand": level.on_hand,
        "reserved": level.reserved,
        "unavailable": level.unavailable,
        "damaged": level.damaged,
        "incoming": level.incoming,
        "status": str(level.status),
        "version": 1,
    }
