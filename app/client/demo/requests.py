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
# Each is a request of its own, and of as many documents as one may cost; the others come when these are closed.
ORDERS = """
query DemoOrders {
  found: purchaseOrders(first: 25, filter: { states: [DRAFT, SUBMITTED, CONFIRMED, PARTIALLY_RECEIVED] }) {
    nodes {
      id state version reference isAutomatic location { code } supplier { leadTimeDays }
      lines(first: 50) { nodes { item { sku } outstanding setBy } }
    }
  }
}"""
TRANSFERS = """
query DemoTransfers {
  found: transfers(first: 20, filter: { states: [DRAFT, IN_TRANSIT, PARTIALLY_RECEIVED] }) {
    nodes {
      id state version reference source { code }
      lines(first: 50) { nodes { item { sku } quantity outstanding reason { method } } }
    }
  }
}"""
RESERVATIONS = """
query DemoReservations {
  found: reservations(first: 60, filter: { states: [HELD, PARTIALLY_FULFILLED] }) {
    nodes { id state version reference shortUnits expiresAt lines(first: 6) { nodes { sku held waiting } } }
  }
}"""
COUNTS = """
query DemoCounts {
  found: counts(first: 10, filter: { states: [OPEN] }) {
    nodes {
      id state version reference location { code } scope { skus } lines(first: 20) { nodes { item { sku } } }
    }
  }
}"""
ALERTS = """
query DemoAlerts {
  found: alerts(first: 60, filter: { states: [OPEN], isAcknowledged: false, isSnoozed: false }) {
    nodes { id type item { sku } }
  }
}"""
OPEN = {"orders": ORDERS, "transfers": TRANSFERS, "reservations": RESERVATIONS, "counts": COUNTS, "alerts": ALERTS}


def check() -> Request:
    """Ask for what only the demo shop has."""
    return Request(CHECK, {})


def levels(after: str | None) -> Request:
    """Ask for a page of all levels."""
    return Request(LEVELS, {"first": PAGE_SIZE, "after": after})
