"""The GraphQL that a simulation speaks besides that of a replay.

Rule: a key depends on the location and what is said alone, and no two simulations share a location.
"""

from collections.abc import Mapping, Sequence

from app.client.http.pages import PAGE_SIZE
from app.client.http.request import Request
from app.client.replay.requests import OUTCOME, mutation
from app.client.replay.tally import EXAMPLES_PER_CODE
from app.domain.stock.movement import MovementReason

SUPPLIER_UPSERT = f"""
mutation SupplierUpsert($input: SupplierUpsertInput!) {{ outcome: supplierUpsert(input: $input) {{ {OUTCOME} }} }}"""
SUPPLIER_ITEM_UPSERT = f"""
mutation SupplierItemUpsert($input: SupplierItemUpsertInput!) {{
  outcome: supplierItemUpsert(input: $input) {{ {OUTCOME} }}
}}"""
LEVEL_CONFIGURE = f"""
mutation StockLevelConfigure($input: StockLevelConfigureInput!) {{
  outcome: stockLevelConfigure(input: $input) {{ {OUTCOME} }}
}}"""
STOCK_SET_MANY = f"""
mutation StockSetMany($input: StockSetManyInput!) {{ outcome: stockSetMany(input: $input) {{ {OUTCOME} }} }}"""
ORDER_RECEIVE = f"""
mutation PurchaseOrderReceive($input: PurchaseOrderReceiveInput!) {{
  outcome: purchaseOrderReceive(input: $input) {{ {OUTCOME} }}
}}"""
REPLENISHMENT_RUN = f"""
mutation ReplenishmentRun($input: ReplenishmentRunInput!) {{
  outcome: replenishmentRun(input: $input) {{ {OUTCOME} }}
}}"""

ORDERS_AT_ONCE = 5  # an order has up to 1,000 lines

UNCHANGED = MovementReason.CORRECTION  # a count would say that people were there

LOCATION = """
query Location($code: String!) { location(code: $code) { code } }"""
SHORT_LEVELS = """
query ShortLevels($location: String!, $first: Int!) {
  page: stockLevels(filter: {locations: [$location], needsReorder: true}, first: $first) { nodes { item { sku } } }
}"""
ORDERS = """
query Orders($location: String!, $states: [PurchaseOrderState!], $first: Int!, $after: String) {
  page: purchaseOrders(filter: {location: $location, states: $states}, first: $first, after: $after) {
    nodes { id state isAutomatic }
    pageInfo { hasNextPage endCursor }
  }
}"""
ORDERS_WITH_LINES = """
query OrdersWithLines($location: String!, $first: Int!, $after: String) {
  page: purchaseOrders(filter: {location: $location}, first: $first, after: $after) {
    nodes { isAutomatic lines(first: 1000) { nodes { quantity received } } }
    pageInfo { hasNextPage endCursor }
  }
}"""
ORDER = """
query Order($id: ID!) { order: purchaseOrder(id: $id) { lines(first: 1000) { nodes { item { sku } outstanding } } } }"""
OUT_ALERTS = """
query OutAlerts($location: String!) {
  page: alerts(filter: {locations: [$location], types: [OUT], states: [OPEN]}, first: 0) { totalCount }
}"""


def upsert_supplier(code: str, *, lead_time_days: int, simulation: str) -> Request:
    """Create the supplier of all sides, whose orders are submitted automatically."""
    key = f"replay-supplier:{simulation}:{code}"
    return mutation(
        SUPPLIER_UPSERT,
        code=code,
        name="Simulated supplier",
        leadTimeDays=lead_time_days,
        autoSubmit=True,
        idempotencyKey=key,
    )


def upsert_offer(supplier: str, sku: str, *, simulation: str) -> Request:
    """Let the supplier offer an item, before all others."""
    key = f"replay-offer:{simulation}:{supplier}:{sku}"
    return mutation(SUPPLIER_ITEM_UPSERT, supplier=supplier, sku=sku, isPreferred=True, idempotencyKey=key)


def configure(sku: str, location: str, settings: Mapping[str, object]) -> Request:
    """Set the policy of a level, for the first time."""
    key = f"replay-policy:{location}:{sku}"
    return mutation(LEVEL_CONFIGURE, sku=sku, location=location, idempotencyKey=key, **settings)


def configure_again(levels: Mapping[str, tuple[int, Mapping[str, object]]], location: str, *, part: str) -> Request:
    """Set what many levels go by, each given by its SKU, what is on hand and stays so, and its settings."""
    lines = [
        {"sku": sku, "location": location, "quantity": units, "expectedOnHand": units, "reason": UNCHANGED, **settings}
        for sku, (units, settings) in levels.items()
    ]
    return mutation(STOCK_SET_MANY, lines=lines, idempotencyKey=f"replay-policy:{location}:{part}")


def receive(order: str, location: str) -> Request:
    """Take in all that is outstanding of an order."""
    return mutation(ORDER_RECEIVE, id=order, idempotencyKey=f"replay-receive:{location}:{order}")


def review(location: str) -> Request:
    """Let the server order at a review date. It asks for no key: what is on order is not ordered again."""
    return mutation(REPLENISHMENT_RUN, locations=[location], review=True)


def location(code: str) -> Request:
    """Ask whether a location exists."""
    return Request(LOCATION, {"code": code})


def short_levels(location: str) -> Request:
    """Ask for some levels that something is still to be ordered for."""
    return Request(SHORT_LEVELS, {"location": location, "first": EXAMPLES_PER_CODE})


def orders(location: str, *, states: Sequence[str] | None, after: str | None = None) -> Request:
    """Ask for a page of the orders for a location, the newest first."""
    return Request(ORDERS, {"location": location, "states": states, "first": PAGE_SIZE, "after": after})


def orders_with_lines(location: str, *, after: str | None = None) -> Request:
    """Ask for some of the orders for a location with all of their lines, the newest first."""
    return Request(ORDERS_WITH_LINES, {"location": location, "first": ORDERS_AT_ONCE, "after": after})


def order(identity: str) -> Request:
    """Ask for what is to come of an order."""
    return Request(ORDER, {"id": identity})


def out_alerts(location: str) -> Request:
    """Ask how many levels the server says are out of stock."""
    return Request(OUT_ALERTS, {"location": location})
