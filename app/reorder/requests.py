"""What the command asks the server for."""

from collections.abc import Mapping
from typing import Any

from app.partner_client.pages import PAGE_SIZE
from app.partner_client.request import Request

_LEVEL = """
  level {
    item { sku } location { code } available incoming planned position reorderPoint
    policy { method targetLevel safetyStock orderQuantity }
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
    purchaseOrderCount transferCount
    userErrors { message }
  }
}
"""


def needs(where: Mapping[str, Any], *, at_review: bool, after: str | None) -> Request:
    """Ask for a page of what levels need."""
    return Request(NEEDS, {"where": where, "atReview": at_review, "first": PAGE_SIZE, "after": after})


def advice(where: Mapping[str, Any], *, after: str | None) -> Request:
    """Ask for a page of what was measured of the levels that go by demand."""
    methods = {**where, "methods": ["DEMAND_BASED"]}
    return Request(ADVICE, {"where": methods, "first": PAGE_SIZE, "after": after})


def run(where: Mapping[str, Any], *, is_review: bool) -> Request:
    """Order what is needed."""
    return Request(RUN, {"input": {**where, "review": is_review}})
