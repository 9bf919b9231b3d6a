"""What happened to a document, as a page lists it: who did what and when, so that one of it can be reversed."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.graphql.api import Api
from tests.graphql.purchasing import operations as purchases
from tests.graphql.reservations import operations as reservations
from tests.graphql.transfers import operations as transfers

OF_DOCUMENT = """
query ($id: ID!) { node(id: $id) {
  ... on PurchaseOrder { operations(first: 9) { ...Listed } }
  ... on Transfer { operations(first: 9) { ...Listed } }
  ... on Reservation { operations(first: 9) { ...Listed } }
} }
fragment Listed on OperationConnection {
  totalCount
  nodes {
    id kind actor note recordedAt reverses { id }
    movements(first: 1) { totalCount nodes { delta level { item { sku } location { code } } } }
  }
}
"""
REVERSE = """
mutation ($input: %s!) { %s(input: $input) { operation { id } userErrors { message } } }
"""
Given = Callable[[Api], Awaitable[tuple[str, str]]]
TWO = {"sku": "TEA-1", "quantity": 2}


async def order(api: Api) -> tuple[str, str]:
    """Return the ids of a purchase order that has arrived, and of its receipt."""
    await purchases.given_supplier(api)
    await purchases.given_offer(api)
    made = await purchases.created(api, purchases.line("TEA-1", 2))
    await purchases.change(api, purchases.SUBMIT, id=made, expectedVersion=1)
    return made, await done(api, "purchaseOrderReceive", id=made)


async def transfer(api: Api) -> tuple[str, str]:
    """Return the ids of a transfer of which nothing arrived, and of the receipt that says so."""
    made = await api.run(transfers.CREATE, input={"source": "MAIN", "destination": "NORTH", "lines": [TWO]})
    identity = made["transfer"]["id"]
    await api.run(transfers.SHIP, input={"id": identity})
    return identity, await done(api, "transferReceive", id=identity, lines=[], isComplete=True, shortReason="LOST")


async def reservation(api: Api) -> tuple[str, str]:
    """Return the ids of an order that was shipped, and of the shipment."""
    made = await api.run(reservations.CREATE, input={"lines": [{**TWO, "location": "MAIN"}]})
    identity = made["reservation"]["id"]
    return identity, await done(api, "reservationFulfill", id=identity)


async def done(api: Api, mutation: str, **input: Any) -> str:  # noqa: ANN401 - JSON
    """Return the id of the operation of a mutation that is accepted."""
    text = REVERSE % (f"{mutation[0].upper()}{mutation[1:]}Input", mutation)
    payload = await api.run(text, input=input)
    assert payload["userErrors"] == []
    identity: str = payload["operation"]["id"]
    return identity


CASES = {
    "an order": (order, "purchaseOrderReceiptReverse", "receipt", ["Receive", "Submit", "Create"]),
    "a transfer": (transfer, "transferLossReverse", "operation", ["Receive", "Ship", "Create"]),
    "a reservation": (reservation, "reservationFulfillmentReverse", "operation", ["Fulfill", "Create"]),
}


@pytest.mark.parametrize(("given", "mutation", "argument", "kinds"), CASES.values(), ids=CASES)
async def test_a_document_lists_the_operation_to_reverse(
    shop: Api, given: Given, mutation: str, argument: str, kinds: list[str]
) -> None:
    """The newest first; the one that reverses it stands before it, and names it."""
    document, wrong = await given(shop)
    found = (await shop.run(OF_DOCUMENT, id=document))["operations"]
    assert [each["kind"].lstrip("abcdefghijklmnopqrstuvwxyz").removeprefix("Order") for each in found["nodes"]] == kinds
    newest = found["nodes"][0]
    assert (newest["id"], newest["reverses"], found["totalCount"]) == (wrong, None, len(kinds))
    assert newest["movements"]["totalCount"] == 1
    assert newest["movements"]["nodes"][0]["level"]["item"] == {"sku": "TEA-1"}
    # when
    taken_back = await done(shop, mutation, id=document, note="by mistake", **{argument: wrong})
    # then
    after = (await shop.run(OF_DOCUMENT, id=document))["operations"]
    assert after["nodes"][1:] == found["nodes"]
    first = after["nodes"][0]
    assert (first["id"], first["kind"], first["note"]) == (taken_back, mutation, "by mistake")
    assert first["reverses"] == {"id": wrong}
