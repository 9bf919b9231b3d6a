"""Lists of reservations in pages and by filters, and what they cost."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from app.store.client import Database
from tests.graphql.api import Api, opened, settings_of
from tests.graphql.reads import recorded
from tests.graphql.reservations.reservation_words import FULFILL, RELEASE, given_limit, line, reserved
from tests.graphql.words import seed

RESERVATIONS = """
query Reservations($filter: ReservationFilter, $first: Int! = 250, $after: String) {
  reservations(filter: $filter, first: $first, after: $after) {
    totalCount
    edges { cursor node { id } }
    nodes { id reference state createdAt }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""
WITH_NAMES = """
{
  reservations(first: 50) {
    nodes { lines(first: 5) { nodes {
      item { name category } location { name } held holds { nodes { location { name kind } held } }
    } } }
  }
}
"""
WITH_KEYS = """
{
  reservations(first: 20) {
    nodes { lines { nodes { sku item { id sku } location { code } holds { nodes { location { id code } held } } } } }
  }
}
"""
WHOLE_YEAR = {"from": "2020-01-01T00:00:00Z", "to": "2100-01-01T00:00:00Z"}


@pytest.fixture(scope="module")
async def ordered(lasting_database: Database, mongo_url: str, redis_url: str) -> AsyncIterator[Api]:
    """Return a shop with five orders: O-1 was fulfilled, O-3 released; O-2 of cups, O-4 waits at NORTH."""
    await seed(lasting_database)
    async with opened(settings_of(mongo_url, redis_url, lasting_database.name)) as api:
        await given_limit(api, "TEA-1", "NORTH", 5)
        for number in range(5):
            asked = line("CUP-1", 1) if number == 2 else line("TEA-1", 1, "NORTH" if number == 4 else "MAIN")
            order = await reserved(api, asked, reference=f"O-{number}", channel="web" if number % 2 else "shop")
            if number in (1, 3):
                await api.run(FULFILL if number == 1 else RELEASE, input={"id": order["id"]})
        yield api


def references(page: dict[str, Any]) -> list[str]:
    """Return what the reservations of a page are called."""
    return [node["reference"] for node in page["nodes"]]


EVERY = ["O-4", "O-3", "O-2", "O-1", "O-0"]
FILTERS: dict[str, tuple[dict[str, Any] | None, list[str]]] = {
    "none": (None, EVERY),
    "empty": ({}, EVERY),
    "a state": ({"states": ["HELD"]}, ["O-4", "O-2", "O-0"]),
    "states": ({"states": ["RELEASED", "FULFILLED"]}, ["O-3", "O-1"]),
    "no state": ({"states": []}, []),
    "a reference": ({"reference": "O-3"}, ["O-3"]),
    "an item": ({"sku": "CUP-1"}, ["O-2"]),
    "a location": ({"location": "NORTH"}, ["O-4"]),
    "a level": ({"sku": "TEA-1", "location": "MAIN"}, ["O-3", "O-1", "O-0"]),
    "a channel": ({"channel": "web"}, ["O-3", "O-1"]),
    "a time": (WHOLE_YEAR, EVERY),
    "another time": ({"to": "2020-01-01T00:00:00Z"}, []),
    "all of them": (
        {
            **WHOLE_YEAR,
            "states": ["HELD"],
            "reference": "O-0",
            "sku": "TEA-1",
            "location": "MAIN",
            "channel": "shop",
        },
        ["O-0"],
    ),
    "a word that only looks like a query": ({"reference": "$gt"}, []),
    "empty words": ({"reference": "", "channel": ""}, []),
}


@pytest.mark.parametrize(("where", "expected"), FILTERS.values(), ids=FILTERS)
async def test_a_filter_narrows_the_list_and_its_count(
    ordered: Api, where: dict[str, Any] | None, expected: list[str]
) -> None:
    """The newest first."""
    page = await ordered.run(RESERVATIONS, filter=where)
    assert (references(page), page["totalCount"]) == (expected, len(expected))


async def test_a_time_is_from_a_moment_and_before_another(ordered: Api) -> None:
    """So that consecutive spans neither share a reservation nor lose one."""
    middle = (await ordered.run(RESERVATIONS))["nodes"][2]["createdAt"]
    assert references(await ordered.run(RESERVATIONS, filter={"from": middle})) == ["O-4", "O-3", "O-2"]
    assert references(await ordered.run(RESERVATIONS, filter={"to": middle})) == ["O-1", "O-0"]


async def test_pages_follow_each_other(ordered: Api) -> None:
    """Each goes on where the last one ended."""
    first = await ordered.run(RESERVATIONS, first=2)
    second = await ordered.run(RESERVATIONS, first=2, after=first["pageInfo"]["endCursor"])
    last = await ordered.run(RESERVATIONS, first=2, after=second["edges"][-1]["cursor"])
    assert [references(page) for page in (first, second, last)] == [["O-4", "O-3"], ["O-2", "O-1"], ["O-0"]]
    assert [page["pageInfo"]["hasNextPage"] for page in (first, second, last)] == [True, True, False]
    assert [page["pageInfo"]["hasPreviousPage"] for page in (first, second, last)] == [False, True, True]
    assert [edge["node"]["id"] for edge in first["edges"]] == [node["id"] for node in first["nodes"]]


@pytest.mark.parametrize("variables", [{"first": -1}, {"first": 251}, {"after": "x"}, {"after": ""}])
async def test_a_page_that_cannot_be_is_the_clients_fault(ordered: Api, variables: dict[str, Any]) -> None:
    """As for every other list."""
    assert await ordered.fault(RESERVATIONS, **variables)


@pytest.mark.parametrize("where", [{"states": ["SENT"]}, {"sku": 1}, {"from": "yesterday"}, {"none": 1}], ids=str)
async def test_a_filter_that_cannot_be_is_the_clients_fault(ordered: Api, where: dict[str, Any]) -> None:
    """Nothing is guessed."""
    assert "$filter" in await ordered.fault(RESERVATIONS, filter=where)


async def test_what_reservations_refer_to_is_read_once_per_kind(ordered: Api, lasting_database: Database) -> None:
    """The items of all lines in one find, and the locations of lines and holds in another."""
    async with recorded(lasting_database) as counts:
        page = await ordered.run(WITH_NAMES)
    assert counts == {"find reservations": 1, "find items": 1, "find locations": 1}
    assert page["nodes"][0] == {
        "lines": [
            {
                "item": {"name": "Green Tea", "category": "Tea"},
                "location": {"name": "Place NORTH"},
                "held": 0,
                "holds": [{"location": {"name": "Place NORTH", "kind": "STORE"}, "held": 0}],
            }
        ]
    }


async def test_keys_of_what_reservations_refer_to_need_no_read(ordered: Api, lasting_database: Database) -> None:
    """The reservation knows them."""
    async with recorded(lasting_database) as counts:
        page = await ordered.run(WITH_KEYS)
    assert counts == {"find reservations": 1}
    assert page["nodes"][2]["lines"][0]["location"] is None
