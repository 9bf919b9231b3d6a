"""What a level waits for, and how long its suppliers took."""

from tests.graphql.api import Api
from tests.graphql.purchasing.operations import RECEIVE, SUBMIT, change, created, given_offer, given_supplier, line

AWAITED = """
query {
  stockLevel(sku: "TEA-1", location: "MAIN") {
    incoming
    openPurchaseOrders { totalCount nodes { id state lines { nodes { item { sku } outstanding } } } }
    openTransfers { totalCount nodes { id } }
  }
}
"""
TRANSFER = """
mutation ($input: TransferCreateInput!) { transferCreate(input: $input) { transfer { id } userErrors { message } } }
"""
SHIP = "mutation ($input: TransferShipInput!) { transferShip(input: $input) { userErrors { message } } }"
LEAD_TIMES = """
query { supplier(code: "ACME") {
  leadTimes { orders meanDays fastestDays slowestDays meanPromisedDays onTimeShare }
} }
"""
NORTH = {"source": "MAIN", "destination": "NORTH", "lines": [{"sku": "TEA-1", "quantity": 2}]}


async def test_a_level_names_the_orders_that_it_waits_for(shop: Api) -> None:
    """Drafts included; what has arrived, or goes elsewhere, is not among them."""
    await given_supplier(shop)
    await given_offer(shop)
    nothing = {"totalCount": 0, "nodes": []}
    assert await shop.run(AWAITED) == {"incoming": 0, "openPurchaseOrders": nothing, "openTransfers": nothing}
    draft = await created(shop, line("TEA-1", 4))
    found = await shop.run(AWAITED)
    assert [(each["id"], each["state"]) for each in found["openPurchaseOrders"]["nodes"]] == [(draft, "DRAFT")]
    await change(shop, SUBMIT, id=draft, expectedVersion=1)
    found = await shop.run(AWAITED)
    assert (found["incoming"], found["openPurchaseOrders"]["totalCount"]) == (4, 1)
    [order] = found["openPurchaseOrders"]["nodes"]
    assert (order["state"], order["lines"]) == ("SUBMITTED", [{"item": {"sku": "TEA-1"}, "outstanding": 4}])
    await change(shop, RECEIVE, id=draft, isComplete=True)
    assert (await shop.run(AWAITED))["openPurchaseOrders"] == nothing
    times = (await shop.run(LEAD_TIMES))["leadTimes"]
    assert (times["orders"], times["onTimeShare"]) == (1, 1.0)
    assert 0 <= times["fastestDays"] == times["meanDays"] == times["slowestDays"] < 1


async def test_a_level_names_the_transfers_that_it_waits_for(shop: Api) -> None:
    """Those to it, not those from it."""
    made = await shop.run(TRANSFER, input=NORTH)
    await shop.run(SHIP, input={"id": made["transfer"]["id"]})
    assert (await shop.run(AWAITED))["openTransfers"]["totalCount"] == 0
    there = await shop.run(AWAITED.replace('"MAIN"', '"NORTH"'))
    assert (there["incoming"], there["openTransfers"]["nodes"]) == (2, [{"id": made["transfer"]["id"]}])
