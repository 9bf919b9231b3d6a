"""Levels and movements as files.

Rule: what `import levels` reads of a level is written so that it says the same again: a setting that is inherited is an
empty cell, and the version stands beside the count.
"""

from app.client.files.exporting.listing import Column, ColumnKind, Listing, Value, text, time, whole
from app.client.http.pages import Node


def _own(name: str, kind: ColumnKind, field: str) -> Column:
    """Return a column of a setting of the level's policy: empty where the level inherits it."""

    def found(node: Node) -> Value:
        value: Value = node["policy"][field] if name.upper() in node["policy"]["overrides"] else None
        return value

    return Column(name, kind, found)


LEVELS = Listing(
    name="levels",
    columns=(
        text("sku", "item", "sku"),
        text("location", "location", "code"),
        whole("on_hand", "onHand"),
        whole("reserved", "reserved"),
        whole("unavailable", "unavailable"),
        whole("incoming", "incoming"),
        whole("available", "available"),
        _own("reorder_point", ColumnKind.WHOLE, "reorderPoint"),
        whole("effective_reorder_point", "reorderPoint"),
        whole("backorder_limit", "backorderLimit"),
        _own("method", ColumnKind.TEXT, "method"),
        _own("target_level", ColumnKind.WHOLE, "targetLevel"),
        _own("safety_stock", ColumnKind.WHOLE, "safetyStock"),
        _own("order_quantity", ColumnKind.WHOLE, "orderQuantity"),
        text("status", "status"),
        whole("version", "version"),
        time("changed_at", "changedAt"),
    ),
    query="""
query Levels($filter: StockLevelFilter!, $first: Int!, $after: String, $withTotal: Boolean!) {
  page: stockLevels(filter: $filter, first: $first, after: $after) {
    nodes {
      item { sku } location { code }
      onHand reserved unavailable incoming available reorderPoint backorderLimit status version changedAt
      policy { method reorderPoint targetLevel safetyStock orderQuantity overrides }
    }
    pageInfo { hasNextPage endCursor }
    totalCount @include(if: $withTotal)
  }
}""",
)
MOVEMENTS = Listing(
    name="movements",
    columns=(
        text("sku", "item", "sku"),
        text("location", "location", "code"),
        whole("version", "version"),
        text("reason", "reason"),
        whole("delta", "delta"),
        whole("reserved_delta", "change", "reserved"),
        whole("unavailable_delta", "change", "unavailable"),
        whole("incoming_delta", "change", "incoming"),
        whole("on_hand", "after", "onHand"),
        text("reference", "reference"),
        text("channel", "channel"),
        text("operation_id", "operation", "id"),
        time("recorded_at", "recordedAt"),
    ),
    query="""
query Movements($filter: MovementFilter!, $first: Int!, $after: String, $withTotal: Boolean!) {
  page: movements(filter: $filter, first: $first, after: $after) {
    nodes {
      version reason delta change { reserved unavailable incoming } reference channel recordedAt
      operation { id }
      item { sku } location { code } after { onHand }
    }
    pageInfo { hasNextPage endCursor }
    totalCount @include(if: $withTotal)
  }
}""",
)
