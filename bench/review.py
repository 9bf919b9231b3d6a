"""The daily review of many levels ÷ only reading these levels, page by page; and what those notice who sell meanwhile.

The first review finds nothing measured, and all that is due below its target: it writes more than any later one. Those
that follow find nothing to write. Most days are much nearer to these. Half of the time a review rests.
"""

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from app.bootstrap.foundation import Foundation, entropy, open_foundation
from app.bootstrap.readers import Readers
from app.bootstrap.workers import Replenishing
from app.domain.operation import CommandInfo, fresh_operation_id
from app.domain.stock.commands.adjust_stock import AdjustStock
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import MovementReason
from app.domain.time import moment_of
from app.services.command_bus import CommandBus
from app.services.current_state_reader import PresentReader
from app.services.filters import LevelFilter
from app.services.paging import MAX_PAGE_SIZE, PageRequest
from app.services.replenishment.periodic_review import PeriodicReview
from app.store.driver.client import close_client, open_client
from app.store.readers.levels.levels import MongoLevels
from bench.measure import Result, Sample, Target, latencies_ms
from bench.processes import cpu_seconds
from bench.review_scene import LOCATIONS, stock
from bench.stage import Stage

DEFAULT_LEVELS = 6_000
ROUNDS = 3  # at most: a million levels take minutes

_DATABASE = "bench_review"
_BUILD_TIMEOUT_SECONDS = 600.0
_SALE_EVERY_SECONDS = 0.02
_OURS, _MONGOD = "ours", "mongod"
_MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """What one walk over all levels took; `memory_mb` is how much our process grew at most."""

    sample: Sample
    memory_mb: float
    found: Any


async def daily_review(stage: Stage, name: str, _: Target | None) -> Result:
    """Review once, then in turns only read the levels and review them again; in the end review beside sales."""
    await _stocked(stage, name)
    async with _reviewer(stage) as (base, review):
        first = await _walked(stage, review.run)
        reads, reviews = list[Walked](), list[Walked]()
        for _round in range(min(stage.rounds, ROUNDS)):
            reads.append(await _walked(stage, lambda advance: _read(base, advance)))
            reviews.append(await _walked(stage, review.run))
        sales_alone = await _selling(base, lambda: asyncio.sleep(stage.seconds))
        sales_beside = await _selling(base, review.run)
    return Result(
        name=name,
        unit="level/s",
        ours=[each.sample.rate for each in reviews],
        other=[each.sample.rate for each in reads],
        extra={
            "levels": stage.review_levels,
            "first": _told(first) | {"changed": first.found.changed, "orders": len(first.found.ordered.orders)},
            "later": _told(reviews[-1]) | {"changed": reviews[-1].found.changed},
            "million_minutes": round(_MICROSECONDS / median(each.sample.rate for each in reviews) / 60, 1),
            "sale_alone_ms": latencies_ms([sales_alone]),
            "sale_beside_ms": latencies_ms([sales_beside]),
        },
    )


async def _read(base: Foundation, advance: Callable[[int], None]) -> None:
    levels, end = MongoLevels(base.database), None
    while True:
        page = await levels.levels(LevelFilter(is_archived=False), page=PageRequest(first=MAX_PAGE_SIZE, after=end))
        advance(len(page.nodes))
        if not page.has_next:
            return
        end = page.positions[-1]


async def _walked(stage: Stage, walk: Callable[..., Awaitable[Any]]) -> Walked:
    levels, before, most = 0, _memory_mb(), 0.0

    def advance(count: int) -> None:
        nonlocal levels, most
        levels, most = levels + count, max(most, _memory_mb())

    processes = {_OURS: [os.getpid()], _MONGOD: [stage.mongod_pid]}
    cpu, began = cpu_seconds(processes), perf_counter()
    found = await walk(advance=advance)
    seconds, after = perf_counter() - began, cpu_seconds(processes)
    assert levels == stage.review_levels, levels
    used = {process: after[process] - cpu[process] for process in cpu}
    sample = Sample(operations=levels, seconds=seconds, cpu_seconds=used)
    return Walked(sample=sample, memory_mb=max(most, _memory_mb()) - before, found=found)


def _told(walked: Walked) -> dict[str, Any]:
    sample = walked.sample
    cpu = {f"{process}_cpu_us": round(used / sample.operations * 1e6) for process, used in sample.cpu_seconds.items()}
    return {"levels_per_second": round(sample.rate), **cpu, "memory_mb": round(walked.memory_mb, 1)}


def _memory_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


async def _selling(base: Foundation, meanwhile: Callable[[], Awaitable[Any]]) -> Sample:
    """Sell now and then, as a till does, until something else has ended."""
    latencies = list[float]()

    async def sell() -> None:
        for number in cycle(range(100)):
            began = perf_counter()
            identity = fresh_operation_id(now=moment_of(datetime.now(tz=UTC)), entropy=secrets.randbits(74))
            info = CommandInfo(operation_id=identity, kind="stockAdjust", actor="bench")
            key = LevelKey(f"SKU-{number:06}", LOCATIONS[0])
            await base.writer.run(AdjustStock(info=info, key=key, delta=1, reason=MovementReason.FOUND))
            latencies.append(perf_counter() - began)
            await asyncio.sleep(_SALE_EVERY_SECONDS)

    began = perf_counter()
    selling = asyncio.create_task(sell())
    await meanwhile()
    selling.cancel()
    with suppress(asyncio.CancelledError):
        await selling
    return Sample(operations=len(latencies), seconds=perf_counter() - began, latencies=latencies)


@asynccontextmanager
async def _reviewer(stage: Stage) -> AsyncIterator[tuple[Foundation, PeriodicReview]]:
    """Open what a server has for its review, without its workers."""
    async with open_foundation(stage.settings.model_copy(update={"mongo_database": _DATABASE})) as base:
        readers = Readers.over(base.database)
        bus = CommandBus(
            writer=base.writer,
            present=PresentReader(levels=readers.levels, documents=readers.documents),
            clock=base.clock,
            entropy=entropy,
        )
        yield base, Replenishing.over(readers, database=base.database, bus=bus, clock=base.clock).review


async def _stocked(stage: Stage, name: str) -> None:
    client = open_client(stage.mongo_url, timeout_seconds=_BUILD_TIMEOUT_SECONDS)
    began = perf_counter()
    written = await stock(client[_DATABASE], levels=stage.review_levels, now=moment_of(datetime.now(tz=UTC)))
    await close_client(client)
    print(f"{name}: {written['movements']:,} movements written in {perf_counter() - began:.0f} s")
