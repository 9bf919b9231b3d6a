"""The whole way over HTTP: against the driver's loop, and against plain Strawberry."""

import os
from functools import partial

from bench import requests
from bench.driver_loop import DriverLoop
from bench.loadgen import HttpLoad, NextRequest
from bench.measure import Result, Target
from bench.requests import ADJUST_ENDING, LEVELS_ENDING
from bench.rounds import Load, compare
from bench.scene import keys
from bench.stage import Server, Stage

CONNECTIONS = 64


async def adjust(stage: Stage, name: str, target: Target | None, *, is_hot: bool, has_key: bool = False) -> Result:
    """Compare stockAdjust with as many callers of the driver."""
    api = await stage.api()
    make = requests.adjust_with_key if has_key else requests.adjust
    ours = _load(api, make(is_hot=is_hot), good_ending=ADJUST_ENDING)
    other = partial(DriverLoop(stage.driver, keys(is_hot=is_hot)).run, callers=CONNECTIONS)
    return await _compare(stage, name, target, api, ours=ours.run, other=other)


async def adjust_vs_strawberry(stage: Stage, name: str, target: Target | None) -> Result:
    """Compare stockAdjust with the same mutation of plain Strawberry."""
    api, plain = await stage.api(), await stage.plain()
    request = requests.adjust(is_hot=False)
    ours = _load(api, request, good_ending=ADJUST_ENDING)
    other = _load(plain, request, good_ending=ADJUST_ENDING)
    return await _compare(stage, name, target, api, plain, ours=ours.run, other=other.run)


async def query_levels(stage: Stage, name: str, target: Target | None, *, path: str) -> Result:
    """Compare a page of 50 levels with 6 fields each."""
    api, plain = await stage.api(), await stage.plain()
    ours = _load(api, requests.levels(), good_ending=LEVELS_ENDING)
    other = _load(plain, requests.levels(path=path), good_ending=LEVELS_ENDING)
    return await _compare(stage, name, target, api, plain, ours=ours.run, other=other.run)


def _load(server: Server, next_request: NextRequest, *, good_ending: bytes) -> HttpLoad:
    return HttpLoad(server.port, next_request=next_request, good_ending=good_ending, connections=CONNECTIONS)


async def _compare(stage: Stage, name: str, target: Target | None, *servers: Server, ours: Load, other: Load) -> Result:
    return await compare(
        name,
        ours=ours,
        other=other,
        seconds=stage.seconds,
        rounds=stage.rounds,
        processes={
            "client": [os.getpid()],
            "mongod": [stage.mongod_pid],
            "server": [server.pid for server in servers],  # one of them has nothing to do
        },
        target=target,
    )
