"""The summary: what a dashboard is told in one request, in numbers of any size, and what that costs the database."""

import asyncio
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from app.domain.access.principal import TRUSTED
from app.domain.stock.summary import Breakdown, InventorySummary
from app.domain.stock.summary import StockTotals as DomainTotals
from app.domain.time import Moment
from app.services.filters import LevelFilter
from app.services.stock.summaries import Summaries
from app.store.driver.client import Database
from app.web.graphql import Engine, GraphQLApp
from app.web.graphql.fast.execution import CompiledExecution
from schema.context import Context
from schema.root import schema
from tests.graphql.api import Api
from tests.graphql.reads import recorded
from tests.support.clock import StillClock

SUMMARY = """
fragment Sums on StockTotals {
  levels inStockLevels lowLevels outLevels
  onHand reserved unavailable backordered available incoming unvaluedUnits
  onHandValue reservedValue availableValue incomingValue
}
query Summary($filter: StockLevelFilter) {
  inventorySummary(filter: $filter) {
    totals { ...Sums }
    byLocation { location { code } totals { ...Sums } }
    otherLocations { ...Sums }
    byCategory { category totals { ...Sums } }
    otherCategories { ...Sums }
  }
}
"""
ON_HAND = """
query OnHand($filter: StockLevelFilter) {
  inventorySummary(filter: $filter) {
    totals { levels onHand }
    byLocation { location { id code name } totals { onHand } }
    byCategory { category totals { onHand } }
  }
}
"""
AS_OF = "{ inventorySummary { asOf } }"
VALUES = "{ inventorySummary { totals { onHand onHandValue availableValue } } }"
UNITS = "{ inventorySummary { totals { onHand available } } }"
COST = """
mutation Cost($sku: String!, $cost: Decimal) { itemUpsert(input: {sku: $sku, unitCost: $cost}) { replayed } }
"""
FILL = """
mutation Fill($lines: [StockAdjustLineInput!]!) {
  stockAdjustMany(input: {lines: $lines}) { results { userErrors { code } } userErrors { code } }
}
"""
PLACE = "mutation ($code: String!) { locationUpsert(input: {code: $code, name: $code}) { replayed } }"
THING = """
mutation ($sku: String!, $cost: Decimal) { itemUpsert(input: {sku: $sku, name: $sku, unitCost: $cost}) { replayed } }
"""

MAX = 2_147_483_647
ZERO = {
    **dict.fromkeys(("levels", "inStockLevels", "lowLevels", "outLevels"), 0),
    **dict.fromkeys(("onHand", "reserved", "unavailable", "backordered", "available", "incoming", "unvaluedUnits"), 0),
    **dict.fromkeys(("onHandValue", "reservedValue", "availableValue", "incomingValue"), "0.00"),
}


def sums(**others: int | str) -> dict[str, int | str]:
    """Return sums that are zero unless told otherwise."""
    return {**ZERO, **others}


async def test_without_stock_all_is_zero(api: Api) -> None:
    """Zeros and empty lists, and nothing is null but what is left over."""
    assert await api.run(SUMMARY) == {
        "totals": ZERO,
        "byLocation": [],
        "otherLocations": None,
        "byCategory": [],
        "otherCategories": None,
    }


async def test_a_dashboard_is_told_everything_in_one_request(shop: Api) -> None:
    """Counts are numbers, values are strings with two decimals or as many as they need."""
    # given
    await shop.run(COST, sku="TEA-1", cost="2.5")
    await shop.run(COST, sku="OLD-1", cost="0.0125")
    # then
    assert await shop.run(SUMMARY) == {
        "totals": sums(
            levels=4,
            inStockLevels=2,
            outLevels=2,
            onHand=19,
            available=14,
            unvaluedUnits=4,
            onHandValue="30.0375",
            availableValue="25.00",
        ),
        "byLocation": [
            {
                "location": {"code": "CLOSED"},
                "totals": sums(levels=1, outLevels=1, onHand=2, onHandValue="5.00"),
            },
            {
                "location": {"code": "MAIN"},
                "totals": sums(
                    levels=3,
                    inStockLevels=2,
                    outLevels=1,
                    onHand=17,
                    available=14,
                    unvaluedUnits=4,
                    onHandValue="25.0375",
                    availableValue="25.00",
                ),
            },
        ],
        "otherLocations": None,
        "byCategory": [
            {
                "category": "Tea",
                "totals": sums(
                    levels=3,
                    inStockLevels=1,
                    outLevels=2,
                    onHand=15,
                    available=10,
                    onHandValue="30.0375",
                    availableValue="25.00",
                ),
            },
            {
                "category": None,
                "totals": sums(levels=1, inStockLevels=1, onHand=4, available=4, unvaluedUnits=4),
            },
        ],
        "otherCategories": None,
    }
    narrowed = await shop.run(SUMMARY, filter={"skus": ["TEA-1"], "locations": ["MAIN"]})
    assert narrowed["totals"] == sums(
        levels=1, inStockLevels=1, onHand=10, available=10, onHandValue="25.00", availableValue="25.00"
    )


