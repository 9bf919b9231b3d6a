# ruff: noqa: ANN401 - JSON is of any type
"""The mutations and reads of counts that their tests share."""

from typing import Any

from tests.graphql.api import Api
from tests.graphql.operations import LEVEL, WHY

SEEN = """
fragment Seen on StockCount {
  id state mode isBlind openedBy reference note uncountedRule levelsInScope
  linesCounted linesPosted entryCount progress version
  location { code }
  scope { category tags skus }
  summary { lines unitsCounted surplusUnits missingUnits surplusValue missingValue uncounted }
}
"""
RESULT = (
    """
fragment Result on CountPayload {
  count { ...Seen }
  operation { kind idempotencyKey reference }
  replayed
  userErrors { ...Why }
}
"""
    + SEEN
    + WHY
)
OPEN = f"mutation ($input: CountOpenInput!) {{ countOpen(input: $input) {{ ...Result }} }} {RESULT}"
RECORD = f"mutation ($input: CountRecordInput!) {{ countRecord(input: $input) {{ ...Result }} }} {RESULT}"
CANCEL = f"mutation ($input: CountCancelInput!) {{ countCancel(input: $input) {{ ...Result }} }} {RESULT}"
POST = f"""
mutation ($input: CountPostInput!) {{
  countPost(input: $input) {{
    count {{ ...Seen postedAt }}
    operation {{
      kind idempotencyKey reference
      movements {{ nodes {{ delta reason level {{ item {{ sku }} onHand }} }} }}
    }}
    replayed
    userErrors {{ ...Why }}
  }}
}}
{SEEN} {WHY}
"""
COUNT = f"query ($id: ID!) {{ count(id: $id) {{ ...Seen openedAt updatedAt postedAt }} }} {SEEN}"
NODE = "query ($id: ID!) { node(id: $id) { __typename id ... on StockCount { state } } }"
LINES = """
query ($id: ID!, $first: Int! = 50, $after: String, $only: Boolean! = false) {
  count(id: $id) {
    lines(first: $first, after: $after, onlyVariances: $only) {
      totalCount
      nodes {
        item { sku name } counted expected variance moved value isAssumed postedUnits
        entries { countedBy countedAt quantity expected startsOver }
        movement { delta reason version }
      }
      edges { cursor node { item { sku } } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
}
"""
COUNTS = """
query ($filter: CountFilter, $first: Int! = 50, $after: String) {
  counts(filter: $filter, first: $first, after: $after) {
    totalCount nodes { id state } pageInfo { hasNextPage endCursor }
  }
}
"""
DUE = """
query ($location: String!, $first: Int! = 50, $classes: [CountIntervalInput!]) {
  countsDue(location: $location, first: $first, classes: $classes) {
    item { sku } level { onHand } abcClass lastCountedAt dueAt value
  }
}
"""
UPSERT = "mutation ($input: ItemUpsertInput!) { itemUpsert(input: $input) { userErrors { message } } }"
ADJUST = "mutation ($input: StockAdjustInput!) { stockAdjust(input: $input) { userErrors { message } } }"
RECLASSIFY = "mutation ($input: StockReclassifyInput!) { stockReclassify(input: $input) { userErrors { message } } }"


async def opened(api: Api, **input: Any) -> str:
    """Open a count at MAIN, and return its global id."""
    payload = await api.run(OPEN, input={"location": "MAIN", **input})
    assert payload["userErrors"] == []
    identity: str = payload["count"]["id"]
    return identity


async def recorded(api: Api, identity: str, *lines: dict[str, Any], **input: Any) -> dict[str, Any]:
    """Record entries, and return the count."""
    payload = await api.run(RECORD, input={"id": identity, "lines": list(lines), **input})
    assert payload["userErrors"] == []
    count: dict[str, Any] = payload["count"]
    return count


def units(sku: str, quantity: int) -> dict[str, Any]:
    """Return one line of the input."""
    return {"sku": sku, "quantity": quantity}


async def changed(api: Api, query: str, **input: Any) -> None:
    """Change something else."""
    assert (await api.run(query, input=input))["userErrors"] == []


async def on_hand(api: Api, sku: str) -> int:
    """Return the units of an item at MAIN."""
    units: int = (await api.run(LEVEL, sku=sku, location="MAIN"))["onHand"]
    return units
