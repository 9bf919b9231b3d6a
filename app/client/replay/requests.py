"""The GraphQL that a replay speaks, and the idempotency keys under which it speaks it.

Rule: a key depends on the file and the location alone, so that a second run, or a second try, says the same again.
"""

from app.client.http.pages import PAGE_SIZE
from app.client.http.request import Request
from app.client.replay.documents import Invoice, InvoiceKind

OUTCOME = "operation { id } replayed userErrors { code message field }"

LOCATION_UPSERT = f"""
mutation LocationUpsert($input: LocationUpsertInput!) {{ outcome: locationUpsert(input: $input) {{ {OUTCOME} }} }}"""
ITEM_UPSERT = f"""
mutation ItemUpsert($input: ItemUpsertInput!) {{ outcome: itemUpsert(input: $input) {{ {OUTCOME} }} }}"""
STOCK_ADJUST = f"""
mutation StockAdjust($input: StockAdjustInput!) {{ outcome: stockAdjust(input: $input) {{ {OUTCOME} }} }}"""
STOCK_ADJUST_MANY = f"""
mutation StockAdjustMany($input: StockAdjustManyInput!) {{
  outcome: stockAdjustMany(input: $input) {{ {OUTCOME} }}
}}"""
SALE_RECORD = f"""
mutation SaleRecord($input: SaleRecordInput!) {{ outcome: saleRecord(input: $input) {{ {OUTCOME} }} }}"""

STOCK_LEVELS = """
query StockLevels($location: String!, $first: Int!, $after: String) {
  page: stockLevels(filter: {locations: [$location]}, first: $first, after: $after) {
    nodes { item { sku } onHand reserved unavailable incoming version }
    pageInfo { hasNextPage endCursor }
  }
}"""
MOVEMENTS = """
query Movements($location: String!, $first: Int!, $after: String, $withTotal: Boolean!) {
  page: movements(filter: {location: $location}, first: $first, after: $after) {
    nodes {
      reason reference version operation { id }
      change { onHand reserved unavailable incoming }
      item { sku } after { onHand reserved unavailable incoming }
    }
    pageInfo { hasNextPage endCursor }
    totalCount @include(if: $withTotal)
  }
}"""


def probe(location: str) -> Request:
    """Ask for nothing, in the words that the proof will use: a server that understands them is Stockpulse."""
    return movements(location, first=0, with_total=True)


def upsert_location(location: str) -> Request:
    """Create the location."""
    key = f"replay-location:{location}"
    return mutation(LOCATION_UPSERT, code=location, name=location, kind="WAREHOUSE", idempotencyKey=key)


def upsert_item(sku: str, name: str, *, digest: str) -> Request:
    """Create an item, or call it what this file calls it."""
    return mutation(ITEM_UPSERT, sku=sku, name=name, idempotencyKey=f"replay-item:{digest}:{sku}")


def play(document: Invoice, location: str) -> Request:
    """Send a document."""
    match document.kind:
        case InvoiceKind.OPENING:
            return _opening(document, location)
        case InvoiceKind.ADJUSTMENT:
            return _adjustment(document, location)
        case InvoiceKind.SALE | InvoiceKind.RETURN:
            return _sale(document, location)


def levels(location: str, *, after: str | None = None) -> Request:
    """Ask for a page of the levels of the location."""
    return Request(STOCK_LEVELS, {"location": location, "first": PAGE_SIZE, "after": after})


def movements(location: str, *, first: int = PAGE_SIZE, after: str | None = None, with_total: bool = False) -> Request:
    """Ask for a page of the movements of the location, the newest first."""
    return Request(MOVEMENTS, {"location": location, "first": first, "after": after, "withTotal": with_total})


def mutation(query: str, **fields: object) -> Request:
    """Ask for a change, in the form that all mutations have."""
    return Request(query, {"input": fields})


def _opening(document: Invoice, location: str) -> Request:
    return mutation(
        STOCK_ADJUST_MANY,
        lines=[
            {"sku": posting.sku, "location": location, "delta": posting.units, "reason": posting.reason}
            for posting in document.postings
        ],
        idempotencyKey=f"replay-opening:{location}:{document.reference}",
        reference=document.reference,
    )


def _adjustment(document: Invoice, location: str) -> Request:
    (posting,) = document.postings
    return mutation(
        STOCK_ADJUST,
        sku=posting.sku,
        location=location,
        delta=posting.units,
        reason=posting.reason,
        idempotencyKey=f"replay-adjust:{location}:{document.reference}:{posting.reason}:{posting.sku}",
        reference=document.reference,
        occurredAt=document.occurred_at,
    )


def _sale(document: Invoice, location: str) -> Request:
    return mutation(
        SALE_RECORD,
        location=location,
        lines=[{"sku": posting.sku, "quantity": -posting.units} for posting in document.postings],
        idempotencyKey=f"replay:{location}:{document.reference}",
        reference=document.reference,
        occurredAt=document.occurred_at,
    )
