"""What the command asks the server for."""

from collections.abc import Mapping
from typing import Any

from app.client.http.pages import PAGE_SIZE
from app.client.http.request import Request

RUN_ANSWER_SECONDS = 3_600.0  # a location of a million levels takes a quarter of it

_LEVEL = """
  level {
    item { sku } location { code } available incoming planned position reorderPoint
    policy { method targetLevel safetyStock orderQuantity }
    declined { reason by at until }
  }
"""
NEEDS = f"""
query Needs($where: StockLevelFilter, $atReview: Boolean!, $first: Int!, $after: String) {{
  page: replenishmentNeeds(filter: $where, atReview: $atReview, first: $first, after: $after) {{
    nodes {{
      route wanted quantity leadTimeDays unitCost
      supplier {{ code }}
      source {{ code }}
      {_LEVEL}
    }}
    pageInfo {{ hasNextPage endCursor }}
  }}
}}
"""
ADVICE = f"""
query Advice($where: StockLevelFilter, $first: Int!, $after: String) {{
  page: replenishmentAdvice(filter: $where, first: $first, after: $after) {{
    nodes {{
      dailyDemand dailyDeviation leadTimeDays reorderPoint targetLevel safetyStock wouldChange
      {_LEVEL}
    }}
    pageInfo {{ hasNextPage endCursor }}
  }}
}}
"""
RUN = """
mutation Run($input: ReplenishmentRunInput!) {
  outcome: replenishmentRun(input: $input) {
    reviewed changed
    purchaseOrderCount transferCount declinedCount
    userErrors { message }
  }
}
"""


COUNTS = """
query Counts($where: StockLevelFilter, $measured: StockLevelFilter, $isReview: Boolean!) {
  now: replenishmentNeeds(filter: $where, first: 0) { totalCount }
  due: replenishmentNeeds(filter: $where, atReview: true, first: 0) @include(if: $isReview) { totalCount }
  measured: replenishmentAdvice(filter: $measured, first: 0) @include(if: $isReview) { totalCount }
}
"""
LOCATIONS = """
query Locations($first: Int!, $after: String) {
  page: locations(filter: {isArchived: false}, first: $first, after: $after) {
    nodes { code }
    pageInfo { hasNextPage endCursor }
  }
}
"""


def needs(where: Mapping[str, Any], *, at_review: bool, after: str | None) -> Request:
    """Ask for a page of what levels need."""
    return Request(NEEDS, {"where": where, "atReview": at_review, "first": PAGE_SIZE, "after": after})


def advice(where: Mapping[str, Any], *, after: str | None) -> Request:
    """Ask for a page of what was measured of the levels that go by demand."""
    return Request(ADVICE, {"where": _measured(where), "first": PAGE_SIZE, "after": after})


def counts(where: Mapping[str, Any], *, is_review: bool) -> Request:
    """Ask how many entries there are to be read, in all."""
    return Request(COUNTS, {"where": where, "measured": _measured(where), "isReview": is_review})


def locations(after: str | None) -> Request:
    """Ask for a page of the locations that are open."""
    return Request(LOCATIONS, {"first": PAGE_SIZE, "after": after})


def run(where: Mapping[str, Any], *, is_review: bool, key: str) -> Request:
    """Order what is needed."""
    return Request(RUN, {"input": {**where, "atReview": is_review, "idempotencyKey": key}}, RUN_ANSWER_SECONDS)


def _measured(where: Mapping[str, Any]) -> Mapping[str, Any]:
    return {**where, "methods": ["DEMAND_BASED"]}
