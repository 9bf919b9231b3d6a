"""What the README and the playground print runs as it is printed, on the demo shop."""

import json
import re
import shlex
from itertools import pairwise
from typing import Any

from graphql import parse, validate

from tests.graphql.api import with_parts_as_lists
from tests.graphql.live.sockets import Served
from tests.graphql.printed import README, ROOT, SCHEMA, text_of, texts

CURLS = [shlex.split(text) for text in texts("sh", README) if text.startswith("curl ")]
[SUBSCRIPTION] = texts("graphql", README)
PLAYGROUND = (ROOT / "playground" / "operations.js").read_text().partition("export const operations")[2]
TABS = [re.sub(r"\\(.)", r"\1", text) for text in re.findall(r"`((?:[^`\\]|\\.)*)`", PLAYGROUND)]
FIELDS_SHOWN = re.findall(r"`([a-z]\w+)`", text_of("docs/reference/operations.md"))
MAX_LINES = 150  # what a newcomer reads at one sitting

IN_LONDON = """
{ stockLevel(sku: "TEA-001", location: "LONDON") { onHand available version } }
"""
SELL = """
mutation { stockAdjust(input: {sku: "TEA-001", location: "LONDON", delta: -1, reason: SALE, reference: "R-1"}) {
  replayed
} }
"""
COUNTS = "{ items { totalCount } locations { totalCount } stockLevels { totalCount } }"


def test_the_readme_is_a_page() -> None:
    """Two commands to ask and change, one subscription, three tabs; a new one needs a test."""
    assert (len(CURLS), len(TABS)) == (2, 3)
    assert len(text_of(README).splitlines()) <= MAX_LINES


def test_what_the_commands_and_the_tabs_send_is_valid() -> None:
    """For the committed schema; and what the commands send is JSON, once a shell has read them."""
    for text in (*(json.loads(option(curl, "-d"))["query"] for curl in CURLS), *TABS):
        assert [error.message for error in validate(SCHEMA, parse(text))] == [], text


def test_the_table_of_operations_names_what_is_there() -> None:
    """And nothing of the API is left out of it."""
    roots = (SCHEMA.query_type, SCHEMA.mutation_type, SCHEMA.subscription_type)
    fields = {name for root in roots if root for name in root.fields}
    assert fields <= set(FIELDS_SHOWN)


def option(curl: list[str], name: str) -> str:
    """Return what follows an option of a command line."""
    return curl[curl.index(name) + 1]


async def send(demo_shop: Served, curl: list[str]) -> Any:  # noqa: ANN401 - JSON
    """Send what curl would send; return the data of the answer."""
    assert [word for word in curl if word.startswith("http://")] == ["http://127.0.0.1:8000/graphql"]
    headers = dict(word.split(": ", 1) for flag, word in pairwise(curl) if flag == "-H")
    response = await demo_shop.api.client.post("/graphql", content=option(curl, "-d").encode(), headers=headers)
    assert (response.status_code, response.json().keys()) == (200, {"data"}), response.text
    return with_parts_as_lists(response.json()["data"])


async def test_the_demo_shop_is_as_the_readme_says(demo_shop: Served) -> None:
    """Two hundred items at three locations."""
    assert await demo_shop.api.run(COUNTS) == {
        "items": {"totalCount": 200},
        "locations": {"totalCount": 3},
        "stockLevels": {"totalCount": 600},
    }


async def test_the_first_step_asks_what_is_where(demo_shop: Served) -> None:
    """Three levels of London, by SKU."""
    nodes = (await send(demo_shop, CURLS[0]))["stockLevels"]["nodes"]
    assert [node["item"]["sku"] for node in nodes] == ["BIS-001", "BIS-002", "BIS-003"]
    assert nodes[0]["item"]["name"] == "Almond Biscuits, Mini Box"
    assert all(node["onHand"] == node["available"] > 0 and node["status"] for node in nodes)


async def test_the_second_step_takes_two_tins_once(demo_shop: Served) -> None:
    """However often it is run."""
    before = await demo_shop.api.run(IN_LONDON)
    first = (await send(demo_shop, CURLS[1]))["stockAdjust"]
    assert first == {
        "level": {"onHand": before["onHand"] - 2, "version": before["version"] + 1},
        "operation": first["operation"],
        "replayed": False,
        "userErrors": [],
    }
    assert (await send(demo_shop, CURLS[1]))["stockAdjust"] == {**first, "replayed": True}
    assert (await demo_shop.api.run(IN_LONDON))["onHand"] == before["onHand"] - 2


async def test_the_third_step_watches(demo_shop: Served) -> None:
    """First every level as it is, then each change."""
    before = await demo_shop.api.run(IN_LONDON)
    async with demo_shop.dial() as client:
        feed = await client.start(SUBSCRIPTION)
        snapshot = await feed.take(200)
        assert {each["kind"] for each in snapshot} == {"SNAPSHOT"}
        assert len({each["level"]["item"]["sku"] for each in snapshot}) == 200
        await demo_shop.api.run(SELL)
        # The shop's rules may set the level's reorder point meanwhile, which is a change of its own.
        while (event := await feed.next())["level"]["onHand"] == before["onHand"]:
            pass
        # The channel may not have been open for long enough; the count is the same either way.
        assert event["kind"] in {"CHANGE", "RESYNC"}
        assert event["level"].pop("version") > before["version"]
        assert event["level"] == {
            "item": {"sku": "TEA-001"},
            "onHand": before["onHand"] - 1,
            "available": before["available"] - 1,
        }
        if event["kind"] == "CHANGE":
            assert event["movement"] == {"delta": -1, "reason": "SALE", "reference": "R-1"}


async def test_the_tabs_of_the_playground_run(demo_shop: Served) -> None:
    """Each as it is on a first visit."""
    query, mutation, subscription = (text.replace("${key}", "playground-1") for text in TABS)
    assert "${" not in query + mutation + subscription
    assert len((await demo_shop.api.run(query))["nodes"]) == 5
    first = await demo_shop.api.run(mutation)
    assert (first["replayed"], first["userErrors"]) == (False, [])
    assert await demo_shop.api.run(mutation) == {**first, "replayed": True}
    async with demo_shop.dial() as client:
        snapshot = await (await client.start(subscription)).take(200)
    assert {"item": {"sku": "TEA-001"}, **first["level"]} in [
        {name: value for name, value in each["level"].items() if name != "available"} for each in snapshot
    ]
