"""Lists of purchase orders in pages and by filters, what they cost, and how they are watched."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from app.store.client import Database
from tests.graphql.api import Api, opened, settings_of
from tests.graphql.live.sockets import served
from tests.graphql.purchasing.purchase_words import (
    CANCEL,
    RECEIVE,
    SUBMIT,
    UPDATE,
    WHOLE,
    change,
    created,
    given_supplier,
    line,
)
from tests.graphql.reads import recorded
from tests.graphql.words import seed

ORDERS = """
query Orders($filter: PurchaseOrderFilter, $first: Int! = 250, $after: String) {
  purchaseOrders(filter: $filter, first: $first, after: $after) {
    totalCount
    nodes { reference createdAt }
    pageInfo { hasNextPage endCursor }
  }
}
"""
WITH_NAMES = """
{
  purchaseOrders(first: 50) {
    nodes { supplier { name } location { name } lines { nodes { item { name } outstanding } } }
  }
}
"""
WATCH = (
    """
subscription Orders($filter: PurchaseOrderFilter, $after: String) {
  purchaseOrders(filter: $filter, after: $after) { kind cause cursor purchaseOrder { ...Whole } }
}
"""
    + WHOLE
)
WHOLE_YEAR = {"from": "2020-01-01T00:00:00Z", "to": "2100-01-01T00:00:00Z"}


@pytest.fixture(scope="module")
async def ordered(lasting_database: Database, mongo_url: str, redis_url: str) -> AsyncIterator[Api]:
    """Return a shop with five orders: P-0 and P-4, drafts; P-1 and P-2, submitted; P-3, cancelled. P-4 is from BETA."""
    await seed(lasting_database)
    async with opened(settings_of(mongo_url, redis_url, lasting_database.name)) as api:
        for code in ("ACME", "BETA"):
            await given_supplier(api, code)
        for number in range(5):
            sku = "CUP-1" if number == 2 else "TEA-1"
            ends = {"supplier": "BETA", "location": "NORTH"} if number == 4 else {}
            identity = await created(api, line(sku, 1), reference=f"P-{number}", **ends)
            if number in (1, 2):
                await change(api, SUBMIT, id=identity, expectedVersion=1)
            if number == 3:
                await change(api, CANCEL, id=identity)
        yield api


def references(page: dict[str, Any]) -> list[str]:
    """Return what the orders of a page are called."""
    return [node["reference"] for node in page["nodes"]]


FILTERS: dict[str, tuple[dict[str, Any] | None, list[str]]] = {
    "none": (None, ["P-4", "P-3", "P-2", "P-1", "P-0"]),
    "a state": ({"states": ["SUBMITTED"]}, ["P-2", "P-1"]),
    "states": ({"states": ["DRAFT", "CANCELLED"]}, ["P-4", "P-3", "P-0"]),
    "no state": ({"states": []}, []),
    "a supplier": ({"supplier": "BETA"}, ["P-4"]),
    "a location": ({"location": "MAIN"}, ["P-3", "P-2", "P-1", "P-0"]),
    "an item": ({"sku": "CUP-1"}, ["P-2"]),
    "a reference": ({"reference": "P-3"}, ["P-3"]),
    "those of the server": ({"isAutomatic": True}, []),
    "those of people": ({"isAutomatic": False}, ["P-4", "P-3", "P-2", "P-1", "P-0"]),
    "another time": ({"to": "2020-01-01T00:00:00Z"}, []),
    "all of them": (
        {
            **WHOLE_YEAR,
            "states": ["SUBMITTED"],
            "supplier": "ACME",
            "location": "MAIN",
            "sku": "TEA-1",
            "reference": "P-1",
            "isAutomatic": False,
        },
        ["P-1"],
    ),
}


@pytest.mark.parametrize(("where", "expected"), FILTERS.values(), ids=FILTERS)
async def test_a_filter_narrows_the_list_and_its_count(
    ordered: Api, where: dict[str, Any] | None, expected: list[str]
) -> None:
    """The newest first."""
    page = await ordered.run(ORDERS, filter=where)
    assert (references(page), page["totalCount"]) == (expected, len(expected))


async def test_pages_follow_each_other(ordered: Api) -> None:
    """Each goes on where the last one ended."""
    first = await ordered.run(ORDERS, first=3)
    second = await ordered.run(ORDERS, first=3, after=first["pageInfo"]["endCursor"])
    assert [references(page) for page in (first, second)] == [["P-4", "P-3", "P-2"], ["P-1", "P-0"]]
    assert [page["pageInfo"]["hasNextPage"] for page in (first, second)] == [True, False]


@pytest.mark.parametrize("where", [{"states": ["SENT"]}, {"supplier": 1}, {"isAutomatic": "no"}], ids=str)
async def test_a_filter_that_cannot_be_is_the_clients_fault(ordered: Api, where: dict[str, Any]) -> None:
    """Nothing is guessed."""
    assert "$filter" in await ordered.fault(ORDERS, filter=where)


async def test_what_orders_refer_to_is_read_once_per_kind(ordered: Api, lasting_database: Database) -> None:
    """The suppliers of all orders in one find, and so for locations and items."""
    async with recorded(lasting_database) as counts:
        page = await ordered.run(WITH_NAMES)
    reads = ("purchase_orders", "suppliers", "locations", "items")
    assert counts == {f"find {collection}": 1 for collection in reads}
    assert page["nodes"][0] == {
        "supplier": {"name": "Supplier BETA"},
        "location": {"name": "Place NORTH"},
        "lines": [{"item": {"name": "Green Tea"}, "outstanding": 1}],
    }


async def test_orders_are_watched_from_the_draft_to_the_last_unit(
    database: Database, mongo_url: str, redis_url: str
) -> None:
    """What leaves the filter is told once more, and a feed goes on where another one ended."""
    await seed(database)
    async with served(settings_of(mongo_url, redis_url, database.name)) as server:
        await given_supplier(server.api)
        made = await created(server.api, line("TEA-1", 5))
        async with server.dial() as client:
            feed = await client.start(WATCH, filter={"supplier": "ACME", "sku": "TEA-1"})
            told = [await feed.next()]
            await change(server.api, UPDATE, id=made, lines=[line("CUP-1", 1), line("TEA-1", 6)])
            await change(server.api, UPDATE, id=made, lines=[line("TEA-1", 0)])
            await change(server.api, UPDATE, id=made, lines=[line("TEA-1", 2)])
            await change(server.api, SUBMIT, id=made, expectedVersion=4)
            last = await change(server.api, RECEIVE, id=made)
            told += await feed.take(5)
        assert [(event["kind"], event["cause"], event["purchaseOrder"]["state"]) for event in told] == [
            ("SNAPSHOT", None, "DRAFT"),
            ("CHANGE", "purchaseOrderUpdate", "DRAFT"),
            ("CHANGE", "purchaseOrderUpdate", "DRAFT"),
            ("CHANGE", "purchaseOrderUpdate", "DRAFT"),
            ("CHANGE", "purchaseOrderSubmit", "SUBMITTED"),
            ("CHANGE", "purchaseOrderReceive", "RECEIVED"),
        ]
        assert [event["purchaseOrder"]["version"] for event in told] == [1, 2, 3, 4, 5, 6]
        assert told[-1]["purchaseOrder"] == last
        async with server.dial() as client:
            feed = await client.start(WATCH, filter={"states": ["DRAFT"]}, after=told[3]["cursor"])
            assert (await feed.next())["purchaseOrder"] == last  # as it is by now
