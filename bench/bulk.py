"""A bulk change of 1,000 lines over HTTP, against one raw bulk write of as many statements."""

import os
from collections.abc import Awaitable, Callable
from functools import partial
from itertools import cycle
from json import dumps

from pymongo import UpdateOne

from app.domain.limits import MAX_LINES_PER_OPERATION
from app.store.mapping.levels import level_id
from bench.closed_loop import closed_loop
from bench.driver_loop import COLLECTION, DATABASE
from bench.loadgen import HttpLoad, post
from bench.measure import Result, Run, Target
from bench.rounds import compare
from bench.scene import LOCATION, keys
from bench.stage import Stage

_SAYS_LITTLE = "operation { id } userErrors { code message }"
_SAYS_ALL = "operation { id } results { line level { onHand version } userErrors { code } } userErrors { code message }"
_ENDING = b'"userErrors":[]}}}'


async def adjust_many(stage: Stage, name: str, target: Target | None, *, with_results: bool) -> Result:
    """Compare the latency of a lone caller who adjusts 1,000 levels, all or nothing."""
    api = await stage.api()
    request = post("/graphql", _body(_SAYS_ALL if with_results else _SAYS_LITTLE))
    ours = HttpLoad(api.port, next_request=cycle([request]).__next__, good_ending=_ENDING, connections=1)
    levels = stage.driver[DATABASE][COLLECTION]
    chosen = keys(is_hot=False)
    statements = [
        UpdateOne({"_id": level_id(next(chosen)), "on_hand": {"$gte": 1}}, {"$inc": {"on_hand": -1, "version": 1}})
        for _ in range(MAX_LINES_PER_OPERATION)
    ]

    async def write() -> None:
        result = await levels.bulk_write(statements, ordered=False)
        assert result.modified_count == MAX_LINES_PER_OPERATION, "the stock has run out"

    return await compare(
        name,
        ours=ours.run,
        other=partial(_alone, write),
        seconds=stage.seconds,
        rounds=stage.rounds,
        processes={"client": [os.getpid()], "mongod": [stage.mongod_pid], "server": [api.pid]},
        target=target,
        by_latency=True,
    )


async def _alone(step: Callable[[], Awaitable[None]], seconds: float) -> Run:
    return await closed_loop(step, callers=1, seconds=seconds)


def _body(selection: str) -> bytes:
    chosen = keys(is_hot=False)
    lines = [
        {"sku": next(chosen).sku, "location": LOCATION, "delta": -1, "reason": "SALE"}
        for _ in range(MAX_LINES_PER_OPERATION)
    ]
    query = f"mutation Adjust($input: StockAdjustManyInput!) {{ stockAdjustMany(input: $input) {{ {selection} }} }}"
    return dumps({"query": query, "variables": {"input": {"lines": lines}}}).encode()
