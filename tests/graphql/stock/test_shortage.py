"""Units that are gone, as clients see it: recorded, and the orders that are short are named."""

import pytest

from tests.graphql.api import Api
from tests.graphql.counting.operations import opened, recorded, units
from tests.graphql.reservations.operations import FULFILL, line, reserved

POST = """
mutation ($input: CountPostInput!) {
  countPost(input: $input) {
    count { state }
    operation { movements { nodes { level { item { sku } onHand reserved available shortfall alerts { type } } } } }
    shortReservations(first: 1) {
      totalCount nodes { reference shortUnits short { nodes { sku location { code } units } } }
    }
    userErrors { message }
  }
}
"""
ADJUST = """
mutation ($input: StockAdjustInput!) {
  stockAdjust(input: $input) {
    level { onHand shortfall oversold shortReservations(first: 9) { nodes { reference shortUnits } } }
    userErrors { message }
  }
}
"""
SHORT = """
query ($filter: ReservationFilter) {
  reservations(filter: $filter) {
    totalCount nodes { reference shortUnits lines(first: 5) { nodes { holds { nodes { held } } } } }
  }
  alerts(filter: { types: [SHORTFALL], states: [OPEN] }) {
    nodes { level { shortReservations { totalCount nodes { reference } } } }
  }
}
"""


@pytest.mark.complaint("F1")
async def test_a_stocktake_that_finds_less_than_is_reserved_names_the_orders(shop: Api) -> None:
    """Everything is posted; who is short is told with it, in lists, at the level and by its alert."""
    # given
    one, two = [await reserved(shop, line("TEA-1", 4, "MAIN"), reference=f"O-{number}") for number in (1, 2)]
    identity = await opened(shop)
    await recorded(shop, identity, units("TEA-1", 5), units("CUP-1", 3))
    # when
    posted = await shop.run(POST, input={"id": identity})
    # then
    assert posted["userErrors"] == []
    assert posted["count"] == {"state": "POSTED"}
    levels = {line["level"]["item"]["sku"]: line["level"] for line in posted["operation"]["movements"]}
    assert {"onHand": 5, "reserved": 8, "available": -3, "shortfall": 3}.items() <= levels["TEA-1"].items()
    assert {"type": "SHORTFALL"} in levels["TEA-1"]["alerts"]
    assert (levels["CUP-1"]["onHand"], levels["CUP-1"]["shortfall"]) == (3, 0)
    named = {"reference": "O-2", "shortUnits": 3, "short": [{"sku": "TEA-1", "location": {"code": "MAIN"}, "units": 3}]}
    assert posted["shortReservations"] == {"totalCount": 1, "nodes": [named]}
    assert await short(shop, isShort=True) == {"O-2": 3}
    assert await short(shop, isShort=False) == {"O-1": 0}
    alerted = (await shop.run(SHORT))["alerts"]["nodes"]
    assert [node["level"]["shortReservations"]["nodes"] for node in alerted] == [[{"reference": "O-2"}]]
    # when
    [error] = (await shop.run(FULFILL, input={"id": two["id"]}))["userErrors"]
    # then
    assert (error["code"], error["field"]) == ("ORDER_IS_SHORT", ["id"])
    assert (await shop.run(FULFILL, input={"id": one["id"]}))["userErrors"] == []
    arrived = {"sku": "TEA-1", "location": "MAIN", "delta": 2, "reason": "RECEIPT"}
    level = (await shop.run(ADJUST, input=arrived))["level"]
    assert level == {
        "onHand": 3,
        "shortfall": 1,
        "oversold": 0,
        "shortReservations": {"nodes": [{"reference": "O-2", "shortUnits": 1}]},
    }


async def short(shop: Api, **filter: bool) -> dict[str, int]:
    """Return the units by which the reservations of a list are short."""
    page = (await shop.run(SHORT, filter=filter))["reservations"]
    assert page["totalCount"] == len(page["nodes"])
    return {node["reference"]: node["shortUnits"] for node in page["nodes"]}
