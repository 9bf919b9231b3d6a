"""The documents and words that the tests of policies share."""

from typing import Any

from tests.graphql.api import Api
from tests.graphql.operations import WHY
from tests.support.waiting import eventually

FIELDS = """
fragment Policy on ReplenishmentPolicy {
  id scope name isApplied version
  settings {
    method reorderPoint targetLevel safetyStock orderQuantity reviewDays reviewStart serviceLevel alertMargin
    overstockPoint resupplyFrom transferDays
  }
}
"""
SET = (
    """
mutation ($input: ReplenishmentPolicySetInput!) {
  replenishmentPolicySet(input: $input) { policy { ...Policy } operation { kind } replayed userErrors { ...Why } }
}
"""
    + FIELDS
    + WHY
)
CLEAR = (
    """
mutation ($input: ReplenishmentPolicyClearInput!) {
  replenishmentPolicyClear(input: $input) {
    policy { ...Policy } operation { kind } replayed userErrors { ...Why ... on UnknownDocumentError { kind id } }
  }
}
"""
    + FIELDS
    + WHY
)
LIST = (
    """
query ($filter: ReplenishmentPolicyFilter) {
  replenishmentPolicies(filter: $filter) { totalCount nodes { ...Policy } }
}
"""
    + FIELDS
)
NODE = "query ($id: ID!) { node(id: $id) { ...Policy } }" + FIELDS
LEVEL = """
query ($sku: String!, $location: String! = "MAIN") {
  stockLevel(sku: $sku, location: $location) {
    reorderPoint
    policy {
      method reorderPoint targetLevel safetyStock orderQuantity reviewDays reviewStart nextReview serviceLevel
      alertMargin overstockPoint riskPoint resupplyFrom transferDays overrides
    }
  }
}
"""
CONFIGURE = (
    """
mutation ($input: StockLevelConfigureInput!) {
  stockLevelConfigure(input: $input) {
    level { reorderPoint policy { method reorderPoint targetLevel alertMargin overrides } }
    replayed userErrors { ...Why }
  }
}
"""
    + WHY
)
LEVELS = """
query ($filter: StockLevelFilter!) { stockLevels(filter: $filter) { nodes { item { sku } location { code } } } }
"""
UPSERT = """
mutation ($input: ItemUpsertInput!) { itemUpsert(input: $input) { userErrors { message } } }
"""
ADJUST = """
mutation ($sku: String!, $location: String!) {
  stockAdjust(input: {sku: $sku, location: $location, delta: 5, reason: RECEIPT}) { userErrors { message } }
}
"""

NOTHING = {
    "method": None,
    "reorderPoint": None,
    "targetLevel": None,
    "safetyStock": None,
    "orderQuantity": None,
    "reviewDays": None,
    "reviewStart": None,
    "serviceLevel": None,
    "alertMargin": None,
    "overstockPoint": None,
    "resupplyFrom": None,
    "transferDays": None,
}
BUILT_IN = {
    **NOTHING,
    "method": "NONE",
    "reorderPoint": 0,
    "safetyStock": 0,
    "alertMargin": 0,
    "nextReview": None,
    "riskPoint": None,
    "transferDays": 1,
    "overrides": [],
}
EVERYTHING: dict[str, Any] = {"scope": "EVERYTHING"}


async def given(api: Api, **input: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON is of any type
    """Set what levels inherit, wait until they do, and return it."""
    answer = await api.run(SET, input=input)
    assert answer["userErrors"] == []

    async def applied() -> list[dict[str, Any]]:
        found = (await api.run(LIST))["nodes"]
        assert answer["policy"]["id"] in {each["id"] for each in found}
        return [] if not all(each["isApplied"] for each in found) else found

    found = {each["id"]: each for each in await eventually(applied)}
    return found[answer["policy"]["id"]]


async def policy(api: Api, sku: str, location: str = "MAIN") -> dict[str, Any]:
    """Return what a level goes by."""
    level: dict[str, Any] = await api.run(LEVEL, sku=sku, location=location)
    assert level["policy"]["reorderPoint"] == level["reorderPoint"]
    found: dict[str, Any] = level["policy"]
    return found


async def changed(api: Api, before: dict[str, Any], sku: str) -> dict[str, Any]:
    """Return what a level goes by as soon as that is another than before."""

    async def read() -> dict[str, Any]:
        now = await policy(api, sku)
        return {} if now == before else now

    return await eventually(read)
