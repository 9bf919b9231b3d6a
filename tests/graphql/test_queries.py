"""Reads: lists in pages, filters and orders, single things by name and by id, and what all that costs."""

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import datetime, timedelta, timezone
from random import Random
from typing import Any

import pytest
from graphql import get_named_type, is_leaf_type, is_object_type

from app.domain.catalog.catalog import LocationKind
from app.domain.stock.commands.record_sale import SaleLine
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import MovementReason
from app.domain.time import Moment
from app.store.driver.client import Database
from tests.graphql.api import Api, opened, settings_of
from tests.graphql.reads import recorded
from tests.graphql.selections import root_fields
from tests.support.clock import StillClock
from tests.support.scene import given_item, line, request_info
from tests.support.store import mongo_store

ITEMS = """
query Items($filter: ItemFilter, $first: Int! = 250, $after: String) {
  items(filter: $filter, first: $first, after: $after) {
    totalCount
    edges { cursor node { name: sku } }
    nodes { name: sku }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""
LOCATIONS = """
query Locations($filter: LocationFilter, $first: Int! = 250, $after: String) {
  locations(filter: $filter, first: $first, after: $after) {
    totalCount
    edges { cursor node { name: code } }
    nodes { name: code }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""
LEVELS = """
query Levels($filter: StockLevelFilter, $orderBy: StockLevelOrder! = SKU, $first: Int! = 250, $after: String) {
  stockLevels(filter: $filter, orderBy: $orderBy, first: $first, after: $after) {
    totalCount
    edges { cursor node { name: id } }
    nodes { name: id item { sku } location { code } status onHand }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""
MOVEMENTS = """
query Movements($filter: MovementFilter, $first: Int! = 250, $after: String) {
  movements(filter: $filter, first: $first, after: $after) {
    totalCount
    edges { cursor node { name: id } }
    nodes { name: id recordedAt reason reference delta level { item { sku } location { code } } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""
ONE_OF_EACH = """
{
  item(sku: "S-03") { __typename id sku name category reorderPoint isArchived createdAt updatedAt }
  location(code: "EAST") { __typename id code name sort: kind isArchived createdAt updatedAt }
  stockLevel(sku: "S-03", location: "EAST") {
    __typename id onHand reserved unavailable incoming available reorderPoint status version changedAt
  }
  movements(filter: {sku: "S-03", location: "EAST"}, first: 1) {
    nodes {
      __typename id delta reason reference channel version recordedAt
      operation { __typename id kind actor idempotencyKey reference note occurredAt recordedAt }
    }
  }
}
"""
NODES = """
fragment Whole on Node {
  __typename id
  ... on Item { sku name category reorderPoint isArchived createdAt updatedAt }
  ... on Location { code name sort: kind isArchived createdAt updatedAt }
  ... on StockLevel { onHand reserved unavailable incoming available reorderPoint status version changedAt }
  ... on Movement {
    delta reason reference channel version recordedAt
    operation { __typename id kind actor idempotencyKey reference note occurredAt recordedAt }
  }
  ... on Operation { kind actor idempotencyKey reference note occurredAt recordedAt }
}
query Nodes($ids: [ID!]!, $first: ID!) { nodes(ids: $ids) { ...Whole } node(id: $first) { ...Whole } }
"""
OPERATION = "query ($id: ID!) { operation(id: $id) { __typename id kind } }"
NOTHING = """
{
  item(sku: "none") { sku }
  location(code: "none") { code }
  stockLevel(sku: "S-03", location: "none") { version }
}
"""
WITH_NAMES = """
{ stockLevels(first: 50) { nodes { onHand item { sku name category } location { code name kind } } } }
"""
WITH_KEYS = """
{ stockLevels(first: 50) { nodes { onHand item { id sku __typename } location { id code } } } }
"""
IN_FRAGMENTS = """
fragment Row on StockLevel { item { ...Named } ... on StockLevel { location { name } } }
fragment Named on Item { name }
{ stockLevels(first: 50) { edges { node { ...Row } } } }
"""
WITH_OPERATIONS = """
{
  movements(first: 50) {
    nodes {
      level { item { name } location { name } }
      operation { kind movements { nodes { delta operation { kind } } } }
    }
  }
}
"""
EMPTY = """
{ items { nodes { sku } totalCount } stockLevels { nodes { id } totalCount } movements { nodes { id } totalCount } }
"""
RENAME = 'mutation ($name: String!) { itemUpsert(input: {sku: "N-1", name: $name}) { item { name } } }'
NAME = 'query { stockLevels(filter: {skus: ["N-1"]}) { nodes { item { name } } } }'
BEGIN = 'mutation { stockAdjust(input: {sku: "N-1", location: "HERE", delta: 1, reason: FOUND}) { replayed } }'
PLACE = 'mutation { locationUpsert(input: {code: "HERE", name: "Here"}) { replayed } }'

CODES = ("EAST", "north", "WEST")
SKUS = tuple(f"S-{number:02}" for number in range(30))


@pytest.fixture(scope="module")
async def stocked(lasting_database: Database, mongo_url: str, redis_url: str) -> AsyncIterator[Api]:
    """Return a client of 30 items at 3 locations: 90 levels of 0 to 8 units, LOW at 3, and 118 movements."""
    store = mongo_store(lasting_database, clock=StillClock(Moment(time.time_ns() // 1_000)))
    categories = {0: "Tea", 1: "Cups", 2: None}
    await asyncio.gather(
        *(
            given_item(store, sku, name=f"Thing {sku[2:]} Löffel", category=categories[number % 3], reorder_point=3)
            for number, sku in enumerate(SKUS)
        ),
        *(
            store.shop.upsert_location(code, name=f"Place {code}", kind=LocationKind.STORE, request=request_info())
            for code in CODES
        ),
    )
    for code in CODES:
        keys = [LevelKey(sku, code) for sku in SKUS]
        lines = [line(key, 1 + number % 9, MovementReason.RECEIPT) for number, key in enumerate(keys)]
        await store.stock.adjust_many(lines, is_atomic=True, request=request_info(reference=f"D-{code}"))
    for number in range(5):
        sold = [SaleLine(sku=sku, quantity=1) for sku in SKUS[number * 5 : number * 5 + 5]]
        await store.stock.record_sale("EAST", sold, channel="web", request=request_info(f"sale-{number}"))
    await store.shop.archive_item("S-29", is_archived=True, request=request_info())
    await store.close()
    async with opened(settings_of(mongo_url, redis_url, lasting_database.name)) as api:
        yield api


LISTS: dict[str, tuple[str, dict[str, Any], int]] = {
    "items": (ITEMS, {}, 30),
    "some items": (ITEMS, {"filter": {"category": "Tea"}}, 10),
    "locations": (LOCATIONS, {}, 3),
    "levels by SKU": (LEVELS, {}, 90),
    "levels by location": (LEVELS, {"orderBy": "LOCATION"}, 90),
    "some levels": (LEVELS, {"filter": {"locations": ["EAST", "WEST"], "statuses": ["LOW", "OUT"]}}, 27),
    "movements": (MOVEMENTS, {}, 118),
    "some movements": (MOVEMENTS, {"filter": {"location": "EAST", "reason": "SALE"}}, 25),
}


@pytest.mark.parametrize(("query", "variables", "count"), LISTS.values(), ids=LISTS)
async def test_the_pages_of_a_list_hold_each_entry_once(
    stocked: Api, query: str, variables: dict[str, Any], count: int
) -> None:
    """Following `endCursor` to the end; every page knows the count of the whole list, and where it stands."""
    whole = await stocked.run(query, **variables)
    names = [node["name"] for node in whole["nodes"]]
    assert (len(set(names)), whole["totalCount"], whole["pageInfo"]["hasNextPage"]) == (count, count, False)
    assert whole["pageInfo"]["hasPreviousPage"] is False
    size = -(-count // 3)
    found, after = [], None
    while True:
        page = await stocked.run(query, **variables, first=size, after=after)
        cursors, info = [edge["cursor"] for edge in page["edges"]], page["pageInfo"]
        assert [edge["node"]["name"] for edge in page["edges"]] == [node["name"] for node in page["nodes"]]
        assert (info["startCursor"], info["endCursor"]) == (cursors[0], cursors[-1])
        assert (page["totalCount"], info["hasPreviousPage"]) == (count, after is not None)
        found += [node["name"] for node in page["nodes"]]
        after = info["endCursor"]
        if not info["hasNextPage"]:
            break
        assert len(page["nodes"]) == size
    assert found == names
    beyond = await stocked.run(query, **variables, after=after)
    nowhere = {"hasNextPage": False, "hasPreviousPage": True, "startCursor": None, "endCursor": None}
    assert beyond == {"totalCount": count, "edges": [], "nodes": [], "pageInfo": nowhere}


async def test_a_page_of_nothing_only_counts(stocked: Api) -> None:
    """`first: 0` is a way to ask for the count alone."""
    nowhere = {"hasNextPage": False, "hasPreviousPage": False, "startCursor": None, "endCursor": None}
    expected = {"totalCount": 90, "edges": [], "nodes": [], "pageInfo": nowhere}
    assert await stocked.run(LEVELS, first=0) == expected


async def test_a_page_is_the_same_however_its_entries_are_read(stocked: Api) -> None:
    """The first execution of a document makes objects; later ones read rows where those are enough."""
    random = Random(11)  # noqa: S311 - reproducible
    for root in (*("stockLevels", "items") * 16, *("locations", "movements") * 4):
        field = f"list: {root}(first: $first, after: $after) {_page(root, random)}"
        query = f"query ($first: Int!, $after: String) {{ {field} }}"
        after = (await stocked.run(f"{{ {root}(first: 3) {{ pageInfo {{ endCursor }} }} }}"))["pageInfo"]["endCursor"]
        variables = {"first": random.choice([0, 1, 20]), "after": random.choice([None, after])}
        answers = {(await stocked.post(query, variables)).text for _ in range(3)}
        assert len(answers) == 1, (query, answers)
        assert all("errors" not in answer for answer in answers), answers


def _page(root: str, random: Random) -> str:
    """Return a selection of some of what a page and its entries have, in any order, twice or not at all."""
    connection: Any = get_named_type(root_fields("Query")[root].type)
    node: Any = get_named_type(connection.fields["nodes"].type)
    page_info = "pageInfo { hasNextPage hasPreviousPage startCursor endCursor }"
    parts = [
        f"nodes {_some(node, random)}",
        f"edges {{ cursor node {_some(node, random)} }}",
        f"also: nodes {_some(node, random)}",
        page_info,
        "totalCount",
    ]
    return f"{{ __typename {' '.join(random.sample(parts, random.randint(1, len(parts))))} }}"


def _some(type_: Any, random: Random, depth: int = 2) -> str:  # noqa: ANN401 - a type of the schema
    fields = ["__typename", "same: id"] if "id" in type_.fields else ["__typename"]
    for name, field in type_.fields.items():
        of: Any = get_named_type(field.type)
        if is_leaf_type(of):
            fields.append(name)
        elif depth and is_object_type(of) and not field.args:
            fields.append(f"{name} {_some(of, random, depth - 1)}")
    chance = random.choice([0.1, 0.3, 0.9])  # few fields are all plain, most are not
    return f"{{ {' '.join([each for each in fields if random.random() < chance] or ['__typename'])} }}"


async def test_levels_are_read_no_further_than_selected(stocked: Api, lasting_database: Database) -> None:
    """The second time: only what the answer needs comes from the database."""
    query = "{ stockLevels(first: 2) { nodes { onHand version } } }"
    await stocked.run(query)
    await lasting_database["system.profile"].drop()
    await lasting_database.command("profile", 2)
    await stocked.run(query)
    await lasting_database.command("profile", 0)
    [read] = await lasting_database["system.profile"].find({"command.find": "levels", "command.limit": 3}).to_list(None)
    assert read["command"]["projection"] == {"_id": 0, "sku": 1, "location": 1, "on_hand": 1, "version": 1}


async def test_every_cursor_is_a_place_to_go_on_from(stocked: Api) -> None:
    """Not only the last one of a page."""
    whole = await stocked.run(MOVEMENTS)
    names = [node["name"] for node in whole["nodes"]]
    for index in (0, 17, 113):
        page = await stocked.run(MOVEMENTS, after=whole["edges"][index]["cursor"], first=2)
        assert [node["name"] for node in page["nodes"]] == names[index + 1 : index + 3]


async def test_levels_are_ordered_by_either_name(stocked: Api) -> None:
    """By code points, capitals first."""
    by_sku = await stocked.run(LEVELS)
    by_location = await stocked.run(LEVELS, orderBy="LOCATION")
    codes = sorted(CODES)
    assert codes == ["EAST", "WEST", "north"]
    assert keys_of(by_sku) == [(sku, code) for sku in SKUS for code in codes]
    assert keys_of(by_location) == [(sku, code) for code in codes for sku in SKUS]


def keys_of(page: dict[str, Any]) -> list[tuple[str, str]]:
    """Return SKU and code of each level."""
    return [(node["item"]["sku"], node["location"]["code"]) for node in page["nodes"]]


LEVEL_FILTERS: list[tuple[dict[str, Any], Any]] = [
    ({"skus": ["S-03", "S-07", "none"]}, lambda node: node["item"]["sku"] in ("S-03", "S-07")),
    ({"locations": ["north"]}, lambda node: node["location"]["code"] == "north"),
    ({"statuses": ["OUT"]}, lambda node: node["onHand"] == 0 or node["item"]["sku"] == "S-29"),  # it is archived
    ({"statuses": ["LOW"]}, lambda node: 1 <= node["onHand"] <= 3 and node["item"]["sku"] != "S-29"),
    ({"statuses": ["IN_STOCK", "OUT"]}, lambda node: not 1 <= node["onHand"] <= 3 or node["item"]["sku"] == "S-29"),
    ({"search": "s-10"}, lambda node: node["item"]["sku"] == "S-10"),
    ({"search": "löffel 07"}, lambda node: node["item"]["sku"] == "S-07"),
    ({"search": "LÖFFEL, thing"}, lambda _: True),
    ({"search": "löff"}, lambda _: True),
    ({"search": "  "}, lambda _: True),
    ({"skus": [], "statuses": ["LOW"]}, lambda _: False),
    ({"locations": []}, lambda _: False),
    ({"statuses": []}, lambda _: False),
    ({"skus": None, "locations": None, "status": None, "search": None}, lambda _: True),
    ({"skus": ["S-00", "S-01", "S-10"], "locations": ["EAST"], "statuses": ["LOW"], "search": "s 01"}, lambda node: (
        node["item"]["sku"] == "S-01" and node["location"]["code"] == "EAST" and 1 <= node["onHand"] <= 3
    )),
]  # fmt: skip


@pytest.mark.parametrize(("where", "matches"), LEVEL_FILTERS)
async def test_levels_are_narrowed_by_each_filter(stocked: Api, where: dict[str, Any], matches: Any) -> None:  # noqa: ANN401
    """All of what is given must hold; null narrows nothing, an empty list leaves nothing."""
    for order in ("SKU", "LOCATION"):
        everything = await stocked.run(LEVELS, orderBy=order)
        found = await stocked.run(LEVELS, orderBy=order, filter=where)
        assert found["nodes"] == [node for node in everything["nodes"] if matches(node)]
        assert found["totalCount"] == len(found["nodes"])


MOVEMENT_FILTERS: list[tuple[dict[str, Any], Any]] = [
    ({"sku": "S-03"}, lambda node: node["level"]["item"]["sku"] == "S-03"),
    ({"location": "EAST"}, lambda node: node["level"]["location"]["code"] == "EAST"),
    ({"reason": "SALE"}, lambda node: node["delta"] == -1),
    ({"reference": "D-WEST"}, lambda node: node["reference"] == "D-WEST"),
    ({"sku": "S-03", "location": "EAST", "reason": "SALE"}, lambda node: (
        node["delta"] == -1 and node["level"]["item"]["sku"] == "S-03"
    )),
    ({"reason": "LOST"}, lambda _: False),
    ({"reference": ""}, lambda _: False),
]  # fmt: skip


@pytest.mark.parametrize(("where", "matches"), MOVEMENT_FILTERS)
async def test_movements_are_narrowed_by_each_filter(stocked: Api, where: dict[str, Any], matches: Any) -> None:  # noqa: ANN401
    """All of what is given must hold."""
    everything = await stocked.run(MOVEMENTS)
    found = await stocked.run(MOVEMENTS, filter=where)
    assert found["nodes"] == [node for node in everything["nodes"] if matches(node)]
    assert found["totalCount"] == len(found["nodes"])


@pytest.mark.complaint("V5")
async def test_movements_are_narrowed_by_time(stocked: Api) -> None:
    """From a time on, and before a time, whatever its offset: windows that touch hold each line once. Newest first."""
    everything = (await stocked.run(MOVEMENTS))["nodes"]
    times = [node["recordedAt"] for node in everything]
    assert times == sorted(times, reverse=True)
    middle = times[40]
    later = (await stocked.run(MOVEMENTS, filter={"from": middle}))["nodes"]
    earlier = (await stocked.run(MOVEMENTS, filter={"to": middle}))["nodes"]
    assert later + earlier == everything
    assert later[-1]["recordedAt"] == middle
    elsewhere = datetime.fromisoformat(middle).astimezone(timezone(timedelta(hours=13))).isoformat()
    assert (await stocked.run(MOVEMENTS, filter={"from": elsewhere, "to": times[39]}))["nodes"] == [everything[40]]


async def test_items_and_locations_are_narrowed(stocked: Api) -> None:
    """By words, by category, and by whether they are archived."""
    for where, expected in (
        ({"category": "Cups"}, [sku for number, sku in enumerate(SKUS) if number % 3 == 1]),
        ({"category": "cups"}, [sku for number, sku in enumerate(SKUS) if number % 3 == 1]),
        ({"isArchived": True}, ["S-29"]),
        ({"isArchived": False}, list(SKUS[:-1])),
        ({"search": "s thing"}, list(SKUS)),
        ({"search": "s 21", "isArchived": False, "category": "Tea"}, ["S-21"]),
        ({"search": "s 22", "isArchived": False, "category": "Tea"}, []),
    ):
        found = await stocked.run(ITEMS, filter=where)
        assert [node["name"] for node in found["nodes"]] == expected
        assert found["totalCount"] == len(expected)
    assert (await stocked.run(LOCATIONS, filter={"isArchived": True}))["nodes"] == []
    assert (await stocked.run(LOCATIONS, filter={"isArchived": False}))["totalCount"] == 3


async def test_the_beginning_of_a_sku_finds_its_item_beyond_a_dash(stocked: Api) -> None:
    """The description of `search` promises it: whoever types S-2 sees S-20 to S-29."""
    assert [node["name"] for node in (await stocked.run(ITEMS, filter={"search": "S-2"}))["nodes"]] == list(SKUS[20:])


async def test_an_empty_installation_has_empty_lists(api: Api) -> None:
    """Nothing is a list like any other."""
    empty = {"nodes": [], "totalCount": 0}
    assert await api.run(EMPTY) == {"items": empty, "stockLevels": empty, "movements": empty}


async def test_a_node_is_found_again_by_its_id(stocked: Api) -> None:
    """Each of the five kinds, alone and among others, in the order of the ids; operations also by their own field."""
    data = await stocked.run(ONE_OF_EACH)
    [movement] = data["movements"]["nodes"]
    nodes = [data["item"], data["location"], data["stockLevel"], movement, movement["operation"]]
    assert [node["__typename"] for node in nodes] == ["Item", "Location", "StockLevel", "Movement", "Operation"]
    for order in (nodes, nodes[::-1], [nodes[4], nodes[0], nodes[4]]):
        found = await stocked.run(NODES, ids=[node["id"] for node in order], first=order[0]["id"])
        assert found == {"nodes": order, "node": order[0]}
    operation = {"__typename": "Operation", "id": nodes[4]["id"], "kind": "saleRecord"}
    assert await stocked.run(OPERATION, id=nodes[4]["id"]) == operation


async def test_what_does_not_exist_is_null(stocked: Api) -> None:
    """Reads make no errors of it."""
    assert await stocked.run(NOTHING) == {"item": None, "location": None, "stockLevel": None}


@pytest.mark.parametrize(
    ("query", "variables", "counting"),
    [
        (ITEMS, {}, "count"),
        (LOCATIONS, {}, "count"),
        (MOVEMENTS, {}, "count"),
        (LEVELS, {"filter": {"statuses": ["LOW"]}}, "aggregate"),
    ],
)
async def test_a_list_is_counted_only_when_asked(
    stocked: Api, lasting_database: Database, query: str, variables: dict[str, Any], counting: str
) -> None:
    """Without `totalCount` a page is one find; with it one count more, which only a filter makes look at documents."""
    await stocked.run(query, **variables)  # from now on it is known for a moment what is archived
    async with recorded(lasting_database) as counted:
        await stocked.run(query, **variables)
    async with recorded(lasting_database) as uncounted:
        await stocked.run(query.replace("totalCount", ""), **variables)
    [find] = uncounted
    assert (find.split()[0], uncounted.total()) == ("find", 1)
    assert counted == {**uncounted, find.replace("find", counting): 1}


async def test_all_levels_are_counted_without_looking_at_them(stocked: Api, lasting_database: Database) -> None:
    """The collection knows how many it holds."""
    async with recorded(lasting_database) as counts:
        await stocked.run(LEVELS, first=0)
    assert counts.pop("find locations", 0) <= 1  # what is archived is known for a second
    assert counts == {"count levels": 1}


@pytest.mark.parametrize("query", [WITH_NAMES, IN_FRAGMENTS])
async def test_what_levels_refer_to_is_read_once_per_kind(stocked: Api, lasting_database: Database, query: str) -> None:
    """Fifty levels with item and location are three finds; which locations are archived is known for a moment."""
    async with recorded(lasting_database) as counts:
        await stocked.run(query)
    assert counts.pop("find locations") in (1, 2)
    assert counts == {"find levels": 1, "find items": 1}


async def test_keys_alone_are_not_looked_up(stocked: Api, lasting_database: Database) -> None:
    """A level knows the SKU and the code that it refers to, and so their ids; what is archived is remembered."""
    await stocked.run(WITH_KEYS)
    async with recorded(lasting_database) as counts:
        page = await stocked.run(WITH_KEYS)
    assert counts["find levels"] == counts.total() - counts["find locations"] == 1
    assert counts["find locations"] <= 1
    first = await stocked.run(ONE_OF_EACH)
    assert {"id": first["item"]["id"], "sku": "S-03", "__typename": "Item"} in [node["item"] for node in page["nodes"]]


async def test_what_movements_refer_to_is_read_once_per_kind(stocked: Api, lasting_database: Database) -> None:
    """Fifty movements with their operations and with the first movements of those are four finds and one."""
    async with recorded(lasting_database) as counts:
        page = await stocked.run(WITH_OPERATIONS)
    assert counts == {"find movements": 3, "find operations": 1, "find items": 1, "find locations": 1}
    assert {(node["operation"]["kind"], len(node["operation"]["movements"])) for node in page["nodes"]} == {
        ("saleRecord", 5),
        ("stockAdjustMany", 20),
        ("policiesApply", 3),
    }


async def test_items_and_operations_by_id_are_read_once_per_kind(stocked: Api, lasting_database: Database) -> None:
    """`nodes` batches what it can."""
    items = (await stocked.run("{ items(first: 20) { nodes { id } } }"))["nodes"]
    async with recorded(lasting_database) as counts:
        await stocked.run("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=[item["id"] for item in items])
    assert counts == {"find items": 1}


async def test_levels_and_movements_by_id_are_read_once_per_kind(stocked: Api, lasting_database: Database) -> None:
    """As the other kinds are."""
    levels = (await stocked.run(LEVELS, first=20))["nodes"]
    movements = (await stocked.run(MOVEMENTS, first=20))["nodes"]
    ids = [node["name"] for node in levels + movements]
    async with recorded(lasting_database) as counts:
        await stocked.run("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids)
    # The workers of the server may look for locations meanwhile.
    assert {read: counts[read] for read in ("find levels", "find movements")} == {"find levels": 1, "find movements": 1}


async def test_loaders_forget_between_operations(api: Api) -> None:
    """What one request has read, the next one reads again."""
    await api.run(RENAME, name="First")
    await api.run(PLACE)
    await api.run(BEGIN)
    assert (await api.run(NAME))["nodes"] == [{"item": {"name": "First"}}]
    await api.run(RENAME, name="Second")
    assert (await api.run(NAME))["nodes"] == [{"item": {"name": "Second"}}]
