"""Insight over the API: every figure of a level, lists in every order, and what they cost the database."""

import time
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from app.domain.catalog.commands.upsert_item import ItemChange
from app.domain.stock.movement import MovementReason
from app.domain.time import MICROSECONDS_PER_DAY, Moment
from app.store.driver.client import Database
from tests.graphql.api import Api
from tests.graphql.reads import recorded
from tests.support.clock import StillClock
from tests.support.scene import CUP, TEA, TEA_NORTH, adjust, at, given_location, request_info
from tests.support.store import mongo_store

INSIGHTS = """
query Insights($filter: InventoryInsightFilter, $days: Int! = 10, $orderBy: InventoryInsightOrder! = SKU) {
  inventoryInsights(filter: $filter, days: $days, orderBy: $orderBy) {
    nodes {
      item { sku } location { code } level { onHand available }
      unitsSold velocity daysOfCover turnover meanOnHand stockOutDays isDeadStock lastSoldAt salesValue stockValue
      abcClass
    }
    totalCount
  }
}
"""
FIGURES = """
query Figures($first: Int!, $after: String, $filter: InventoryInsightFilter, $orderBy: InventoryInsightOrder! = SKU) {
  inventoryInsights(filter: $filter, days: 10, orderBy: $orderBy, first: $first, after: $after) {
    nodes { item { sku name } unitsSold lastSoldAt isDeadStock }
    pageInfo { hasNextPage endCursor }
  }
}
"""
DEFAULTS = "{ inventoryInsights { nodes { item { sku } unitsSold abcClass } totalCount } }"
SELL = """
mutation ($delta: Int!) {
  stockAdjust(input: {sku: "TEA-1", location: "MAIN", delta: $delta, reason: SALE}) { replayed }
}
"""
SALE, RECEIPT = MovementReason.SALE, MovementReason.RECEIPT


