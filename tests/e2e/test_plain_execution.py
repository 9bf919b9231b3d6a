# ruff: noqa: ANN401 - JSON is of any type
"""`STOCKPULSE_PLAIN_EXECUTION=true`: after a bad upgrade a setting serves everything, and nothing is out."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.sync.client import ClientConnection, connect

from tests.support.database import Databases
from tests.support.served import Server, serving

# Runs before the server: the package cannot be imported, as if a name that it needs had gone.
WITHOUT_COMPILED = 'import sys\nsys.modules["app.web.graphql.fast"] = None\n'

ADD = """
mutation {
  itemUpsert(input: {sku: "A", name: "Apple"}) { userErrors { message } }
  locationUpsert(input: {code: "W", name: "West", kind: WAREHOUSE}) { userErrors { message } }
}
"""
ADJUST = """
mutation ($input: StockAdjustInput!) {
  stockAdjust(input: $input) {
    level { item { sku name } location { code } onHand status }
    userErrors { code ... on InsufficientStockError { available requested } }
  }
}
"""
LEVELS = "query ($first: Int = 5) { stockLevels(first: $first) { nodes { item { name } onHand } } }"
WATCH = "subscription { stockLevels { kind level { item { sku } onHand } } }"


@pytest.fixture(scope="module")
def path_without_compiled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where Python finds what it runs first."""
    path = tmp_path_factory.mktemp("path")
    Path(path, "sitecustomize.py").write_text(WITHOUT_COMPILED)
    return path


@pytest.fixture(scope="module")
async def server(
    mongo_url: str, redis_url: str, databases: Databases, path_without_compiled: Path
) -> AsyncIterator[Server]:
    """Serve plainly, where the compiled execution cannot even be imported."""
    plain = {"STOCKPULSE_PLAIN_EXECUTION": "true", "PYTHONPATH": str(path_without_compiled)}
    async with databases.for_a_server() as database:
        with serving(mongo_url=mongo_url, redis_url=redis_url, database=database.name, **plain) as server:
            yield server


def ask(server: Server, query: str, **variables: Any) -> Any:
    """Return the response to one operation over HTTP."""
    return httpx.post(server.url, json={"query": query, "variables": variables}, headers={"graphql-cost": "1"}).json()


def adjust(server: Server, delta: object) -> Any:
    """Return the response to a change of the one level."""
    return ask(server, ADJUST, input={"sku": "A", "location": "W", "delta": delta, "reason": "RECEIPT"})


def hear(client: ClientConnection) -> Any:
    """Return the payload of the next message."""
    return json.loads(client.recv(timeout=60)).get("payload")


def test_everything_works_by_the_plain_executor(server: Server) -> None:
    """Mutations, refusals, wrong variables, costs, queries and subscriptions."""
    # given
    assert "errors" not in ask(server, ADD)
    # when, then
    changed = adjust(server, 5)["data"]["stockAdjust"]
    assert changed["userErrors"] == []
    assert changed["level"] == {
        "item": {"sku": "A", "name": "Apple"},
        "location": {"code": "W"},
        "onHand": 5,
        "status": "IN_STOCK",
    }
    assert adjust(server, -9)["data"]["stockAdjust"] == {
        "level": None,
        "userErrors": [{"code": "INSUFFICIENT_STOCK", "available": 5, "requested": 9}],
    }
    [error] = adjust(server, "many")["errors"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    found = ask(server, LEVELS)
    assert found["data"] == {"stockLevels": {"nodes": [{"item": {"name": "Apple"}, "onHand": 5}]}}
    assert 0 < found["extensions"]["cost"]["requested"] < found["extensions"]["cost"]["maximum"]
    with connect(server.url.replace("http", "ws", 1), subprotocols=["graphql-transport-ws"]) as client:  # type: ignore[list-item]
        client.send('{"type": "connection_init"}')
        assert hear(client) is None
        client.send(json.dumps({"id": "1", "type": "subscribe", "payload": {"query": WATCH}}))
        for kind, on_hand in (("SNAPSHOT", 5), ("CHANGE", 8)):
            event = hear(client)["data"]["stockLevels"]
            assert event == {"kind": kind, "level": {"item": {"sku": "A"}, "onHand": on_hand}}
            adjust(server, 3)