@pytest.mark.parametrize(
    ("where", "levels", "on_hand", "codes"),
    [
        (None, 4, 19, ["CLOSED", "MAIN"]),
        ({}, 4, 19, ["CLOSED", "MAIN"]),
        ({"locations": ["MAIN", "NORTH"]}, 3, 17, ["MAIN"]),
        ({"statuses": ["LOW"]}, 0, 0, []),
        ({"statuses": []}, 0, 0, []),
        ({"skus": ["CUP-1", "none"]}, 1, 4, ["MAIN"]),
        ({"search": "old tea"}, 1, 3, ["MAIN"]),
        ({"search": "tea", "statuses": ["IN_STOCK"]}, 1, 10, ["MAIN"]),
    ],
)
async def test_a_filter_leaves_the_levels_that_a_list_would_have(
    lasting_shop: Api, where: dict[str, Any] | None, levels: int, on_hand: int, codes: list[str]
) -> None:
    """The same filter as of `stockLevels`; groups without a level are left out. Asked again, it is answered alike."""
    for _ in range(3):
        told = await lasting_shop.run(ON_HAND, filter=where)
        assert told["totals"] == {"levels": levels, "onHand": on_hand}
        assert [group["location"]["code"] for group in told["byLocation"]] == codes
        assert [group["location"]["name"] for group in told["byLocation"]] == [f"Place {code}" for code in codes]
        assert sum(group["totals"]["onHand"] for group in told["byCategory"]) == on_hand


async def test_numbers_are_whole_beyond_what_an_int_and_a_double_hold(api: Api) -> None:
    """Units are a JSON number with all its digits, values a string with all of theirs."""
    # given
    codes = [f"L{number}" for number in range(5)]
    for code in codes:
        await api.run(PLACE, code=code)
    for sku, cost in (("GOLD", "999999999.9999"), ("DUST", "0.0001")):
        await api.run(THING, sku=sku, cost=cost)
    lines = [{"sku": "GOLD", "location": code, "delta": MAX, "reason": "RECEIPT"} for code in codes]
    lines.append({"sku": "DUST", "location": "L0", "delta": 3, "reason": "RECEIPT"})
    assert (await api.run(FILL, lines=lines))["userErrors"] == []
    # when
    response = await api.post(VALUES)
    # then
    value = "10737418234998926258.1768"  # 5 x 2,147,483,647 x 999,999,999.9999 + 3 x 0.0001
    assert response.json() == {
        "data": {"inventorySummary": {"totals": {"onHand": 5 * MAX + 3, "onHandValue": value, "availableValue": value}}}
    }
    assert '"onHand":10737418238,' in response.text


class Fixed:
    """A reader that always gives the same totals."""

    def __init__(self, totals: DomainTotals) -> None:
        self._totals = totals

    async def summary(self, where: LevelFilter, *, as_of: Moment) -> InventorySummary:
        return InventorySummary(as_of=as_of, totals=self._totals, by_location=Breakdown(), by_category=Breakdown())


def serving(totals: DomainTotals) -> httpx.AsyncClient:
    """Return a client of the API over these totals and a clock that stands still."""
    services: Any = SimpleNamespace(summaries=Summaries(reader=Fixed(totals), clock=StillClock()))
    engine = Engine(
        CompiledExecution(schema),
        make_context=lambda _, request_id: Context(services=services, request_id=request_id, principal=TRUSTED),
    )
    return httpx.AsyncClient(transport=httpx.ASGITransport(GraphQLApp(engine)), base_url="http://localhost")


async def test_units_have_all_their_digits_beyond_what_a_double_holds() -> None:
    """It is up to the reader to keep them. So it is when asked for the first time, and again."""
    async with serving(DomainTotals(on_hand=2**60 + 1, unavailable=2**61)) as client:
        for _ in range(3):
            response = await client.post("/graphql", json={"query": UNITS})
            assert response.text == (
                '{"data":{"inventorySummary":{"totals":'
                '{"onHand":1152921504606846977,"available":-1152921504606846975}}}}'
            )


async def test_it_says_when_it_was_added_up() -> None:
    """By the clock of the database."""
    async with serving(DomainTotals()) as client:
        response = await client.post("/graphql", json={"query": AS_OF})
    assert response.json() == {"data": {"inventorySummary": {"asOf": "2025-10-09T08:53:20Z"}}}


async def test_dashboards_that_ask_at_once_share_one_answer(shop: Api, database: Database) -> None:
    """Fifty requests cost two reads of the totals, as a location is archived, and hardly more of the locations."""
    async with recorded(database) as counts:
        answers = await asyncio.gather(*(shop.run(ON_HAND) for _ in range(50)))
    assert all(answer == answers[0] for answer in answers)
    assert answers[0]["totals"] == {"levels": 4, "onHand": 19}
    assert (counts["aggregate levels"], counts["find stock_totals"]) == (0, 2)
    assert counts["find locations"] in range(2, 5)  # those who ask while one read is under way share the next


async def test_groups_cost_no_read_where_only_their_codes_are_asked_for(shop: Api, database: Database) -> None:
    """A dashboard that knows its locations by code reads nothing but the sums, and which locations are archived."""
    async with recorded(database) as counts:
        told = await shop.run(SUMMARY)
    assert [group["location"]["code"] for group in told["byLocation"]] == ["CLOSED", "MAIN"]
    assert (counts["aggregate levels"], counts["find stock_totals"], counts["find locations"]) == (0, 2, 1)
