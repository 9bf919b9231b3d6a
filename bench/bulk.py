"""Bulk changes of 1,000 lines over HTTP, against one raw bulk write of as many statements."""

import os
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from itertools import cycle, islice
from json import dumps
from typing import Any

from pymongo import UpdateOne

from app.domain.limits import MAX_LINES_PER_OPERATION
from app.domain.stock.level import LevelKey
from app.store.mapping.levels import level_id
from bench.closed_loop import closed_loop
from bench.driver_loop import COLLECTION, DATABASE
from bench.loadgen import HttpLoad, NextRequest, post
from bench.measure import Result, Run, Target
from bench.rounds import compare
from bench.scene import STOCK_UNITS, keys
from bench.stage import Stage

ENDING = b'"userErrors":[]}}}'

_SAYS_LITTLE = "operation { id } userErrors { code message }"
_SAYS_ALL = "operation { id } results { line level { onHand version } userErrors { code } } userErrors { code message }"
_COUNTS = (STOCK_UNITS // 2, STOCK_UNITS // 2 + 1)  # in turn, so that each request changes every level

Line = dict[str, Any]
Statements = list[UpdateOne]


async def adjust_many(stage: Stage, name: str, target: Target | None, *, with_results: bool) -> Result:
    """Compare the latency of a lone caller who adjusts 1,000 levels, all or nothing."""
    statements = [
        UpdateOne({"_id": level_id(key), "on_hand": {"$gte": 1}}, {"$inc": {"on_hand": -1, "version": 1}})
        for key in _levels()
    ]
    return await _compare(stage, name, target, ours=adjustments(with_results=with_results), other=cycle([statements]))


async def set_many(stage: Stage, name: str, target: Target | None) -> Result:
    """Compare the latency of a lone caller who sets 1,000 levels, all or nothing."""
    statements = [
        [UpdateOne({"_id": level_id(key)}, {"$set": {"on_hand": units}, "$inc": {"version": 1}}) for key in _levels()]
        for units in _COUNTS
    ]
    return await _compare(stage, name, target, ours=counts(), other=cycle(statements))


def adjustments(*, with_results: bool = False) -> NextRequest:
    """Return what takes a unit of each level."""
    lines = [_line(key, delta=-1, reason="SALE") for key in _levels()]
    return cycle([_request("stockAdjustMany", lines, _SAYS_ALL if with_results else _SAYS_LITTLE)]).__next__


def counts() -> NextRequest:
    """Return what sets each level to another count than before."""
    lines = [[_line(key, quantity=units, force=True) for key in _levels()] for units in _COUNTS]
    return cycle([_request("stockSetMany", each, _SAYS_LITTLE) for each in lines]).__next__


async def _compare(
    stage: Stage, name: str, target: Target | None, *, ours: NextRequest, other: Iterator[Statements]
) -> Result:
    api = await stage.api()
    levels = stage.driver[DATABASE][COLLECTION]

    async def write() -> None:
        result = await levels.bulk_write(next(other), ordered=False)
        assert result.modified_count == MAX_LINES_PER_OPERATION, "the stock has run out"

    return await compare(
        name,
        ours=HttpLoad(api.port, next_request=ours, good_ending=ENDING, connections=1).run,
        other=partial(_alone, write),
        seconds=stage.seconds,
        rounds=stage.rounds,
        processes={"client": [os.getpid()], "mongod": [stage.mongod_pid], "server": [api.pid]},
        target=target,
        by_latency=True,
    )


async def _alone(step: Callable[[], Awaitable[None]], seconds: float) -> Run:
    return await closed_loop(step, callers=1, seconds=seconds)


def _levels() -> Iterator[LevelKey]:
    return islice(keys(is_hot=False), MAX_LINES_PER_OPERATION)


def _line(key: LevelKey, **change: object) -> Line:
    return {"sku": key.sku, "location": key.location, **change}


def _request(mutation: str, lines: list[Line], selection: str) -> bytes:
    input_type = f"{mutation[0].upper()}{mutation[1:]}Input"
    query = f"mutation Bulk($input: {input_type}!) {{ {mutation}(input: $input) {{ {selection} }} }}"
    return post("/graphql", dumps({"query": query, "variables": {"input": {"lines": lines}}}).encode())
