"""The mutations and reads of alerts that their tests share."""

from typing import Any

from tests.graphql.api import Api
from tests.graphql.operations import WHY

WHOLE = """
fragment WholeAlert on StockAlert {
  id type state change threshold available onHand version note
  item { sku } location { code }
  openedAt updatedAt escalatedAt closedAt acknowledgedAt acknowledgedBy snoozedUntil snoozedBy
}
"""
WHY_NOT = (
    """
fragment WhyNot on UserError {
  ...Why
  ... on UnknownDocumentError { kind id }
  ... on WrongStateError { kind id state }
}
"""
    + WHY
)


def mutation(name: str) -> str:
    """Return one of the two, asking for everything that it answers."""
    return (
        f"""
mutation Note($input: {name[0].upper()}{name[1:]}Input!) {{
  {name}(input: $input) {{
    alert {{ ...WholeAlert }}
    operation {{ kind actor note movements {{ nodes {{ id }} }} }}
    replayed
    userErrors {{ ...WhyNot }}
  }}
}}
"""
        + WHOLE
        + WHY_NOT
    )


ACKNOWLEDGE, SNOOZE = mutation("alertAcknowledge"), mutation("alertSnooze")
ALERT = "query ($id: ID!) { alert(id: $id) { ...WholeAlert } }" + WHOLE
OPEN_ALERTS = "{ alerts(filter: {states: [OPEN]}) { nodes { ...WholeAlert } } }" + WHOLE
ADJUST = """
mutation Adjust($input: StockAdjustInput!) {
  stockAdjust(input: $input) { operation { id } level { onHand alerts { id type } } userErrors { code } }
}
"""


async def adjust(api: Api, sku: str, delta: int, location: str = "MAIN", **more: Any) -> Any:  # noqa: ANN401 - JSON
    """Add units to a level, or take some, and return the payload."""
    request = {"sku": sku, "location": location, "delta": delta, "reason": "FOUND", **more}
    payload = await api.run(ADJUST, input=request)
    assert payload["userErrors"] == []
    return payload


async def given_low(api: Api) -> Any:  # noqa: ANN401 - JSON
    """Bring TEA-1 at MAIN down to its reorder point of five units, and return the alert."""
    level = (await adjust(api, "TEA-1", -5))["level"]
    [alert] = level["alerts"]
    return await api.run(ALERT, id=alert["id"])
