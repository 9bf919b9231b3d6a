"""The mutations and reads of webhooks that their tests share."""

from typing import Any

from tests.graphql.api import Api
from tests.graphql.transfers.operations import WHY_NOT

URL = "https://partner.example/stock"
HOOK = """
fragment Hook on Webhook {
  id state url events locations skus description secretCount version createdAt updatedAt
}
"""
DELIVERY = """
fragment Sent on WebhookDelivery {
  id state messageId event occurredAt body attempts lastStatus lastError createdAt triedAt nextAt endedAt webhook { id }
}
"""


def mutation(name: str, shown: str = "") -> str:
    """Return one of the five, asking for everything that it answers."""
    return (
        f"""
mutation Change($input: {name[0].upper()}{name[1:]}Input!) {{
  {name}(input: $input) {{
    webhook {{ ...Hook }} {shown}
    operation {{ kind actor note }}
    replayed
    userErrors {{ ...WhyNot }}
  }}
}}
"""
        + HOOK
        + WHY_NOT
    )


CREATE, ROTATE = mutation("webhookCreate", "secret"), mutation("webhookRotateSecret", "secret")
UPDATE, DELETE = mutation("webhookUpdate"), mutation("webhookDelete")
REDELIVER = mutation("webhookRedeliver", "redelivered")
WEBHOOK = "query ($id: ID!) { webhook(id: $id) { ...Hook } }" + HOOK
WEBHOOKS = (
    """
query Webhooks($filter: WebhookFilter, $first: Int! = 250, $after: String) {
  webhooks(filter: $filter, first: $first, after: $after) {
    totalCount nodes { ...Hook } edges { cursor } pageInfo { hasNextPage endCursor }
  }
}
"""
    + HOOK
)
DELIVERIES = (
    """
query Deliveries($filter: WebhookDeliveryFilter, $first: Int! = 250, $after: String) {
  webhookDeliveries(filter: $filter, first: $first, after: $after) {
    totalCount nodes { ...Sent } edges { cursor } pageInfo { hasNextPage endCursor }
  }
}
"""
    + DELIVERY
)
EVERY_WEBHOOK = "{ webhooks(first: 250) { nodes { ...Hook } } }" + HOOK


async def created(api: Api, url: str = URL, **said: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON is of any type
    """Create a webhook, told of levels unless said otherwise, and return the payload."""
    payload: dict[str, Any] = await api.run(CREATE, input={"url": url, "events": ["LEVEL_CHANGED"], **said})
    assert payload["userErrors"] == []
    return payload


async def refusal(api: Api, query: str, **input: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - JSON is of any type
    """Return the user errors of a mutation that is refused, and changes neither stock nor any webhook."""
    before = await api.run(EVERY_WEBHOOK)
    errors = await api.refusal(query, **input)
    assert await api.run(EVERY_WEBHOOK) == before
    return errors
