"""The GraphQL that the demo reads by."""

from app.client.http.pages import PAGE_SIZE
from app.client.http.request import Request

CHECK = """
query DemoCheck {
  item(sku: "TEA-001") { name }
  supplier(code: "HARBOUR") { name }
  location(code: "WEB") { code }
}"""
LEVELS = """
query DemoLevels($first: Int!, $after: String) {
  page: stockLevels(first: $first, after: $after, filter: { isArchived: false }) {
    nodes {
      item { sku category } location { code } onHand available reorderPoint
      policy { method targetLevel orderQuantity }
    }
    pageInfo { hasNextPage endCursor }
  }
}"""
# Each is a list of its own, in pages of as many documents as one request may cost.
ORDERS = """
query DemoOrders($after: String) {
  page: purchaseOrders(
    first: 25, after: $after, filter: { states: [DRAFT, SUBMITTED, CONFIRMED, PARTIALLY_RECEIVED] }
  ) {
    nodes {
      id state version reference isAutomatic location { code } supplier { leadTimeDays }
      lines(first: 50) { nodes { item { sku } outstanding setBy } }
    }
    pageInfo { hasNextPage endCursor }
  }
}"""
TRANSFERS = """
query DemoTransfers($after: String) {
  page: transfers(first: 20, after: $after, filter: { states: [DRAFT, IN_TRANSIT, PARTIALLY_RECEIVED] }) {
    nodes {
      id state version reference source { code }
      lines(first: 50) { nodes { item { sku } quantity outstanding reason { method } } }
    }
    pageInfo { hasNextPage endCursor }
  }
}"""
RESERVATIONS = """
query DemoReservations($after: String) {
  page: reservations(first: 60, after: $after, filter: { states: [HELD, PARTIALLY_FULFILLED] }) {
    nodes { id state version reference shortUnits expiresAt lines(first: 6) { nodes { sku held waiting } } }
    pageInfo { hasNextPage endCursor }
  }
}"""
COUNTS = """
query DemoCounts($after: String) {
  page: counts(first: 10, after: $after, filter: { states: [OPEN] }) {
    nodes {
      id state version reference location { code } scope { skus } lines(first: 20) { nodes { item { sku } } }
    }
    pageInfo { hasNextPage endCursor }
  }
}"""
ALERTS = """
query DemoAlerts($after: String) {
  page: alerts(first: 60, after: $after, filter: { states: [OPEN], isAcknowledged: false, isSnoozed: false }) {
    nodes { id type item { sku } }
    pageInfo { hasNextPage endCursor }
  }
}"""
OPEN = {"orders": ORDERS, "transfers": TRANSFERS, "reservations": RESERVATIONS, "counts": COUNTS, "alerts": ALERTS}


def check() -> Request:
    """Ask for what only the demo shop has."""
    return Request(CHECK, {})


def levels(after: str | None) -> Request:
    """Ask for a page of all levels."""
    return Request(LEVELS, {"first": PAGE_SIZE, "after": after})


def open_documents(text: str, after: str | None) -> Request:
    """Ask for a page of what is open, in one of these texts."""
    return Request(text, {"after": after})
