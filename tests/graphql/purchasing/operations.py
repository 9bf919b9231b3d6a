"""The mutations and reads of suppliers and purchase orders that their tests share."""

from typing import Any

from tests.graphql.api import Api
from tests.graphql.operations import WHY

SUPPLIER = """
fragment Vendor on Supplier {
  id code name email leadTimeDays orderingCost minimumOrderValue autoSubmit isArchived version
}
"""
OFFER = """
fragment Offer on SupplierItem {
  id supplier { code } item { sku } supplierSku unitCost minimumQuantity packSize leadTimeDays isPreferred isRemoved
}
"""
WHOLE = """
fragment Whole on PurchaseOrder {
  id state supplier { code } location { code } reference note isAutomatic value unvaluedUnits version
  createdAt updatedAt submittedAt confirmedAt expectedAt closedAt
  lines { nodes { item { sku } quantity received short over outstanding unitCost value reasons { method } } }
}
"""
WHY_NOT = (
    """
fragment WhyNot on UserError {
  ...Why
  ... on UnknownDocumentError { kind id }
  ... on WrongStateError { kind id state }
  ... on ExceedsOutstandingError { sku requested outstanding }
  ... on StaleDocumentError { kind id expected actual }
  ... on QuantityNotOfferedError { supplier sku quantity minimumQuantity packSize nextAllowedQuantity }
  ... on BelowOrderValueError { supplier value minimumValue }
}
"""
    + WHY
)
_MOVEMENTS = """
  movements {
    nodes { reason reference delta change { incoming planned unavailableBy { damaged } } level { item { sku } } }
  }
"""


def mutation(name: str, result: str, fragment: str, more: str = "") -> str:
    """Return a mutation, asking for everything that it answers."""
    return (
        f"mutation Change($input: {name[0].upper()}{name[1:]}Input!) {{ {name}(input: $input) {{ "
        f"{result} {{ ...{fragment} }} operation {{ kind reference {more} }} replayed userErrors {{ ...WhyNot }} }} }}"
        + {"Vendor": SUPPLIER, "Offer": OFFER, "Whole": WHOLE}[fragment]
        + WHY_NOT
    )


UPSERT, ARCHIVE = (mutation(name, "supplier", "Vendor") for name in ("supplierUpsert", "supplierArchive"))
OFFER_ITEM, REMOVE_ITEM = (
    mutation(name, "supplierItem", "Offer") for name in ("supplierItemUpsert", "supplierItemRemove")
)
CREATE, UPDATE, SUBMIT, CONFIRM, RECEIVE, REVERSE, CANCEL = (
    mutation(f"purchaseOrder{step}", "purchaseOrder", "Whole", _MOVEMENTS)
    for step in ("Create", "Update", "Submit", "Confirm", "Receive", "ReceiptReverse", "Cancel")
)
ORDER = "query ($id: ID!) { purchaseOrder(id: $id) { ...Whole } }" + WHOLE
LEVEL = """
query ($sku: String!) {
  stockLevel(sku: $sku, location: "MAIN") { onHand unavailable incoming planned available }
}
"""


def line(sku: str, quantity: int, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON is of any type
    """Return one line of an input."""
    return {"sku": sku, "quantity": quantity, **more}


async def given_supplier(api: Api, code: str = "ACME", **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Create a supplier, and return it."""
    payload = await api.run(UPSERT, input={"code": code, "name": f"Supplier {code}", **more})
    assert payload["userErrors"] == []
    supplier: dict[str, Any] = payload["supplier"]
    return supplier


async def given_offer(api: Api, sku: str = "TEA-1", **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Let ACME offer an item, and return the offer."""
    payload = await api.run(OFFER_ITEM, input={"supplier": "ACME", "sku": sku, **more})
    assert payload["userErrors"] == []
    offer: dict[str, Any] = payload["supplierItem"]
    return offer


async def created(api: Api, *lines: dict[str, Any], **more: Any) -> str:  # noqa: ANN401 - JSON is of any type
    """Write down an order of MAIN from ACME, and return its id."""
    asked = {"supplier": "ACME", "location": "MAIN", "lines": list(lines), "reference": "PO-1", **more}
    payload = await api.run(CREATE, input=asked)
    assert payload["userErrors"] == []
    identity: str = payload["purchaseOrder"]["id"]
    return identity


async def change(api: Api, query: str, **input: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON is of any type
    """Change an order, and return it."""
    payload = await api.run(query, input=input)
    assert payload["userErrors"] == []
    order: dict[str, Any] = payload["purchaseOrder"]
    return order
