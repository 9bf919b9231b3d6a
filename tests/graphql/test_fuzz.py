# ruff: noqa: ANN401 - JSON is of any type
"""Any operation of the schema is answered: by data, or by errors that say what was wrong with it.

Bounded in the suite; `make fuzz` runs 10,000 operations.
"""

import asyncio
import json
import os
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.store.driver.client import Database
from tests.graphql.api import settings_of
from tests.graphql.live.sockets import Served, Socket, served
from tests.graphql.operations import seed
from tests.graphql.sdl_operations import Drawn, operations

OPERATIONS = int(os.environ.get("FUZZED_OPERATIONS", "100"))  # of each transport
MAX_SECONDS = 10  # for one answer: as long as the server itself gives the slowest
QUIET_SECONDS = 0.2  # a subscription whose filter finds nothing has nothing to send
CODES = {"BAD_USER_INPUT", "COST_EXCEEDED", "FORBIDDEN", "THROTTLED"}
FUZZED = settings(
    max_examples=OPERATIONS,
    deadline=None,
    derandomize="FUZZED_OPERATIONS" not in os.environ,
    suppress_health_check=list(HealthCheck),
)
NAMES: Mapping[str, list[str]] = {
    "sku": ["TEA-1", "CUP-1", "OLD-1"],
    "location": ["MAIN", "NORTH", "CLOSED"],
    "locations": ["MAIN", "NORTH", "CLOSED"],
    "code": ["MAIN", "NORTH", "ACME"],
    "supplier": ["ACME"],
    "id": [],  # filled by the shop
    "idempotencyKey": ["k1", "k2"],
    "category": ["Tea"],
    "barcode": ["4006381333931"],
    "url": ["https://shop.example/hook"],
}
IDS = (
    """{ items { nodes { id } } locations { nodes { id } } stockLevels { nodes { id } } movements { nodes { id } } }"""
)
answered: Counter[str] = Counter()
NUMBERS = count(1)


@pytest.fixture(scope="module")
async def shop(lasting_database: Database, mongo_url: str, redis_url: str) -> AsyncIterator[Served]:
    """Serve a stocked shop, whose objects are drawn by their ids, too."""
    await seed(lasting_database)
    async with served(settings_of(mongo_url, redis_url, lasting_database.name)) as server:
        found = await server.api.run(IDS)
        NAMES["id"][:] = [node["id"] for page in found.values() for node in page["nodes"]]
        yield server


def check(answer: Any, where: str) -> None:
    """Prove that an answer has data, or errors of the client; and count them, so that both happen."""
    codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
    assert codes <= CODES, (answer["errors"], where)
    assert answer.get("data") is not None or codes, answer
    answered["data" if answer.get("data") else "errors"] += 1


async def over_http(server: Served, drawn: Drawn) -> None:
    """Ask in one request; a subscription is refused there."""
    async with asyncio.timeout(MAX_SECONDS):
        body = _json({"query": drawn.document, "variables": drawn.variables})
        response = await server.api.client.post("/graphql", content=body, headers={"content-type": "application/json"})
    assert response.status_code in {200, 400}, (response.status_code, response.text, drawn)
    check(response.json(), drawn.document)


async def over_websocket(socket: Socket, id: str, drawn: Drawn) -> None:
    """Run an operation to its end, a subscription to its first event if there is one soon; the connection stays."""
    payload = {"query": drawn.document, "variables": drawn.variables}
    await socket.connection.send(_json({"id": id, "type": "subscribe", "payload": payload}))
    is_open = True
    while is_open:
        try:
            async with asyncio.timeout(QUIET_SECONDS if drawn.kind == "subscription" else MAX_SECONDS):
                message = json.loads(await socket.connection.recv())
        except TimeoutError:
            assert drawn.kind == "subscription", drawn
            break
        if message["id"] != id:
            continue  # the last events of a subscription before
        is_open = message["type"] == "next" and drawn.kind != "subscription"
        if message["type"] == "next":
            check(message["payload"], drawn.document)
        elif message["type"] == "error":
            check({"errors": message["payload"]}, drawn.document)
    if drawn.kind == "subscription":
        await socket.connection.send(_json({"id": id, "type": "complete"}))


def _json(value: Any) -> str:
    return json.dumps(value)


@FUZZED
@given(drawn=st.deferred(lambda: operations(NAMES)))
async def test_every_operation_over_http_is_answered(shop: Served, drawn: Drawn) -> None:
    """No status of a failed server, no INTERNAL, and nothing that takes longer than any operation may."""
    await over_http(shop, drawn)


@pytest.fixture(scope="module")
async def socket(shop: Served) -> AsyncIterator[Socket]:
    """Open one connection for all operations: none of them closes it."""
    async with shop.dial() as socket:
        yield socket


@FUZZED
@given(drawn=st.deferred(lambda: operations(NAMES)))
async def test_every_operation_over_a_websocket_is_answered(socket: Socket, drawn: Drawn) -> None:
    """By results or an error of its own; the connection outlives them all."""
    await over_websocket(socket, str(next(NUMBERS)), drawn)


async def test_what_was_drawn_reached_the_resolvers(shop: Served) -> None:
    """Enough of it was valid: else the fuzzing would only have tried the validation."""
    assert answered["data"] > OPERATIONS // 4, answered
