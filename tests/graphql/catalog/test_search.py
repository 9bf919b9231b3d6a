"""Search of items and levels over the API: each filter by what it says, in each order, and live."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from app.domain.catalog.commands.upsert_item import ItemChange
from app.domain.stock.level import LevelKey
from app.domain.time import Moment
from app.store.driver.client import Database
from tests.graphql.api import Api, opened, settings_of
from tests.graphql.live.sockets import Served, served
from tests.support.clock import StillClock
from tests.support.scene import given_location, line, request_info
from tests.support.store import mongo_store

ITEMS = """
query Items($filter: ItemFilter, $orderBy: ItemOrder! = SKU, $first: Int! = 250, $after: String) {
  items(filter: $filter, orderBy: $orderBy, first: $first, after: $after) {
    totalCount
    nodes { sku name category tags barcodes isArchived }
    pageInfo { hasNextPage endCursor }
  }
}
"""
LEVELS = """
query Levels($filter: StockLevelFilter, $orderBy: StockLevelOrder! = SKU) {
  stockLevels(filter: $filter, orderBy: $orderBy, first: 250) {
    totalCount
    nodes { location { code } status item { sku name category tags barcodes isArchived } }
  }
}
"""
LIVE = """
subscription Live($filter: StockLevelFilter) {
  stockLevels(filter: $filter) { kind level { item { sku } onHand } }
}
"""
ADJUST = """
mutation ($sku: String!) {
  stockAdjust(input: {sku: $sku, location: "EAST", delta: 1, reason: FOUND}) { userErrors { message } }
}
"""

CODES = ("EAST", "WEST")
SKUS = tuple(f"S-{number:02}" for number in range(20))
NAMES = ("Jasmine tea", "Assam tea", "jug", "Jar")


@pytest.fixture(scope="module")
async def stocked(lasting_database: Database, mongo_url: str, redis_url: str) -> AsyncIterator[Api]:
    """Return a client of 20 items at 2 locations; see the lambdas below for what each item has."""
    store = mongo_store(lasting_database, clock=StillClock(Moment(time.time_ns() // 1_000)))
    await asyncio.gather(
        *(given_location(store, code) for code in CODES),
        *(
            store.shop.change_item(
                ItemChange(
                    sku=sku,
                    name=NAMES[number % 4],
                    category=(None, "Tea", "Pots")[number % 3],
                    tags=("even",) * (number % 2 == 0) + ("round",) * (number % 5 == 0),
                    barcodes=(f"40{number:02}", f"50{number:02}"),
                ),
                request=request_info(),
            )
            for number, sku in enumerate(SKUS)
        ),
    )
    keys = [LevelKey(sku, code) for sku in SKUS for code in CODES]
    await store.stock.adjust_many([line(key, 5) for key in keys], is_atomic=True, request=request_info())
    await store.shop.archive_item("S-19", is_archived=True, request=request_info())
    await store.close()
    async with opened(settings_of(mongo_url, redis_url, lasting_database.name)) as api:
        yield api


Matches = Callable[[dict[str, Any]], bool]
FILTERS: list[tuple[dict[str, Any], Matches]] = [
    ({"search": "jas"}, lambda item: item["name"] == "Jasmine tea"),
    ({"search": "JASMI"}, lambda item: item["name"] == "Jasmine tea"),
    ({"search": "tea assa"}, lambda item: item["name"] == "Assam tea"),
    ({"search": "jasmin's"}, lambda _: False),
    ({"search": "ja"}, lambda _: False),
    ({"search": "asmine"}, lambda _: False),
    ({"search": "s-1 jug"}, lambda item: item["sku"] in ("S-10", "S-14", "S-18")),
    ({"skuPrefix": "S-0"}, lambda item: item["sku"] < "S-10"),
    ({"skuPrefix": "s-0"}, lambda _: False),
    ({"skuPrefix": ""}, lambda _: True),
    ({"skuPrefix": " "}, lambda _: False),
    ({"skuPrefix": "S" * 65}, lambda _: False),
    ({"barcode": "5007"}, lambda item: item["sku"] == "S-07"),
    ({"barcode": "500"}, lambda _: False),
    ({"barcode": ""}, lambda _: False),
    ({"barcode": "\0"}, lambda _: False),
    ({"category": "Tea"}, lambda item: item["category"] == "Tea"),
    ({"category": "tEA"}, lambda item: item["category"] == "Tea"),
    ({"category": ""}, lambda _: False),
    ({"category": "x" * 101}, lambda _: False),
    ({"tags": ["even"]}, lambda item: "even" in item["tags"]),
    ({"tags": ["round", "even", "round"]}, lambda item: item["tags"] == ["even", "round"]),
    ({"tags": ["even", "Ｒound"]}, lambda item: item["tags"] == ["even", "round"]),  # noqa: RUF001 - the width is meant
    ({"tags": []}, lambda _: True),
    ({"tags": [""]}, lambda _: False),
    ({"isArchived": True}, lambda item: item["sku"] == "S-19"),
    ({"isArchived": False}, lambda item: item["sku"] != "S-19"),
    ({"skuPrefix": "S-1", "category": "Pots", "tags": ["even"], "isArchived": False, "search": "jug"}, lambda item: (
        item["sku"] == "S-14"
    )),
    ({"skuPrefix": "S-1", "barcode": "4014"}, lambda item: item["sku"] == "S-14"),
    ({"skuPrefix": "S-0", "barcode": "4014"}, lambda _: False),
    (dict.fromkeys(("search", "skuPrefix", "barcode", "category", "tags", "isArchived")), lambda _: True),
    ({"search": "te\0a"}, lambda item: item["name"].endswith(" tea")),
    ({"search": "***"}, lambda _: False),
    ({"search": " "}, lambda _: True),
    ({"search": "s01"}, lambda item: item["sku"] == "S-01"),
    ({"search": "5007"}, lambda item: item["sku"] == "S-07"),
    ({"search": "JÄSMINÉ"}, lambda item: item["name"] == "Jasmine tea"),
    ({"search": "OPEN"}, lambda _: False),
    ({"search": "x" * 500}, lambda _: False),
]  # fmt: skip


@pytest.mark.parametrize(("where", "matches"), FILTERS)
async def test_items_and_their_levels_are_narrowed_alike(stocked: Api, where: dict[str, Any], matches: Matches) -> None:
    """All of what is given must hold; null narrows nothing, and what no item can have finds nothing."""
    everything = (await stocked.run(ITEMS))["nodes"]
    assert [item["sku"] for item in everything] == list(SKUS)
    found = await stocked.run(ITEMS, filter=where)
    assert found["nodes"] == [item for item in everything if matches(item)]
    assert found["totalCount"] == len(found["nodes"])
    for order in ("SKU", "LOCATION"):
        levels = (await stocked.run(LEVELS, orderBy=order))["nodes"]
        assert len(levels) == 2 * len(SKUS)
        found = await stocked.run(LEVELS, orderBy=order, filter=where)
        assert found["nodes"] == [level for level in levels if matches(level["item"])]
        assert found["totalCount"] == len(found["nodes"])


async def test_filters_of_items_go_with_those_of_levels(stocked: Api) -> None:
    """All must hold."""
    where = {"tags": ["round"], "locations": ["WEST"], "statuses": ["IN_STOCK"], "skus": ["S-04", "S-05", "S-10"]}
    found = await stocked.run(LEVELS, filter=where)
    assert [(node["item"]["sku"], node["location"]["code"]) for node in found["nodes"]] == [
        ("S-05", "WEST"),
        ("S-10", "WEST"),
    ]


@pytest.mark.parametrize("where", [{}, {"category": "Tea"}, {"skuPrefix": "S-0", "isArchived": False}])
async def test_items_are_ordered_by_name(stocked: Api, where: dict[str, Any]) -> None:
    """Capitals first, and by SKU among equals; pages go on behind their cursor."""
    by_sku = (await stocked.run(ITEMS, filter=where))["nodes"]
    expected = sorted(by_sku, key=lambda item: (item["name"], item["sku"]))
    found: list[dict[str, Any]] = []
    after = None
    while True:
        page = await stocked.run(ITEMS, filter=where, orderBy="NAME", first=3, after=after)
        found += page["nodes"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert found == expected
    message = await stocked.error_message(ITEMS, orderBy="SKU", after=after)
    assert message == "The cursor does not belong to this list and order."


@pytest.mark.parametrize("query", [ITEMS, LEVELS])
async def test_too_many_tags_words_or_characters_are_the_clients_fault(stocked: Api, query: str) -> None:
    """The limits themselves are not."""
    await stocked.run(query, filter={"tags": [f"t{n}" for n in range(20)], "search": " ".join(map(str, range(50)))})
    message = await stocked.error_message(query, filter={"tags": [f"t{n}" for n in range(21)]})
    assert message == "`tags` may hold at most 20 tags, not 21."
    message = await stocked.error_message(query, filter={"search": " ".join(map(str, range(51)))})
    assert message == "A search may have at most 50 words, not 51."
    message = await stocked.error_message(query, filter={"search": "." * 501})
    assert message == "A search may have at most 500 characters, not 501."


@pytest.mark.parametrize("where", [{"tags": "even"}, {"tags": [None]}, {"isArchived": "yes"}, {"skuPrefix": 7}])
async def test_values_of_another_type_are_the_clients_fault(stocked: Api, where: dict[str, Any]) -> None:
    """The schema says what they are. A single tag is a list of one, as GraphQL has it."""
    if where == {"tags": "even"}:
        assert (await stocked.run(ITEMS, filter=where))["totalCount"] == 10
    else:
        await stocked.error_message(ITEMS, filter=where)


@pytest.fixture(scope="module")
async def server(stocked: Api, lasting_database: Database, mongo_url: str, redis_url: str) -> AsyncIterator[Served]:
    """Return a server of the same shop, for subscriptions."""
    async with served(settings_of(mongo_url, redis_url, lasting_database.name)) as server:
        yield server


LIVE_FILTERS: list[tuple[dict[str, Any], str, str]] = [
    ({"search": "jasmi"}, "S-04", "S-05"),
    ({"skuPrefix": "S-0"}, "S-04", "S-14"),
    ({"barcode": "4004"}, "S-04", "S-05"),
    ({"category": "Tea"}, "S-04", "S-05"),
    ({"tags": ["even"]}, "S-04", "S-05"),
    ({"isArchived": False, "skus": ["S-04"]}, "S-04", "S-05"),
    ({"skuPrefix": "S-0", "tags": ["even"], "category": "Tea", "isArchived": False, "search": "tea"}, "S-04", "S-06"),
]


@pytest.mark.parametrize(("where", "inside", "outside"), LIVE_FILTERS)
async def test_a_subscription_tells_what_its_filter_finds(
    server: Served, where: dict[str, Any], inside: str, outside: str
) -> None:
    """First the levels that the list shows, and then the changes of these alone."""
    shown = (await server.api.run(LEVELS, filter={**where, "locations": ["EAST"]}))["nodes"]
    expected = [level["item"]["sku"] for level in shown]
    assert inside in expected
    assert outside not in expected
    async with server.dial() as client:
        feed = await client.start(LIVE, filter={**where, "locations": ["EAST"]})
        snapshot = await feed.take(len(expected))
        assert [event["level"]["item"]["sku"] for event in snapshot] == expected
        before = next(event["level"]["onHand"] for event in snapshot if event["level"]["item"]["sku"] == inside)
        for sku in (outside, inside):
            assert await server.api.run(ADJUST, sku=sku) == {"userErrors": []}
        change = await feed.next()
        assert change["kind"] in ("CHANGE", "RESYNC")
        assert change["level"] == {"item": {"sku": inside}, "onHand": before + 1}


async def test_too_many_tags_never_start_a_feed(server: Served) -> None:
    """The operation ends with an error, and the connection goes on."""
    async with server.dial() as client:
        feed = await client.start(LIVE, filter={"tags": [f"t{n}" for n in range(21)]})
        message = await feed.message()
        assert (message["type"], message["payload"][0]["extensions"]["code"]) == ("error", "BAD_USER_INPUT")
        assert message["payload"][0]["message"] == "`tags` may hold at most 20 tags, not 21."
        await client.nothing_waits()
