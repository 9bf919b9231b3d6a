"""Lists of transfers in pages and by filters, and what they cost."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from app.store.client import Database
from tests.graphql.api import Api, opened, settings_of
from tests.graphql.reads import recorded
from tests.graphql.transfers.transfer_words import CANCEL, CREATE, SHIP, line
from tests.graphql.words import seed

TRANSFERS = """
query Transfers($filter: TransferFilter, $first: Int! = 250, $after: String) {
  transfers(filter: $filter, first: $first, after: $after) {
    totalCount
    edges { cursor node { id } }
    nodes { id reference state createdAt }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""
WITH_NAMES = """
{
  transfers(first: 50) {
    nodes { source { name kind } destination { name } lines { nodes { item { name category } outstanding } } }
  }
}
"""
WITH_KEYS = """
{
  transfers(first: 50) {
    nodes { source { id code } destination { code __typename } lines { nodes { item { id sku } outstanding } } }
  }
}
"""
ASKED: dict[str, Any] = {"source": "MAIN", "destination": "NORTH"}
WHOLE_YEAR = {"from": "2020-01-01T00:00:00Z", "to": "2100-01-01T00:00:00Z"}


@pytest.fixture(scope="module")
async def sent(lasting_database: Database, mongo_url: str, redis_url: str) -> AsyncIterator[Api]:
    """Return a shop with five transfers: T-0, a draft; T-1 and T-2 on their way; T-3, cancelled; T-4 from NORTH."""
    await seed(lasting_database)
    async with opened(settings_of(mongo_url, redis_url, lasting_database.name)) as api:
        for number in range(5):
            sku = "CUP-1" if number == 2 else "TEA-1"
            ends = ASKED if number < 4 else {"source": "NORTH", "destination": "MAIN"}
            asked = {**ends, "lines": [line(sku, 1)], "reference": f"T-{number}"}
            identity = (await api.run(CREATE, input=asked))["transfer"]["id"]
            if number in (1, 2):
                await api.run(SHIP, input={"id": identity})
            if number == 3:
                await api.run(CANCEL, input={"id": identity})
        yield api


def references(page: dict[str, Any]) -> list[str]:
    """Return what the transfers of a page are called."""
    return [node["reference"] for node in page["nodes"]]


FILTERS: dict[str, tuple[dict[str, Any] | None, list[str]]] = {
    "none": (None, ["T-4", "T-3", "T-2", "T-1", "T-0"]),
    "empty": ({}, ["T-4", "T-3", "T-2", "T-1", "T-0"]),
    "a state": ({"states": ["IN_TRANSIT"]}, ["T-2", "T-1"]),
    "states": ({"states": ["DRAFT", "CANCELLED"]}, ["T-4", "T-3", "T-0"]),
    "no state": ({"states": []}, []),
    "a source": ({"source": "NORTH"}, ["T-4"]),
    "a destination": ({"destination": "NORTH"}, ["T-3", "T-2", "T-1", "T-0"]),
    "a location": ({"location": "NORTH"}, ["T-4", "T-3", "T-2", "T-1", "T-0"]),
    "an item": ({"sku": "CUP-1"}, ["T-2"]),
    "a reference": ({"reference": "T-3"}, ["T-3"]),
    "a time": (WHOLE_YEAR, ["T-4", "T-3", "T-2", "T-1", "T-0"]),
    "another time": ({"to": "2020-01-01T00:00:00Z"}, []),
    "all of them": (
        {
            **WHOLE_YEAR,
            "states": ["IN_TRANSIT"],
            "source": "MAIN",
            "destination": "NORTH",
            "location": "MAIN",
            "sku": "TEA-1",
            "reference": "T-1",
        },
        ["T-1"],
    ),
    "a word that only looks like a query": ({"reference": "$gt"}, []),
}


@pytest.mark.parametrize(("where", "expected"), FILTERS.values(), ids=FILTERS)
async def test_a_filter_narrows_the_list_and_its_count(
    sent: Api, where: dict[str, Any] | None, expected: list[str]
) -> None:
    """The newest first."""
    page = await sent.run(TRANSFERS, filter=where)
    assert (references(page), page["totalCount"]) == (expected, len(expected))


async def test_a_time_is_from_a_moment_and_before_another(sent: Api) -> None:
    """So that consecutive spans neither share a transfer nor lose one."""
    middle = (await sent.run(TRANSFERS))["nodes"][2]["createdAt"]
    assert references(await sent.run(TRANSFERS, filter={"from": middle})) == ["T-4", "T-3", "T-2"]
    assert references(await sent.run(TRANSFERS, filter={"to": middle})) == ["T-1", "T-0"]


async def test_pages_follow_each_other(sent: Api) -> None:
    """Each goes on where the last one ended."""
    first = await sent.run(TRANSFERS, first=2)
    second = await sent.run(TRANSFERS, first=2, after=first["pageInfo"]["endCursor"])
    last = await sent.run(TRANSFERS, first=2, after=second["edges"][-1]["cursor"])
    assert [references(page) for page in (first, second, last)] == [["T-4", "T-3"], ["T-2", "T-1"], ["T-0"]]
    assert [page["pageInfo"]["hasNextPage"] for page in (first, second, last)] == [True, True, False]
    assert [page["pageInfo"]["hasPreviousPage"] for page in (first, second, last)] == [False, True, True]
    assert [edge["node"]["id"] for edge in first["edges"]] == [node["id"] for node in first["nodes"]]


@pytest.mark.parametrize("variables", [{"first": -1}, {"first": 251}, {"after": "x"}, {"after": ""}])
async def test_a_page_that_cannot_be_is_the_clients_fault(sent: Api, variables: dict[str, Any]) -> None:
    """As for every other list."""
    assert await sent.fault(TRANSFERS, **variables)


@pytest.mark.parametrize("where", [{"states": ["SENT"]}, {"source": 1}, {"from": "yesterday"}, {"none": 1}], ids=str)
async def test_a_filter_that_cannot_be_is_the_clients_fault(sent: Api, where: dict[str, Any]) -> None:
    """Nothing is guessed."""
    assert "$filter" in await sent.fault(TRANSFERS, filter=where)


async def test_what_transfers_refer_to_is_read_once_per_kind(sent: Api, lasting_database: Database) -> None:
    """Both ends of all transfers in one find, and the items of all lines in another."""
    async with recorded(lasting_database) as counts:
        page = await sent.run(WITH_NAMES)
    assert counts == {"find transfers": 1, "find items": 1, "find locations": 1}
    assert page["nodes"][0] == {
        "source": {"name": "Place NORTH", "kind": "STORE"},
        "destination": {"name": "Place MAIN"},
        "lines": [{"item": {"name": "Green Tea", "category": "Tea"}, "outstanding": 0}],
    }


async def test_keys_alone_are_not_looked_up(sent: Api, lasting_database: Database) -> None:
    """A transfer knows the codes and SKUs that it refers to, and so their ids."""
    async with recorded(lasting_database) as counts:
        page = await sent.run(WITH_KEYS)
    assert counts == {"find transfers": 1}
    assert page["nodes"][2]["destination"] == {"code": "NORTH", "__typename": "Location"}
    assert [each["item"]["sku"] for each in page["nodes"][2]["lines"]] == ["CUP-1"]


async def test_transfers_by_id_are_read_at_once(sent: Api, lasting_database: Database) -> None:
    """`nodes` batches them."""
    ids = [node["id"] for node in (await sent.run(TRANSFERS))["nodes"]]
    async with recorded(lasting_database) as counts:
        nodes = await sent.run("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids)
    assert [node["id"] for node in nodes] == ids
    assert counts == {"find transfers": 1}


PARTS = """
query ($first: Int! = 2, $after: String) {
  transfers(first: 1) {
    nodes {
      lines { totalCount nodes { ...Line } }
      start: lines(first: 2) { ...Page }
      middle: lines(first: $first, after: $after) { ...Page }
      ... on Transfer { end: lines(first: 1000, after: "WyJMSU5FIiw0XQ==") { ...Page } }
      none: lines(first: 0) { ...Page }
      beyond: lines(first: 5, after: "WyJMSU5FIiw5MjIzMzcyMDM2ODU0Nzc1ODA3XQ==") { ...Page }
    }
    edges { node { last: lines(first: 1, after: "WyJMSU5FIiw2XQ==") { ...Page } } }
  }
}
fragment Page on TransferLineConnection { totalCount pageInfo { hasNextPage } nodes { ...Line } }
fragment Line on TransferLine { item { sku } quantity outstanding }
"""


async def test_lines_are_the_same_however_they_are_asked_for(shop: Api) -> None:
    """Any pages of them at once, by aliases, fragments and variables: each as the whole has it, counted as a whole."""
    skus = [f"LINE-{number}" for number in range(8)]
    for sku in skus:
        await shop.run(
            "mutation ($sku: String!) { itemUpsert(input: {sku: $sku, name: $sku}) { userErrors { code } } }", sku=sku
        )
    lines = [line(sku, number) for number, sku in enumerate(skus, start=1)]
    await shop.run(CREATE, input={"source": "MAIN", "destination": "NORTH", "lines": lines})
    asked = await shop.run(PARTS, after="WyJMSU5FIiwxXQ==")
    [found], [edge] = asked["nodes"], asked["edges"]
    whole = found["lines"]["nodes"]
    assert [each["item"]["sku"] for each in whole] == skus
    assert found["lines"]["totalCount"] == 8
    expected = {"start": whole[:2], "middle": whole[2:4], "end": whole[5:], "none": [], "beyond": []}
    pages = {**{name: found[name] for name in expected}, "last": edge["node"]["last"]}
    for name, nodes in {**expected, "last": whole[7:]}.items():
        assert pages[name]["nodes"] == nodes, name
        assert pages[name]["totalCount"] == 8
        assert pages[name]["pageInfo"]["hasNextPage"] == (name in {"start", "middle", "none"})
    without = PARTS.replace("lines { totalCount nodes { ...Line } }", "state")  # now the server reads parts only
    assert (await shop.run(without, after="WyJMSU5FIiwxXQ=="))["nodes"] == [
        {"state": "DRAFT", **{name: found[name] for name in expected}}
    ]
