"""Replenishment as clients see it: from a sale to an order that says why it was made, and what would be ordered."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.graphql.api import Api
from tests.support.waiting import eventually

CONFIGURE = """
mutation ($input: StockLevelConfigureInput!) {
  stockLevelConfigure(input: $input) { level { needsReorder } userErrors { message field } }
}"""
SUPPLIER = """
mutation ($code: String!, $autoSubmit: Boolean!) {
  supplierUpsert(input: {code: $code, name: "Supplier", leadTimeDays: 7, orderingCost: "5", autoSubmit: $autoSubmit}) {
    userErrors { message }
  }
}"""
OFFER = """
mutation ($supplier: String!, $sku: String!) {
  supplierItemUpsert(input: {supplier: $supplier, sku: $sku, unitCost: "2", packSize: 6}) { userErrors { message } }
}"""
SALE = """
mutation ($units: Int!) {
  saleRecord(input: {location: "MAIN", lines: [{sku: "TEA-1", quantity: $units}]}) { userErrors { message } }
}"""
ORDERS = """
query ($state: PurchaseOrderState!) {
  purchaseOrders(filter: {states: [$state]}) {
    nodes {
      id state isAutomatic supplier { code }
      lines { nodes {
        item { sku } quantity
        reasons { method at wanted quantity position available reorderPoint targetLevel packSize }
      } }
    }
  }
}"""
NEEDS = """
query ($where: StockLevelFilter, $atReview: Boolean! = false) {
  replenishmentNeeds(filter: $where, atReview: $atReview) {
    totalCount
    nodes {
      route wanted quantity leadTimeDays unitCost supplier { code } source { code }
      level { item { sku } location { code } position policy { method targetLevel } }
    }
  }
}"""
ADVICE = """
query ($where: StockLevelFilter, $serviceLevel: Float, $holdingRate: Float! = 0.25) {
  replenishmentAdvice(filter: $where, serviceLevel: $serviceLevel, holdingRate: $holdingRate) {
    totalCount
    nodes {
      level { item { sku } } days unitsSold dailyDemand dailyDeviation leadTimeDays supplier { code }
      reorderPoint targetLevel safetyStock riskPoint economicOrderQuantity wouldChange
    }
  }
}"""
RUN = """
mutation ($input: ReplenishmentRunInput!) {
  replenishmentRun(input: $input) {
    operation { id kind recordedAt } replayed userErrors { message }
    reviewed changed purchaseOrderCount transferCount declinedCount
    purchaseOrders { id state version updatedAt lines { nodes { item { sku } quantity reasons { at wanted } } } }
    transfers { id state lines { nodes { item { sku } quantity } } source { code } }
  }
}"""
SUBMIT = """
mutation ($id: ID!) {
  purchaseOrderSubmit(input: {id: $id, expectedVersion: 1}) { purchaseOrder { state } userErrors { message } } }"""


STRIKE = """
mutation ($id: ID!, $sku: String!, $extra: String!) {
  purchaseOrderUpdate(input: {id: $id, lines: [{sku: $sku, quantity: 0}, {sku: $extra, quantity: 1}]}) {
    purchaseOrder { setBy lines { nodes { item { sku } setBy } } struckLines { nodes { item { sku } quantity setBy } } }
  }
}"""
DECLINED = """
{
  replenishmentNeeds {
    nodes {
      route wanted quantity level { needsReorder }
      declined { reason quantity purchaseOrderId position resumesAtPosition until }
    }
  }
}"""
SNOOZE = """
mutation ($input: ReplenishmentNeedSnoozeInput!) {
  replenishmentNeedSnooze(input: $input) { level { declined { reason resumesAtPosition } } userErrors { code } }
}"""
RESUME = """
mutation ($input: ReplenishmentNeedResumeInput!) {
  replenishmentNeedResume(input: $input) { level { needsReorder } userErrors { code message } }
}"""


async def given_terms(api: Api, *skus: str, auto_submit: bool = False) -> None:
    """Let ACME offer these items."""
    await api.run(SUPPLIER, code="ACME", autoSubmit=auto_submit)
    for sku in skus:
        await api.run(OFFER, supplier="ACME", sku=sku)


async def given_policy(api: Api, sku: str = "TEA-1", **settings: Any) -> None:  # noqa: ANN401 - JSON is of any type
    """Let a level at MAIN go by a policy."""
    answer = await api.run(CONFIGURE, input={"sku": sku, "location": "MAIN", **settings})
    assert answer["userErrors"] == []


async def sell(api: Api, units: int) -> None:
    """Sell units of TEA-1, of which MAIN has 10."""
    assert (await api.run(SALE, units=units))["userErrors"] == []


async def orders(api: Api, state: str) -> list[dict[str, Any]]:
    """Return the orders in a state."""
    found: list[dict[str, Any]] = (await api.run(ORDERS, state=state))["nodes"]
    return found


@pytest.mark.parametrize(("auto_submit", "state"), [(False, "DRAFT"), (True, "SUBMITTED")])
async def test_a_sale_below_the_reorder_point_is_ordered_by_itself(shop: Api, auto_submit: bool, state: str) -> None:
    """Nobody asks for it. The order says why, and waits for people unless its supplier wants none in between."""
    # given
    await given_terms(shop, "TEA-1", auto_submit=auto_submit)
    await given_policy(shop, method="MIN_MAX", reorderPoint=4, targetLevel=20)
    # when
    await sell(shop, 7)
    # then
    [order] = await eventually(lambda: orders(shop, state))
    assert (order["isAutomatic"], order["supplier"]) == (True, {"code": "ACME"})
    [line] = order["lines"]
    [reason] = line["reasons"]
    assert reason.pop("at")
    assert reason == {
        "method": "MIN_MAX",
        "wanted": 17,
        "quantity": 18,
        "position": 3,
        "available": 3,
        "reorderPoint": 4,
        "targetLevel": 20,
        "packSize": 6,
    }
    assert line["quantity"] == 18


@pytest.mark.complaint("O1", "O2")
async def test_what_a_buyer_declined_is_told_and_left_out(shop: Api) -> None:
    """On the draft, at the level, in the list of needs and by a run; and it can be put off until a time."""
    # given
    await given_terms(shop, "TEA-1")
    await given_policy(shop, method="MIN_MAX", reorderPoint=12, targetLevel=40)
    [order] = await eventually(lambda: orders(shop, "DRAFT"))
    # when
    changed = (await shop.run(STRIKE, id=order["id"], sku="TEA-1", extra="CUP-1"))["purchaseOrder"]
    # then
    assert [(line["item"]["sku"], line["setBy"]) for line in changed["lines"]] == [("CUP-1", "anonymous")]
    assert changed["struckLines"] == [{"item": {"sku": "TEA-1"}, "quantity": 30, "setBy": "anonymous"}]
    assert changed["setBy"] == "anonymous"
    run = await shop.run(RUN, input={})
    assert (run["purchaseOrderCount"], run["declinedCount"]) == (0, 1)
    [need] = (await shop.run(DECLINED))["nodes"]
    assert need.pop("declined") == {
        "reason": "LINE_REMOVED",
        "quantity": 0,
        "purchaseOrderId": order["id"],
        "position": 10,
        "resumesAtPosition": 5,
        "until": None,
    }
    assert need == {"route": "DECLINED", "wanted": 30, "quantity": 0, "level": {"needsReorder": False}}
    assert (await shop.run(NEEDS, where={"needsReorder": True}))["nodes"] == []
    # when
    level = {"sku": "TEA-1", "location": "MAIN"}
    until = f"{datetime.now(UTC) + timedelta(seconds=2):%Y-%m-%dT%H:%M:%S.%fZ}"
    snoozed = await shop.run(SNOOZE, input={**level, "until": until, "evenIfWorse": True})
    assert snoozed["level"]["declined"] == {"reason": "SNOOZED", "resumesAtPosition": None}
    # then
    [woken] = await eventually(lambda: others(shop, order["id"]))
    assert [line["quantity"] for line in woken["lines"]] == [30]
    [error] = (await shop.run(RESUME, input=level))["userErrors"]
    assert error["code"] == "NOTHING_TO_CHANGE"


async def others(api: Api, but: str) -> list[dict[str, Any]]:
    """Return the drafts without one."""
    return [order for order in await orders(api, "DRAFT") if order["id"] != but]


async def test_needs_tell_what_nobody_offers(shop: Api) -> None:
    """And nothing of levels that need nothing."""
    assert (await shop.run(NEEDS))["nodes"] == []
    await given_policy(shop, method="MIN_MAX", reorderPoint=30, targetLevel=40)
    found = await shop.run(NEEDS, where={"locations": ["MAIN"]})
    assert found["totalCount"] == 1
    [need] = found["nodes"]
    level = need.pop("level")
    assert (level["item"], level["policy"]) == ({"sku": "TEA-1"}, {"method": "MIN_MAX", "targetLevel": 40})
    assert need == {
        "route": "NO_SOURCE",
        "wanted": 40 - level["position"],
        "quantity": 0,
        "leadTimeDays": None,
        "unitCost": None,
        "supplier": None,
        "source": None,
    }


async def test_what_periodic_levels_need_is_ordered_by_a_review(shop: Api) -> None:
    """Every day is a review date of a level with one review day. Running it again orders nothing again."""
    # given
    await given_terms(shop, "TEA-1")
    await given_policy(shop, method="PERIODIC", reviewDays=1, targetLevel=30)
    assert (await shop.run(NEEDS))["nodes"] == []
    [need] = (await shop.run(NEEDS, atReview=True))["nodes"]
    assert (need["route"], need["unitCost"], need["leadTimeDays"]) == ("PURCHASE", "2.00", 7)
    # when
    answer = await shop.run(RUN, input={"atReview": True, "idempotencyKey": "monday"})
    # then
    assert answer["userErrors"] == []
    assert (answer["operation"]["kind"], answer["replayed"]) == ("replenishmentRun", False)
    [order] = answer["purchaseOrders"]
    assert [line["quantity"] for line in order["lines"]] == [need["quantity"]]
    again = await shop.run(RUN, input={"atReview": True})
    assert (again["purchaseOrders"], again["transfers"]) == ([], [])
    other = await shop.run(RUN, input={"atReview": False, "idempotencyKey": "monday"})
    assert [error["message"] for error in other["userErrors"]] == [
        "The idempotency key 'monday' was used before with another input."
    ]
    [need] = (await shop.run(NEEDS, atReview=True))["nodes"]
    assert (need["route"], need["wanted"]) == ("NOT_YET", 0)


async def test_a_repeated_run_lists_what_the_first_did(shop: Api) -> None:
    """The same orders, each as it is by now. Nothing is ordered again."""
    # given
    await given_terms(shop, "TEA-1")
    await given_policy(shop, method="PERIODIC", reviewDays=1, targetLevel=30)
    said = {"atReview": True, "idempotencyKey": "monday"}
    first = await shop.run(RUN, input=said)
    [order] = first["purchaseOrders"]
    assert (first["purchaseOrderCount"], first["transferCount"], first["transfers"]) == (1, 0, [])
    assert first["reviewed"] > 0
    await shop.run(SUBMIT, id=order["id"])
    # when
    async with shop.nothing_changes():
        again = await shop.run(RUN, input=said)
    # then
    now = {**order, **again["purchaseOrders"][0]}
    assert (now["id"], now["state"]) == (order["id"], "SUBMITTED")
    assert again == {**first, "purchaseOrders": [now], "replayed": True}
    assert [each["id"] for each in await orders(shop, "SUBMITTED")] == [order["id"]]


async def test_advice_is_computed_from_measured_demand(shop: Api) -> None:
    """For the service level that is asked for; nothing is changed by asking."""
    # given
    await given_terms(shop, "TEA-1")
    await sell(shop, 3)
    where = {"skus": ["TEA-1"], "locations": ["MAIN"]}
    # when
    [plain] = (await shop.run(ADVICE, where=where))["nodes"]
    [asked] = (await shop.run(ADVICE, where=where, serviceLevel=0.95))["nodes"]
    # then
    assert (plain["reorderPoint"], plain["targetLevel"], plain["safetyStock"]) == (None, None, None)
    assert (asked["days"], asked["unitsSold"], asked["dailyDemand"], asked["dailyDeviation"]) == (1, 3, 3.0, 0.0)
    assert (asked["reorderPoint"], asked["targetLevel"], asked["safetyStock"]) == (21, 42, 0)
    assert (asked["riskPoint"], asked["leadTimeDays"], asked["supplier"]) == (21, 7, {"code": "ACME"})
    assert (
        asked["economicOrderQuantity"] == 148
    )  # the root of 2 · 1,095 units a year · 5 an order / 0.5 a unit and year


@pytest.mark.parametrize(
    ("variables", "rule"),
    [
        ({"serviceLevel": 1.0}, "serviceLevel"),
        ({"serviceLevel": 0.1}, "serviceLevel"),
        ({"holdingRate": 0}, "holdingRate"),
    ],
)
async def test_advice_for_impossible_numbers_is_a_mistake(shop: Api, variables: dict[str, float], rule: str) -> None:
    """And says which number it is."""
    [fault] = await shop.errors(ADVICE, **variables)
    assert fault["extensions"]["code"] == "BAD_USER_INPUT"
    assert rule in fault["message"]
