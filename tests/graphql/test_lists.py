"""Lists of documents: filters, spans of time, pages, and what a page costs; each alike, from one table."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from app.store.driver.client import Database
from tests.graphql.api import Api, opened, settings_of
from tests.graphql.list_cases import ALERTS, LISTS, NEVER, WHOLE_YEAR, ListCase
from tests.graphql.operations import seed
from tests.graphql.reads import recorded
from tests.support.database import Databases


@dataclass(frozen=True)
class Filled:
    """An application with the entries of one list."""

    case: ListCase
    api: Api
    database: Database

    async def names(self, **variables: Any) -> list[str]:  # noqa: ANN401 - JSON is of any type
        """Return what the entries of a page are called."""
        return names_of(await self.api.run(self.case.query, **variables))


def names_of(page: dict[str, Any]) -> list[str]:
    """Return the label of each entry: its reference, or its item and location."""
    return [
        node["reference"] if "reference" in node else f"{node['item']['sku']} {node['location']['code']}"
        for node in page["nodes"]
    ]


@pytest.fixture(scope="module", params=LISTS, ids=lambda case: case.root)
async def filled(
    request: pytest.FixtureRequest, databases: Databases, mongo_url: str, redis_url: str
) -> AsyncIterator[Filled]:
    """Return each list in turn, filled; the tests change nothing."""
    async with databases.one() as database:
        await seed(database)
        async with opened(settings_of(mongo_url, redis_url, database.name)) as api:
            await request.param.fill(api)
            yield Filled(request.param, api, database)


async def test_a_filter_restricts_the_list_and_its_count(filled: Filled) -> None:
    """The newest first."""
    every = filled.case.names
    shared = {"empty": ({}, every), "null": (None, every), "no state": ({"states": []}, [])}
    times = {"a time": (WHOLE_YEAR, every), "another time": (NEVER, [])}
    for name, (where, expected) in {**shared, **times, **filled.case.filters}.items():
        page = await filled.api.run(filled.case.query, filter=where)
        assert (names_of(page), page["totalCount"]) == (expected, len(expected)), name


async def test_a_time_is_from_a_moment_and_before_another(filled: Filled) -> None:
    """So that consecutive spans neither share an entry nor lose one."""
    middle = (await filled.api.run(filled.case.query))["nodes"][1][filled.case.begun_at]
    assert await filled.names(filter={"from": middle}) == filled.case.names[:2]
    assert await filled.names(filter={"to": middle}) == filled.case.names[2:]


async def test_pages_follow_each_other(filled: Filled) -> None:
    """Each resumes where the last one ended, by the cursor of the page or of an entry."""
    query, run = filled.case.query, filled.api.run
    first = await run(query, first=1)
    second = await run(query, first=2, after=first["pageInfo"]["endCursor"])
    last = await run(query, first=3, after=second["edges"][-1]["cursor"])
    assert [name for page in (first, second, last) for name in names_of(page)] == filled.case.names
    assert [page["pageInfo"]["hasNextPage"] for page in (first, second, last)] == [True, True, False]
    assert [page["pageInfo"]["hasPreviousPage"] for page in (first, second, last)] == [False, True, True]
    assert [edge["node"]["id"] for edge in second["edges"]] == [node["id"] for node in second["nodes"]]


async def test_a_page_or_filter_that_cannot_be_is_an_error_of_the_client(filled: Filled) -> None:
    """Nothing is guessed."""
    for page in ({"first": -1}, {"first": 251}, {"after": "x"}, {"after": ""}):
        assert await filled.api.error_message(filled.case.query, **page)
    for where in filled.case.bad_filters:
        assert "$filter" in await filled.api.error_message(filled.case.query, filter=where), where


async def test_what_the_entries_refer_to_is_read_once_per_kind(filled: Filled) -> None:
    """However many there are; by keys alone nothing but the list is read."""
    async with recorded(filled.database) as counts:
        page = await filled.api.run(filled.case.asking(filled.case.references))
    assert counts == filled.case.reads
    assert page["nodes"][0] == filled.case.first
    if filled.case.keys:
        async with recorded(filled.database) as counts:
            await filled.api.run(filled.case.asking(filled.case.keys))
        assert counts == {f"find {filled.case.collection}": 1}


async def test_entries_by_id_are_read_at_once(filled: Filled) -> None:
    """`nodes` batches them."""
    ids = [node["id"] for node in (await filled.api.run(filled.case.query))["nodes"]]
    async with recorded(filled.database) as counts:
        nodes = await filled.api.run("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids)
    assert [node["id"] for node in nodes] == ids
    assert counts == {f"find {filled.case.collection}": 1}


@pytest.mark.parametrize("filled", [ALERTS], indirect=True, ids=["alerts"])
async def test_alerts_of_levels_are_read_at_once_and_names_are_limited(filled: Filled) -> None:
    """One read for all levels that have any; 100 names in a filter."""
    async with recorded(filled.database) as counts:
        page = await filled.api.run("{ stockLevels(first: 50) { nodes { alerts { id type note } } } }")
    assert counts == {"find levels": 1, "find alerts": 1}
    assert [[each["type"] for each in node["alerts"]] for node in page["nodes"]] == [["OUT"], [], [], [], ["LOW"]]
    for name in ("skus", "locations"):
        assert await filled.names(filter={name: [f"N-{number}" for number in range(100)]}) == []
        message = await filled.api.error_message(ALERTS.query, filter={name: [f"N-{number}" for number in range(101)]})
        assert message == f"`{name}` may hold at most 100 names, not 101."
