"""What the README and the playground print runs as it is printed, on the demo shop."""

import json
import re
import shlex
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from graphql import build_schema, parse, validate

from app.bootstrap import prepare
from app.store.client import Database
from tests.graphql.api import settings_of
from tests.graphql.sockets import Served, served

ROOT = Path(__file__).parents[2]
SCHEMA = build_schema((ROOT / "schema" / "schema.graphql").read_text())
README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", README, re.DOTALL)
CURLS = [shlex.split(text) for _, text in BLOCKS if text.startswith("curl ")]
SUBSCRIPTIONS = [text for language, text in BLOCKS if language == "graphql"]
PLAYGROUND = (ROOT / "playground" / "operations.js").read_text().partition("export const operations")[2]
TABS = [re.sub(r"\\(.)", r"\1", text) for text in re.findall(r"`((?:[^`\\]|\\.)*)`", PLAYGROUND)]
FIELDS_SHOWN = re.findall(r"`([a-z]\w+)`", README.partition("## What it can do")[2].partition("\n## ")[0])

IN_LONDON = """
{ stockLevel(sku: "TEA-001", location: "LONDON") { onHand available version } }
"""
SELL = """
mutation { stockAdjust(input: {sku: "TEA-001", location: "LONDON", delta: -1, reason: SALE, reference: "R-1"}) {
  replayed
} }
"""
COUNTS = "{ items { totalCount } locations { totalCount } stockLevels { totalCount } }"


def option(curl: list[str], name: str) -> str:
    """Return what follows an option of a command line."""
    return curl[curl.index(name) + 1]


@pytest.fixture(scope="module")
async def shop(lasting_database: Database, mongo_url: str, redis_url: str) -> AsyncIterator[Served]:
    """Return a server of the demo shop, filled as a first start fills it."""
    settings = settings_of(mongo_url, redis_url, lasting_database.name)
    said: list[str] = []
    await prepare(settings.model_copy(update={"demo": True}), report=said.append)
    assert said == ["Demo shop: 200 items at 3 locations"]
    async with served(settings) as server:
        yield server


def test_everything_in_the_readme_is_looked_at() -> None:
    """Two commands, one subscription, three tabs; a new one needs a test."""
    assert (len(CURLS), len(SUBSCRIPTIONS), len(TABS)) == (2, 1, 3)


def test_the_documents_of_readme_and_playground_are_valid() -> None:
    """For the committed schema; and what the commands send is JSON, once a shell has read them."""
    queries = [json.loads(option(curl, "-d"))["query"] for curl in CURLS]
    for text in (*queries, *SUBSCRIPTIONS, *TABS):
        assert [error.message for error in validate(SCHEMA, parse(text))] == [], text


def test_the_table_of_the_readme_names_what_is_there() -> None:
    """And nothing of the API is left out of it."""
    roots = (SCHEMA.query_type, SCHEMA.mutation_type, SCHEMA.subscription_type)
    fields = {name for root in roots if root for name in root.fields}
    assert fields <= set(FIELDS_SHOWN) | {"stockLevels", "movements"}


async def send(shop: Served, curl: list[str]) -> Any:  # noqa: ANN401 - JSON
    """Send what curl would send; return the data of the answer."""
    assert [word for word in curl if word.startswith("http://")] == ["http://127.0.0.1:8000/graphql"]
    name, _, value = option(curl, "-H").partition(": ")
    response = await shop.api.client.post("/graphql", content=option(curl, "-d").encode(), headers={name: value})
    assert (response.status_code, response.json().keys()) == (200, {"data"}), response.text
    return response.json()["data"]


async def test_the_demo_shop_is_as_the_readme_says(shop: Served) -> None:
    """Two hundred items at three locations."""
    assert await shop.api.run(COUNTS) == {
        "items": {"totalCount": 200},
        "locations": {"totalCount": 3},
        "stockLevels": {"totalCount": 600},
    }


async def test_the_first_step_asks_what_is_where(shop: Served) -> None:
    """Three levels of London, by SKU."""
    nodes = (await send(shop, CURLS[0]))["stockLevels"]["nodes"]
    assert [node["item"]["sku"] for node in nodes] == ["BIS-001", "BIS-002", "BIS-003"]
    assert nodes[0]["item"]["name"] == "Almond Biscuits, Mini Box"
    assert all(node["onHand"] == node["available"] > 0 and node["status"] for node in nodes)


async def test_the_second_step_takes_two_tins_once(shop: Served) -> None:
    """However often it is run."""
    before = await shop.api.run(IN_LONDON)
    first = (await send(shop, CURLS[1]))["stockAdjust"]
    assert first == {
        "level": {"onHand": before["onHand"] - 2, "version": before["version"] + 1},
        "operation": first["operation"],
        "replayed": False,
        "userErrors": [],
    }
    assert (await send(shop, CURLS[1]))["stockAdjust"] == {**first, "replayed": True}
    assert (await shop.api.run(IN_LONDON))["onHand"] == before["onHand"] - 2


async def test_the_third_step_watches(shop: Served) -> None:
    """First every level as it is, then each change."""
    before = await shop.api.run(IN_LONDON)
    async with shop.dial() as client:
        feed = await client.start(SUBSCRIPTIONS[0])
        snapshot = await feed.take(200)
        assert {each["kind"] for each in snapshot} == {"SNAPSHOT"}
        assert len({each["level"]["item"]["sku"] for each in snapshot}) == 200
        await shop.api.run(SELL)
        event = await feed.next()
        # The channel may not have been open for long enough; the count is the same either way.
        assert event["kind"] in {"CHANGE", "RESYNC"}
        assert event["level"] == {
            "item": {"sku": "TEA-001"},
            "onHand": before["onHand"] - 1,
            "available": before["available"] - 1,
            "version": before["version"] + 1,
        }
        if event["kind"] == "CHANGE":
            assert event["movement"] == {"delta": -1, "reason": "SALE", "reference": "R-1"}


async def test_the_tabs_of_the_playground_run(shop: Served) -> None:
    """Each as it is on a first visit."""
    query, mutation, subscription = (text.replace("${key}", "playground-1") for text in TABS)
    assert "${" not in query + mutation + subscription
    assert len((await shop.api.run(query))["nodes"]) == 5
    first = await shop.api.run(mutation)
    assert (first["replayed"], first["userErrors"]) == (False, [])
    assert await shop.api.run(mutation) == {**first, "replayed": True}
    async with shop.dial() as client:
        snapshot = await (await client.start(subscription)).take(200)
    assert {"item": {"sku": "TEA-001"}, **first["level"]} in [
        {name: value for name, value in each["level"].items() if name != "available"} for each in snapshot
    ]
