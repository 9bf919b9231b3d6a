"""The whole way over HTTP: against the driver's loop, and against plain Strawberry."""

import os
from functools import partial

from httpx import AsyncClient

from bench import requests
from bench.driver_loop import DriverLoop
from bench.loadgen import BadAnswer, HttpLoad, NextRequest
from bench.measure import Result, Target
from bench.requests import ADJUST_ENDING, LEVELS_ENDING
from bench.rounds import Load, compare
from bench.scene import keys
from bench.stage import Server, Stage

CONNECTIONS = 64
READERS = 16


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


async def query_levels(stage: Stage, name: str, target: Target | None, *, path: str, is_spread: bool = False) -> Result:
    """Compare a page of 50 levels with 6 fields each: the same for all, or another for each request."""
    api, plain = await stage.api(), await stage.plain()
    return await _compare_pages(stage, name, target, api, plain, path=path, is_spread=is_spread)


async def query_levels_vs_mercurius(
    stage: Stage, name: str, target: Target | None, *, is_spread: bool = False
) -> Result | None:
    """Compare the same page with Mercurius on the same documents; None where the machine has no npm."""
    api, mercurius = await stage.api(), await stage.mercurius()
    if mercurius is None:
        print(f"{name}: skipped, since there is no node or no npm")
        return None
    first, second = [await _answer(server) for server in (api, mercurius)]
    if first != second:
        raise BadAnswer(f"Mercurius answers {second!r} in place of {first!r}")
    return await _compare_pages(stage, name, target, api, mercurius, path="/graphql", is_spread=is_spread)


async def _answer(server: Server) -> object:
    async with AsyncClient(base_url=f"http://127.0.0.1:{server.port}") as client:
        headers = {"content-type": "application/json"}
        answer = await client.post("/graphql", content=requests.levels_body(), headers=headers)
        return answer.raise_for_status().json()


async def _compare_pages(
    stage: Stage, name: str, target: Target | None, api: Server, other: Server, *, path: str, is_spread: bool
) -> Result:
    loads = [
        HttpLoad(
            server.port,
            next_request=requests.levels(path=each, is_spread=is_spread),
            good_ending=LEVELS_ENDING,
            connections=READERS,
        ).run
        for server, each in ((api, "/graphql"), (other, path))
    ]
    return await _compare(stage, name, target, api, other, ours=loads[0], other=loads[1])


async def adjust_with_security(stage: Stage, name: str, target: Target | None) -> Result:
    """Compare stockAdjust with an API key, within its budget and recorded in the audit, with the server without."""
    secured, open_ = await stage.secured_api(), await stage.api()
    ours = _load(secured, requests.adjust(is_hot=False, key=stage.key), good_ending=ADJUST_ENDING)
    other = _load(open_, requests.adjust(is_hot=False), good_ending=ADJUST_ENDING)
    return await _compare(stage, name, target, secured, open_, ours=ours.run, other=other.run)


async def adjust_with_audit(stage: Stage, name: str, target: Target | None) -> Result:
    """Compare stockAdjust with the audit, and without."""
    audited, unaudited = await stage.api(), await stage.unaudited_api()
    ours, other = (
        _load(server, requests.adjust(is_hot=False), good_ending=ADJUST_ENDING) for server in (audited, unaudited)
    )
    return await _compare(stage, name, target, audited, unaudited, ours=ours.run, other=other.run)


async def adjust_with_observation(stage: Stage, name: str, target: Target | None) -> Result:
    """Compare stockAdjust with metrics, the request log and traces of 1 %, and without any."""
    observed, unobserved = await stage.traced_api(), await stage.unobserved_api()
    ours, other = (
        _load(server, requests.adjust(is_hot=False), good_ending=ADJUST_ENDING) for server in (observed, unobserved)
    )
    return await _compare(stage, name, target, observed, unobserved, ours=ours.run, other=other.run)


async def adjust_with_metrics(stage: Stage, name: str, target: Target | None) -> Result:
    """Compare stockAdjust with metrics, and without."""
    metered, unmetered = await stage.api(), await stage.unmetered_api()
    ours, other = (
        _load(server, requests.adjust(is_hot=False), good_ending=ADJUST_ENDING) for server in (metered, unmetered)
    )
    return await _compare(stage, name, target, metered, unmetered, ours=ours.run, other=other.run)


async def query_with_security(stage: Stage, name: str, target: Target | None) -> Result:
    """Compare a page of 50 levels likewise."""
    secured, open_ = await stage.secured_api(), await stage.api()
    loads = [
        HttpLoad(
            server.port,
            next_request=requests.levels(key=key),
            good_ending=LEVELS_ENDING,
            connections=READERS,
        ).run
        for server, key in ((secured, stage.key), (open_, None))
    ]
    return await _compare(stage, name, target, secured, open_, ours=loads[0], other=loads[1])


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
