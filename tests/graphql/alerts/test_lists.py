"""Lists of alerts in pages and by filters, and what they cost."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.store.client import Database
from tests.graphql.alerts.alert_words import ACKNOWLEDGE, SNOOZE, adjust
from tests.graphql.api import Api, opened, settings_of
from tests.graphql.reads import recorded
from tests.graphql.words import seed

ALERTS = """
query Alerts($filter: StockAlertFilter, $first: Int! = 250, $after: String) {
  alerts(filter: $filter, first: $first, after: $after) {
    totalCount
    edges { cursor node { id } }
    nodes { id type state openedAt item { sku } location { code } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}
"""
WITH_REFERENCES = """
{
  alerts(first: 50) {
    nodes {
      item { name } location { name } level { onHand alerts { id type } } openedBy { kind } closedBy { kind }
    }
  }
}
"""
WITH_KEYS = """
{ alerts(first: 50) { nodes { item { id sku } location { code __typename } openedBy { id } closedBy { id } } } }
"""
LEVELS = "{ stockLevels(first: 50) { nodes { onHand alerts { id type note } } } }"
WHOLE_YEAR = {"from": "2020-01-01T00:00:00Z", "to": "2100-01-01T00:00:00Z"}
T, C, X, N = ("TEA-1", "MAIN"), ("CUP-1", "MAIN"), ("TEA-1", "CLOSED"), ("TEA-1", "NORTH")


@pytest.fixture(scope="module")
async def alarmed(lasting_database: Database, mongo_url: str, redis_url: str) -> AsyncIterator[Api]:
    """Return a shop with four alerts, the newest first.

    TEA-1 at NORTH began LOW, and somebody takes care of it; CUP-1 at MAIN is OUT, and sleeps; TEA-1 at MAIN was LOW,
    and is not any more; TEA-1 at CLOSED was LOW until the location was archived.
    """
    await seed(lasting_database)
    async with opened(settings_of(mongo_url, redis_url, lasting_database.name)) as api:
        await adjust(api, "TEA-1", -5)
        await adjust(api, "TEA-1", 5)
        [cup] = (await adjust(api, "CUP-1", -4))["level"]["alerts"]
        [north] = (await adjust(api, "TEA-1", 1, "NORTH"))["level"]["alerts"]
        tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()
        assert (await api.run(ACKNOWLEDGE, input={"id": north["id"]}))["userErrors"] == []
        assert (await api.run(SNOOZE, input={"id": cup["id"], "until": tomorrow}))["userErrors"] == []
        yield api


def places(page: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the levels that the alerts of a page are about."""
    return [(node["item"]["sku"], node["location"]["code"]) for node in page["nodes"]]


FILTERS: dict[str, tuple[dict[str, Any] | None, list[tuple[str, str]]]] = {
    "none": (None, [N, C, T, X]),
    "empty": ({}, [N, C, T, X]),
    "what is open": ({"states": ["OPEN"]}, [N, C]),
    "what is closed": ({"states": ["CLOSED"]}, [T, X]),
    "no state": ({"states": []}, []),
    "a type": ({"types": ["OUT"]}, [C]),
    "types": ({"types": ["LOW", "OVERSTOCK"]}, [N, T, X]),
    "no type": ({"types": []}, []),
    "an item": ({"skus": ["CUP-1", "NONE"]}, [C]),
    "no item": ({"skus": []}, []),
    "locations": ({"locations": ["NORTH", "MAIN"]}, [N, C, T]),
    "what somebody takes care of": ({"isAcknowledged": True}, [N]),
    "what nobody takes care of": ({"isAcknowledged": False}, [C, T, X]),
    "what sleeps": ({"isSnoozed": True}, [C]),
    "what is awake": ({"isSnoozed": False, "states": ["OPEN"]}, [N]),
    "a time": (WHOLE_YEAR, [N, C, T, X]),
    "another time": ({"to": "2020-01-01T00:00:00Z"}, []),
    "all of them": (
        {
            **WHOLE_YEAR,
            "states": ["OPEN"],
            "types": ["LOW"],
            "skus": ["TEA-1"],
            "locations": ["NORTH", "CLOSED"],
            "isAcknowledged": True,
            "isSnoozed": False,
        },
        [N],
    ),
    "a word that only looks like a query": ({"skus": ["$gt"]}, []),
}


@pytest.mark.parametrize(("where", "expected"), FILTERS.values(), ids=FILTERS)
async def test_a_filter_narrows_the_list_and_its_count(
    alarmed: Api, where: dict[str, Any] | None, expected: list[tuple[str, str]]
) -> None:
    """Those that opened last first."""
    page = await alarmed.run(ALERTS, filter=where)
    assert (places(page), page["totalCount"]) == (expected, len(expected))


async def test_a_time_is_from_a_moment_and_before_another(alarmed: Api) -> None:
    """So that consecutive spans neither share an alert nor lose one."""
    middle = (await alarmed.run(ALERTS))["nodes"][1]["openedAt"]
    assert places(await alarmed.run(ALERTS, filter={"from": middle})) == [N, C]
    assert places(await alarmed.run(ALERTS, filter={"to": middle})) == [T, X]


async def test_pages_follow_each_other(alarmed: Api) -> None:
    """Each goes on where the last one ended."""
    first = await alarmed.run(ALERTS, first=3)
    last = await alarmed.run(ALERTS, first=3, after=first["pageInfo"]["endCursor"])
    assert [places(page) for page in (first, last)] == [[N, C, T], [X]]
    assert [page["pageInfo"]["hasNextPage"] for page in (first, last)] == [True, False]
    assert [page["pageInfo"]["hasPreviousPage"] for page in (first, last)] == [False, True]


@pytest.mark.parametrize("variables", [{"first": -1}, {"first": 251}, {"after": "x"}])
async def test_a_page_that_cannot_be_is_the_clients_fault(alarmed: Api, variables: dict[str, Any]) -> None:
    """As for every other list."""
    assert await alarmed.fault(ALERTS, **variables)


@pytest.mark.parametrize("where", [{"states": ["SHUT"]}, {"types": [1]}, {"from": "now"}, {"status": "LOW"}], ids=str)
async def test_a_filter_that_cannot_be_is_the_clients_fault(alarmed: Api, where: dict[str, Any]) -> None:
    """Nothing is guessed."""
    assert "$filter" in await alarmed.fault(ALERTS, filter=where)


@pytest.mark.parametrize("name", ["skus", "locations"])
async def test_too_many_names_are_the_clients_fault(alarmed: Api, name: str) -> None:
    """There is a limit on everything."""
    assert (await alarmed.run(ALERTS, filter={name: [f"N-{number}" for number in range(100)]}))["nodes"] == []
    message = await alarmed.fault(ALERTS, filter={name: [f"N-{number}" for number in range(101)]})
    assert message == f"`{name}` may hold at most 100 names, not 101."


async def test_what_alerts_refer_to_is_read_once_per_kind(alarmed: Api, lasting_database: Database) -> None:
    """The levels of all alerts in one find, and the open alerts of all those levels in another."""
    async with recorded(lasting_database) as counts:
        page = await alarmed.run(WITH_REFERENCES)
    assert counts == {
        "find alerts": 2,
        "find items": 1,
        "find locations": 1,
        "find levels": 1,
        "find operations": 1,
    }
    assert [len(node["level"]["alerts"]) for node in page["nodes"]] == [1, 1, 0, 0]
    assert [node["closedBy"] for node in page["nodes"]] == [
        None,
        None,
        {"kind": "stockAdjust"},
        {"kind": "policiesApply"},
    ]
    assert {node["openedBy"]["kind"] for node in page["nodes"]} == {"stockAdjust"}


async def test_keys_alone_are_not_looked_up(alarmed: Api, lasting_database: Database) -> None:
    """An alert knows the codes, SKUs and operations that it refers to, and so their ids."""
    async with recorded(lasting_database) as counts:
        page = await alarmed.run(WITH_KEYS)
    assert counts == {"find alerts": 1}
    assert page["nodes"][0]["location"] == {"code": "NORTH", "__typename": "Location"}


async def test_the_open_alerts_of_a_list_of_levels_are_read_at_once(alarmed: Api, lasting_database: Database) -> None:
    """One read for all levels that have any."""
    async with recorded(lasting_database) as counts:
        page = await alarmed.run(LEVELS)
    assert counts == {"find levels": 1, "find alerts": 1}
    assert [[each["type"] for each in node["alerts"]] for node in page["nodes"]] == [
        ["OUT"],
        [],
        [],
        [],
        ["LOW"],
    ]


async def test_alerts_by_id_are_read_at_once(alarmed: Api, lasting_database: Database) -> None:
    """`nodes` batches them."""
    ids = [node["id"] for node in (await alarmed.run(ALERTS))["nodes"]]
    async with recorded(lasting_database) as counts:
        nodes = await alarmed.run("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids)
    assert [node["id"] for node in nodes] == ids
    assert counts == {"find alerts": 1}
