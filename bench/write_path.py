"""The writer alone against the driver's loop: in one process with many callers, and in several processes."""

import os
from contextlib import AsyncExitStack
from functools import partial

from bench.driver_loop import DriverLoop
from bench.measure import Result, Target
from bench.rounds import compare
from bench.scene import check_books, keys
from bench.stage import Stage
from bench.worker_process import WorkerProcess, all_at_once
from bench.writer import WriterLoop, open_writer


async def writer(stage: Stage, name: str, target: Target | None, *, is_hot: bool, callers: int) -> Result:
    """Compare rates in this process."""
    async with open_writer(stage.mongo_url, stage.settings.mongo_database) as opened:
        return await compare(
            name,
            ours=partial(WriterLoop(opened, keys(is_hot=is_hot)).run, callers=callers),
            other=partial(DriverLoop(stage.driver, keys(is_hot=is_hot)).run, callers=callers),
            seconds=stage.seconds,
            rounds=stage.rounds,
            processes={"client": [os.getpid()], "mongod": [stage.mongod_pid]},
            target=target,
        )


async def writers(stage: Stage, name: str, target: Target | None, *, is_hot: bool, callers: int, count: int) -> Result:
    """Compare rates of several processes with so many callers each, then prove that the books agree."""
    async with AsyncExitStack() as stack:
        colleagues = []
        for _ in range(count):
            started = await WorkerProcess.start(
                stage.mongo_url, stage.settings.mongo_database, is_hot=is_hot, callers=callers
            )
            stack.push_async_callback(started.stop)
            colleagues.append(started)
        result = await compare(
            name,
            ours=partial(all_at_once, colleagues, "ours"),
            other=partial(all_at_once, colleagues, "other"),
            seconds=stage.seconds,
            rounds=stage.rounds,
            processes={"client": [each.pid for each in colleagues], "mongod": [stage.mongod_pid]},
            target=target,
        )
    movements = await check_books(stage.driver[stage.settings.mongo_database])
    print(f"{name}: {movements:,} movements add up to the units on hand exactly")
    return result


async def lone_caller(stage: Stage, name: str, target: Target | None) -> Result:
    """Compare the latency of a single caller."""
    async with open_writer(stage.mongo_url, stage.settings.mongo_database) as opened:
        return await compare(
            name,
            ours=partial(WriterLoop(opened, keys(is_hot=False)).run, callers=1),
            other=partial(DriverLoop(stage.driver, keys(is_hot=False)).run, callers=1),
            seconds=stage.seconds,
            rounds=stage.rounds,
            processes={"client": [os.getpid()], "mongod": [stage.mongod_pid]},
            target=target,
            by_latency=True,
        )