@pytest.fixture
async def days(api: Api, database: Database) -> Api:
    """Return a client of a shop of twenty days: TEA-1 sells at MAIN and nothing in the north, CUP-1 sold long ago."""
    clock = StillClock(Moment(time.time_ns() // 1_000 - 20 * MICROSECONDS_PER_DAY))
    store = mongo_store(database, clock=clock)
    for code in ("MAIN", "NORTH"):
        await given_location(store, code)
    for sku, cost in (("TEA-1", Decimal("2.50")), ("CUP-1", None)):
        await store.shop.change_item(ItemChange(sku=sku, name=f"Item {sku}", unit_cost=cost), request=request_info())
    began = clock.now
    for day, key, delta, reason in (
        (0, TEA, 40, RECEIPT),
        (0, TEA_NORTH, 3, RECEIPT),
        (1, CUP, 5, RECEIPT),
        (2, CUP, -1, SALE),
        (15, TEA, -10, SALE),
    ):
        clock.now = Moment(began + day * MICROSECONDS_PER_DAY)
        await adjust(store, key, delta, reason=reason)
    await store.close()
    return api


async def last_sale(database: Database, sku: str) -> str:
    """Return when an item was sold last, as the API writes it."""
    [line] = await database["movements"].find({"sku": sku, "reason": "SALE"}).to_list(None)
    return at(line["recorded_at"]).isoformat(timespec="microseconds").replace("+00:00", "Z")


async def test_a_dashboard_sees_through_its_levels(days: Api, database: Database) -> None:
    """What sells, what is dead, what it is worth."""
    answer = await days.run(INSIGHTS)
    assert answer["totalCount"] == 3
    cup, tea, north = answer["nodes"]
    assert tea == {
        "item": {"sku": "TEA-1"},
        "location": {"code": "MAIN"},
        "level": {"onHand": 30, "available": 30},
        "unitsSold": 10,
        "velocity": 1.0,
        "daysOfCover": 30.0,
        "turnover": pytest.approx(365 / 35, rel=1e-3),
        "meanOnHand": pytest.approx(35, rel=1e-3),  # 40 units for five days, 30 for five
        "stockOutDays": 0.0,
        "isDeadStock": False,
        "lastSoldAt": await last_sale(database, "TEA-1"),
        "salesValue": "25.00",
        "stockValue": "75.00",
        "abcClass": "A",
    }
    quiet = {"unitsSold": 0, "velocity": 0.0, "daysOfCover": None, "turnover": 0.0, "stockOutDays": 0.0}
    assert cup == {
        **quiet,
        "item": {"sku": "CUP-1"},
        "location": {"code": "MAIN"},
        "level": {"onHand": 4, "available": 4},
        "meanOnHand": 4.0,
        "isDeadStock": True,
        "lastSoldAt": await last_sale(database, "CUP-1"),
        "salesValue": None,
        "stockValue": None,
        "abcClass": "C",
    }
    assert north == {
        **quiet,
        "item": {"sku": "TEA-1"},
        "location": {"code": "NORTH"},
        "level": {"onHand": 3, "available": 3},
        "meanOnHand": 3.0,
        "isDeadStock": True,
        "lastSoldAt": None,
        "salesValue": "0.00",
        "stockValue": "7.50",
        "abcClass": "C",
    }


async def test_a_sale_is_seen_at_once(days: Api) -> None:
    """Whatever was asked before: what is told of a level is read when it is asked for."""
    await days.run(INSIGHTS)
    await days.run(SELL, delta=-30)
    tea = (await days.run(INSIGHTS, filter={"skus": ["TEA-1"], "locations": ["MAIN"]}))["nodes"][0]
    assert (tea["unitsSold"], tea["level"], tea["daysOfCover"]) == (40, {"onHand": 0, "available": 0}, 0.0)
    assert tea["stockOutDays"] < 0.01
    north = await days.run(INSIGHTS, filter={"isDeadStock": True, "skus": ["TEA-1"]})
    assert [node["location"]["code"] for node in north["nodes"]] == ["NORTH"]


async def test_lists_are_narrowed_and_ordered(days: Api) -> None:
    """By class, by dead stock, by what finds levels; by figures; over other days."""

    async def found(**asked: Any) -> list[tuple[str, str]]:  # noqa: ANN401 - variables are of any type
        answer = await days.run(INSIGHTS, **asked)
        assert answer["totalCount"] == len(answer["nodes"])
        return [(node["item"]["sku"], node["location"]["code"]) for node in answer["nodes"]]

    tea, cup, north = ("TEA-1", "MAIN"), ("CUP-1", "MAIN"), ("TEA-1", "NORTH")
    assert await found(filter={"abcClasses": ["A"]}) == [tea]
    assert await found(filter={"isDeadStock": True}) == [cup, north]
    assert await found(filter={"isDeadStock": True, "search": "cup"}) == [cup]
    assert await found(filter={"locations": ["NORTH"]}) == [north]
    assert await found(orderBy="LOCATION") == [cup, tea, north]
    assert await found(orderBy="SALES_VALUE") == [tea, cup, north]
    assert await found(orderBy="STOCK_VALUE", filter={"isDeadStock": True}) == [north, cup]
    assert await found(orderBy="DAYS_OF_COVER") == [tea, cup, north]
    assert await found(orderBy="STOCK_OUT_DAYS") == [cup, tea, north]
    assert await found(filter={"isDeadStock": True}, days=19) == [north]  # the cup was sold within them
    assert await days.error_message(INSIGHTS, days=731) == "`days` must be between 1 and 730, not 731."


TOTALS = """query Totals($filter: InventoryInsightFilter) {
  abcClassTotals(filter: $filter, days: 10) { abcClass levels deadLevels salesValue stockValue deadValue }
}"""


async def test_classes_come_to_the_sums_of_their_levels(days: Api) -> None:
    """Each of the three, whatever the filter leaves of it."""
    for where in ({}, {"locations": ["MAIN"]}, {"isDeadStock": True}, {"abcClasses": ["A"]}):
        page = await days.run(INSIGHTS, filter=where)
        totals = await days.run(TOTALS, filter=where)
        assert [each["abcClass"] for each in totals] == ["A", "B", "C"]
        for each in totals:
            levels = [node for node in page["nodes"] if node["abcClass"] == each["abcClass"]]
            dead = [node for node in levels if node["isDeadStock"]]
            assert (each["levels"], each["deadLevels"]) == (len(levels), len(dead))
            for name, nodes, value in (
                ("salesValue", levels, "salesValue"),
                ("stockValue", levels, "stockValue"),
                ("deadValue", dead, "stockValue"),
            ):
                assert Decimal(each[name]) == sum(Decimal(node[value] or 0) for node in nodes), name


async def test_lists_come_in_pages(days: Api) -> None:
    """From any order; a cursor belongs to its order."""
    for order in ("SKU", "SALES_VALUE"):
        skus, after = [], None
        for _ in range(3):
            page = await days.run(FIGURES, first=1, after=after, orderBy=order)
            skus += [node["item"]["sku"] for node in page["nodes"]]
            after = page["pageInfo"]["endCursor"]
        assert (skus, page["pageInfo"]["hasNextPage"]) == (
            ["CUP-1", "TEA-1", "TEA-1"] if order == "SKU" else ["TEA-1", "CUP-1", "TEA-1"],
            False,
        )
    assert "does not belong" in await days.error_message(FIGURES, first=1, after=after, orderBy="STOCK_VALUE")


async def test_what_nobody_asks_for_is_not_read(days: Api, database: Database) -> None:
    """Without a class or an order by figures nothing is ranked; with one, it is ranked once for all."""
    async with recorded(database) as commands:
        await days.run(FIGURES, first=50)
    assert commands == {
        "find levels": 1,
        "aggregate movements": 1,
        "aggregate levels": 1,  # when what sold nothing within the days was sold last
        "find items": 2,  # their costs, and what they are called
    }
    async with recorded(database) as commands:
        await days.run(INSIGHTS, filter={"locations": ["NORTH", "MAIN"]}, orderBy="STOCK_VALUE")
    assert commands["aggregate movements"] == 2
    assert commands["find levels"] == 2


async def test_a_shop_that_opened_just_now_has_insight(shop: Api) -> None:
    """What was sold today counts, by the days that there have been."""
    await shop.run(SELL, delta=-4)
    answer = await shop.run(DEFAULTS)
    assert answer["totalCount"] == 4
    assert [node["unitsSold"] for node in answer["nodes"] if node["item"]["sku"] == "TEA-1"] == [0, 4]
    tea = (await shop.run(INSIGHTS, filter={"skus": ["TEA-1"], "locations": ["MAIN"]}))["nodes"][0]
    assert (tea["velocity"], tea["daysOfCover"]) == (4.0, 1.5)


async def test_lists_say_as_of_when_their_levels_were_ranked(days: Api) -> None:
    """Of a list by SKU nothing was ranked."""
    query = "query ($by: InventoryInsightOrder!) { inventoryInsights(orderBy: $by) { nodes { rankedAt } } }"
    ranked = (await days.run(query, by="STOCK_VALUE"))["nodes"]
    [moment] = {node["rankedAt"] for node in ranked}
    assert abs(datetime.fromisoformat(moment).timestamp() - time.time()) < 60
    listed = (await days.run(query, by="SKU"))["nodes"]
    assert {node["rankedAt"] for node in listed} == {None}
