"""The GraphQL that a measurement speaks beside its subscription.

Rule: whatever is measured is at a location of its own, so that no stock of a shop changes.
"""

from collections.abc import Sequence

from app.client.http.pages import PAGE_SIZE
from app.client.http.request import Request

ITEMS_AT_ONCE = 1_000  # the most that the API takes

_OUTCOME = "userErrors { code message }"
_LOCATION = f"""
mutation Location($input: LocationUpsertInput!) {{ outcome: locationUpsert(input: $input) {{ {_OUTCOME} }} }}"""
_ITEMS = f"""
mutation Items($input: ItemsUpsertManyInput!) {{ outcome: itemsUpsertMany(input: $input) {{ {_OUTCOME} }} }}"""
_OPENING = f"""
mutation Opening($input: StockAdjustManyInput!) {{ outcome: stockAdjustMany(input: $input) {{ {_OUTCOME} }} }}"""
_CHANGE = """
mutation Change($input: StockAdjustInput!) {
  outcome: stockAdjust(input: $input) { movement { version recordedAt level { id } } userErrors { code message } }
}"""
_LEVELS = """
query Levels($location: String!, $first: Int!, $after: String) {
  page: stockLevels(filter: {locations: [$location]}, first: $first, after: $after) {
    nodes { id onHand version }
    pageInfo { hasNextPage endCursor }
  }
}"""


def location(code: str) -> Request:
    """Create the location, or leave it as it is."""
    return Request(_LOCATION, {"input": {"code": code, "name": code, "kind": "WAREHOUSE"}})


def items(skus: Sequence[str]) -> Request:
    """Create items, or leave them as they are."""
    return Request(_ITEMS, {"input": {"items": [{"sku": sku, "name": sku} for sku in skus]}})


def opening(code: str, skus: Sequence[str]) -> Request:
    """Give each item stock at the location, the first time only."""
    lines = [{"sku": sku, "location": code, "delta": 1, "reason": "CORRECTION"} for sku in skus]
    return Request(_OPENING, {"input": {"lines": lines, "idempotencyKey": f"bench-live:{code}:{skus[0]}:{len(skus)}"}})


def change(code: str, sku: str) -> Request:
    """Add one unit: a change that is never refused."""
    return Request(_CHANGE, {"input": {"sku": sku, "location": code, "delta": 1, "reason": "CORRECTION"}})


def levels(code: str, after: str | None = None) -> Request:
    """Ask for a page of the levels at the location."""
    return Request(_LEVELS, {"location": code, "first": PAGE_SIZE, "after": after})
