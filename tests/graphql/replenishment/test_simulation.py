"""replenishmentSimulation: the past of a level with another policy, beside what really was."""

from typing import Any

import pytest

from tests.graphql.api import Api

SELL = """
mutation ($input: StockAdjustInput!) { stockAdjust(input: $input) { userErrors { message } } }
"""
SIMULATE = """
query Simulate($input: ReplenishmentSimulationInput!) {
  replenishmentSimulation(input: $input) {
    policy { method targetLevel reorderPoint }
    leadTimeDays
    orderCount
    actual { days daysOutOfStock unitsSold unitsLost unitsReceived meanOnHand meanValue }
    simulated { days daysOutOfStock unitsSold unitsLost unitsReceived meanOnHand meanValue }
    days { unitsSold actualOnHand onHand lost arrived ordered }
  }
}
"""
TEA = {"sku": "TEA-1", "location": "MAIN"}


async def test_a_level_is_replayed_from_its_ledger(shop: Api) -> None:
    """With the settings that are given; nothing of the level changes."""
    await shop.run(SELL, input={**TEA, "delta": -4, "reason": "SALE"})
    tried = {"method": "MIN_MAX", "targetLevel": 20, "reorderPoint": 6, "leadTimeDays": 3}
    found = await shop.run(SIMULATE, input={**TEA, "days": 5, **tried})
    assert found["policy"] == {"method": "MIN_MAX", "targetLevel": 20, "reorderPoint": 6}
    assert found["leadTimeDays"] == 3
    *before, today = found["days"]
    nothing = {"unitsSold": 0, "actualOnHand": None, "onHand": None, "lost": 0, "arrived": 0, "ordered": 0}
    assert before == [nothing] * 4
    assert today == {"unitsSold": 4, "actualOnHand": 6, "onHand": 6, "lost": 0, "arrived": 10, "ordered": 14}
    assert found["orderCount"] == 1
    assert found["actual"] == {
        "days": 1,
        "daysOutOfStock": 0,
        "unitsSold": 4,
        "unitsLost": None,
        "unitsReceived": 10,
        "meanOnHand": 6.0,
        "meanValue": None,
    }
    assert found["simulated"] == {**found["actual"], "unitsLost": 0}
    again = await shop.run(SIMULATE, input=TEA)
    assert again["policy"]["method"] == "NONE"
    assert len(again["days"]) == 90


async def test_an_unknown_level_has_no_past(shop: Api) -> None:
    """As any other read."""
    assert await shop.run(SIMULATE, input={"sku": "NONE", "location": "MAIN"}) is None


REFUSALS: dict[str, tuple[dict[str, Any], str]] = {
    "too many days": ({"days": 91}, "`days` must be between 1 and 90"),
    "a lead time that cannot be": ({"leadTimeDays": -1}, "ead time"),
    "a method without its numbers": ({"method": "FIXED_QUANTITY"}, "must be set for the method FIXED_QUANTITY"),
    "a target below the reorder point": ({"reorderPoint": 9, "targetLevel": 8}, "target level"),
    "a service level that cannot be": ({"method": "DEMAND_BASED", "serviceLevel": 2}, "service level"),
}


@pytest.mark.parametrize(("said", "message"), REFUSALS.values(), ids=REFUSALS)
async def test_impossible_settings_are_refused(shop: Api, said: dict[str, Any], message: str) -> None:
    """With the words in which a level refuses them."""
    response = await shop.post(SIMULATE, {"input": {**TEA, **said}})
    [error] = response.json()["errors"]
    assert (error["extensions"]["code"], message in error["message"]) == ("BAD_USER_INPUT", True), error
