"""Orders of five lines, reserved all or nothing: the whole way over HTTP against what the driver takes by itself.

The other side is one transaction per order: five conditional updates and one insert. It keeps no ledger and no
operation, cannot be repeated safely, and knows neither priorities nor those who wait.
"""

import os
from collections.abc import Iterator
from functools import partial
from itertools import cycle, islice
from json import dumps
from typing import Any

from pymongo import AsyncMongoClient
from pymongo.asynchronous.client_session import AsyncClientSession

from app.domain.stock.level import LevelKey
from app.store.driver.client import Database
from app.store.mapping.levels import level_id
from bench.closed_loop import closed_loop
from bench.driver_loop import COLLECTION, DATABASE
from bench.http import CONNECTIONS
from bench.loadgen import HttpLoad, NextRequest, post
from bench.measure import Result, Run, Target
from bench.requests import ADJUST_ENDING
from bench.rounds import compare
from bench.scene import LOCATION, SKUS, BooksDisagreeError, keys
from bench.stage import Stage

LINES = 5
TTL_SECONDS = 900  # of a cart
RESERVE = """mutation Reserve($input: ReservationCreateInput!) {
  reservationCreate(input: $input) { reservation { id state expiresAt } userErrors { code message } }
}"""


async def orders(stage: Stage, name: str, target: Target | None) -> Result:
    """Compare rates, then prove that the levels reserve what the orders hold."""
    api = await stage.api()
    load = HttpLoad(api.port, next_request=orders_of_five(), good_ending=ADJUST_ENDING, connections=CONNECTIONS)
    result = await compare(
        name,
        ours=load.run,
        other=partial(OrderLoop(stage.driver, keys(is_hot=False)).run, callers=CONNECTIONS),
        seconds=stage.seconds,
        rounds=stage.rounds,
        processes={"client": [os.getpid()], "mongod": [stage.mongod_pid], "server": [api.pid]},
        target=target,
    )
    units = await check_promises(stage.driver[stage.settings.mongo_database])
    print(f"{name}: {units:,} units are reserved, and as many are held by orders")
    return result


class OrderLoop:
    """One transaction per order, retried as the driver does it."""

    def __init__(self, client: AsyncMongoClient[dict[str, Any]], levels: Iterator[LevelKey]) -> None:
        self._client = client
        self._levels = client[DATABASE][COLLECTION]
        self._orders = client[DATABASE]["orders"]
        self._keys = levels

    async def run(self, seconds: float, *, callers: int) -> Run:
        """Reserve single units of five levels for so many seconds."""
        return await closed_loop(self._reserve, callers=callers, seconds=seconds)

    async def _reserve(self) -> None:
        lines = list(islice(self._keys, LINES))

        async def work(session: AsyncClientSession) -> None:
            for key in lines:
                changed = await self._levels.update_one(
                    {"_id": level_id(key), "available": {"$gte": 1}},
                    {"$inc": {"available": -1, "reserved": 1, "version": 1}},
                    session=session,
                )
                assert changed.modified_count == 1, "the stock has run out"
            order = {"state": "HELD", "lines": [{"sku": key.sku, "location": key.location, "held": 1} for key in lines]}
            await self._orders.insert_one(order, session=session)

        async with self._client.start_session() as session:
            await session.with_transaction(work)


async def check_promises(database: Database) -> int:
    """Return the units that levels reserve, after proving that orders hold as many. Raises BooksDisagreeError."""
    held = await _sum(database, "reservations", [{"$unwind": "$holds"}], "$holds.held")
    reserved = await _sum(database, "levels", [], "$reserved")
    if held != reserved:
        raise BooksDisagreeError(f"{held} units are held by orders, and {reserved} are reserved")
    return reserved


async def _sum(database: Database, collection: str, stages: list[dict[str, Any]], what: str) -> int:
    pipeline = [*stages, {"$group": {"_id": None, "units": {"$sum": what}}}]
    return sum([int(each["units"]) async for each in await database[collection].aggregate(pipeline)])


def orders_of_five() -> NextRequest:
    """Return what reserves single units of five items: of all of them in turn."""
    requests = [post("/graphql", _body(SKUS[start : start + LINES])) for start in range(0, len(SKUS), LINES)]
    return cycle(requests).__next__


def _body(skus: list[str]) -> bytes:
    lines = [{"sku": sku, "location": LOCATION, "quantity": 1} for sku in skus]
    return dumps({"query": RESERVE, "variables": {"input": {"lines": lines, "ttlSeconds": TTL_SECONDS}}}).encode()
