"""A file of counts, made up, taken in by our own `import levels` command, into levels that do not exist yet.

The other side inserts the same level documents as they are: over as many connections, in batches of as many, into a
collection with the same indexes. It keeps no ledger, checks nothing, and cannot be repeated.
"""

import asyncio
import csv
import json
import resource
import secrets
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import httpx

from app.domain.limits import MAX_LINES_PER_OPERATION
from app.server.process.die_with_parent import tied_to_us
from app.store.mapping import names
from app.store.queries.levels import INDEXES
from bench import requests
from bench.loadgen import HttpLoad
from bench.measure import Result, Sample, Target, cpu_per_operation, cpu_ratio, latencies_ms
from bench.processes import cpu_seconds
from bench.rounds import WARM_SECONDS
from bench.scene import SKUS
from bench.stage import Stage

ROWS = 100_000
ROWS_BESIDE = 30_000  # some seconds in which another caller is measured
CONNECTIONS = 4

_LOCATION_UPSERT = """mutation Location($code: String!) {
  locationUpsert(input: {code: $code, name: $code}) { userErrors { code } }
}"""
_COMMAND = ["-c", "from app.cli.import_ import import_; import_()", "levels"]  # what `stockpulse import` runs


class ImportFailedError(Exception):
    """Not every row was taken in."""


async def import_levels(stage: Stage, name: str, target: Target | None, *, rows: int = ROWS) -> Result:
    """Import the file once, then insert the levels that it made once more, into a collection of the driver."""
    api = await stage.api()
    processes = {"server": [api.pid], "mongod": [stage.mongod_pid]}
    async with _measured(processes, rows) as ours:
        locations = await _import(stage, rows=rows)
    levels = stage.driver[stage.settings.mongo_database][names.LEVELS]
    documents = await levels.find({"location": {"$in": locations}}).to_list(None)
    async with _measured(processes, rows) as other:
        await _insert(stage, documents)
    extra = {
        "ours_cpu_us": cpu_per_operation(ours),
        "other_cpu_us": cpu_per_operation(other),
        "cpu_ratio": cpu_ratio(ours, other),
    }
    rates = [[sample.rate for sample in each] for each in (ours, other)]
    return Result(name=name, unit="row/s", ours=rates[0], other=rates[1], target=target, extra=extra)


async def adjust_beside_import(stage: Stage, name: str, target: Target | None) -> Result:
    """Compare the slowest hundredth of a lone caller's changes beside an import with the same alone."""
    api = await stage.api()
    load = HttpLoad(
        api.port, next_request=requests.adjust(is_hot=False), good_ending=requests.ADJUST_ENDING, connections=1
    )
    await load.run(WARM_SECONDS)
    alone = await load.run(stage.seconds)
    importing = asyncio.create_task(_import(stage, rows=ROWS_BESIDE))
    beside = []
    while not importing.done():
        beside.append(await load.run(WARM_SECONDS))
    await importing
    sides = [
        Sample(operations=len(latencies), seconds=sum(run.seconds for run in runs), latencies=latencies)
        for runs in (beside, [alone])
        if (latencies := [each for run in runs for each in run.latencies])
    ]
    ours, other = sides
    return Result(
        name=name,
        unit="µs p99",
        ours=[ours.latency_us(99)],
        other=[other.latency_us(99)],
        target=target,
        extra={"ours_latency_ms": latencies_ms([ours]), "other_latency_ms": latencies_ms([other])},
    )


def made_up_counts(path: Path, locations: list[str], *, rows: int) -> Path:
    """Write a file that counts every item at the locations, so many rows of it."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["sku", "location", "on_hand", "reorder_point"])
        for number in range(rows):
            writer.writerow([SKUS[number % len(SKUS)], locations[number // len(SKUS)], number % 500, number % 20])
    return path


async def _import(stage: Stage, *, rows: int) -> list[str]:
    """Import so many levels at new locations, which it returns. Raises ImportFailedError."""
    url = f"http://127.0.0.1:{(await stage.api()).port}/graphql"
    run = secrets.token_hex(2)
    locations = [f"SHELF-{run}-{number:03}" for number in range(-(-rows // len(SKUS)))]
    async with httpx.AsyncClient() as client:
        for code in locations:
            await client.post(url, json={"query": _LOCATION_UPSERT, "variables": {"code": code}})
    file, report = made_up_counts(stage.directory / "levels.csv", locations, rows=rows), stage.directory / "import.json"
    options = ["--url", url, "--connections", str(CONNECTIONS), "--report", str(report), "--quiet"]
    process = await asyncio.create_subprocess_exec(*tied_to_us([sys.executable, *_COMMAND, str(file), *options]))
    await process.wait()
    figures = json.loads(await asyncio.to_thread(report.read_text, encoding="utf-8"))
    if figures["applied"] + figures["recorded_before"] != rows:
        raise ImportFailedError(f"{figures['applied']} of {rows} rows")
    return locations


async def _insert(stage: Stage, documents: Sequence[dict[str, Any]]) -> None:
    database = stage.driver[f"{stage.settings.mongo_database}_raw"]
    await database[names.LEVELS].create_indexes(list(INDEXES))
    batches = (
        documents[start : start + MAX_LINES_PER_OPERATION]
        for start in range(0, len(documents), MAX_LINES_PER_OPERATION)
    )

    async def insert() -> None:
        for batch in batches:
            await database[names.LEVELS].insert_many(batch, ordered=False)

    async with asyncio.TaskGroup() as group:
        for _ in range(CONNECTIONS):
            group.create_task(insert())
    await stage.driver.drop_database(database.name)


@asynccontextmanager
async def _measured(processes: Mapping[str, Sequence[int]], rows: int) -> AsyncIterator[list[Sample]]:
    """Yield a list that has the sample in the end; the client is this process and those that it has waited for."""
    samples: list[Sample] = []
    before, began = _used(processes), perf_counter()
    yield samples
    after = _used(processes)
    samples.append(
        Sample(
            operations=rows,
            seconds=perf_counter() - began,
            cpu_seconds={name: after[name] - before[name] for name in before if name in after},
        )
    )


def _used(processes: Mapping[str, Sequence[int]]) -> dict[str, float]:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {"client": process_time() + children.ru_utime + children.ru_stime, **cpu_seconds(processes)}
