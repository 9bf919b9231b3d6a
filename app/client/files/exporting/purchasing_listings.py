"""Purchase orders as files: a row for each line, with what its order says beside it."""

from collections.abc import Iterator

from app.client.files.exporting.listing import Listing, amount, text, time, whole
from app.client.http.pages import Node

ORDERS_AT_ONCE = 3  # an order has up to 1,000 lines, which the server asks to be counted in what a page costs


def _lines(order: Node) -> Iterator[Node]:
    for line in order["lines"]["nodes"]:
        yield {**line, "order": order}


PURCHASE_ORDERS = Listing(
    name="purchase-orders",
    columns=(
        text("order_id", "order", "id"),
        text("state", "order", "state"),
        text("supplier", "order", "supplier", "code"),
        text("location", "order", "location", "code"),
        text("reference", "order", "reference"),
        text("sku", "item", "sku"),
        whole("quantity", "quantity"),
        whole("received", "received"),
        whole("short", "short"),
        whole("over", "over"),
        whole("outstanding", "outstanding"),
        amount("unit_cost", "unitCost"),
        text("set_by", "setBy"),
        time("set_at", "setAt"),
        whole("version", "order", "version"),
        time("created_at", "order", "createdAt"),
        time("submitted_at", "order", "submittedAt"),
        time("expected_at", "order", "expectedAt"),
        time("closed_at", "order", "closedAt"),
    ),
    query="""
query PurchaseOrders($filter: PurchaseOrderFilter!, $first: Int!, $after: String, $withTotal: Boolean!) {
  page: purchaseOrders(filter: $filter, first: $first, after: $after) {
    nodes {
      id state supplier { code } location { code } reference version createdAt submittedAt expectedAt closedAt
      lines(first: 1000) { nodes { item { sku } quantity received short over outstanding unitCost setBy setAt } }
    }
    pageInfo { hasNextPage endCursor }
    totalCount @include(if: $withTotal)
  }
}""",
    page_size=ORDERS_AT_ONCE,
    parts=_lines,
)
