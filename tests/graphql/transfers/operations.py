"""The mutations and reads of transfers that their tests share."""

import base64
from typing import Any

from tests.graphql.api import Api
from tests.graphql.operations import WHY

WHOLE = """
fragment Whole on Transfer {
  id state source { code } destination { code } reference version createdAt updatedAt
  lines { nodes { item { sku } quantity shipped received lost returned over outstanding } }
}
"""
WHY_NOT = (
    """
fragment WhyNot on UserError {
  ...Why
  ... on UnknownDocumentError { kind id }
  ... on WrongStateError { kind id state }
  ... on ExceedsOutstandingError { sku requested outstanding }
}
"""
    + WHY
)


def mutation(name: str) -> str:
    """Return one of the four, asking for everything that it answers."""
    return (
        f"""
mutation Change($input: {name[0].upper()}{name[1:]}Input!) {{
  {name}(input: $input) {{
    transfer {{ ...Whole }}
    operation {{
      kind reference
      movements {{
        nodes {{
          reason reference delta
          change {{ incoming unavailableBy {{ damaged }} }} level {{ item {{ sku }} location {{ code }} }}
        }}
      }}
    }}
    replayed
    userErrors {{ ...WhyNot }}
  }}
}}
"""
        + WHOLE
        + WHY_NOT
    )


CREATE, SHIP, RECEIVE, CANCEL = map(mutation, ("transferCreate", "transferShip", "transferReceive", "transferCancel"))
TRANSFER = "query ($id: ID!) { transfer(id: $id) { ...Whole } }" + WHOLE
EVERY_TRANSFER = "{ transfers(first: 100) { nodes { ...Whole } } }" + WHOLE
NO_ID = "0" * 32


def global_id(kind: str, identity: str) -> str:
    """Return a global id."""
    return base64.b64encode(f"{kind}:{identity}".encode()).decode()


def line(sku: str, quantity: int, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON is of any type
    """Return one line of an input."""
    return {"sku": sku, "quantity": quantity, **more}


async def created(api: Api, *lines: dict[str, Any]) -> str:
    """Write down a transfer from MAIN to NORTH, and return its id."""
    asked = {"source": "MAIN", "destination": "NORTH", "lines": list(lines), "reference": "TO-1"}
    payload = await api.run(CREATE, input=asked)
    assert payload["userErrors"] == []
    identity: str = payload["transfer"]["id"]
    return identity


async def shipped(api: Api, *lines: dict[str, Any]) -> str:
    """Send off all of such a transfer, and return its id."""
    identity = await created(api, *lines)
    assert (await api.run(SHIP, input={"id": identity}))["userErrors"] == []
    return identity


async def refusal(api: Api, query: str, **input: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - JSON is of any type
    """Return the user errors of a mutation that is refused, and changes neither stock nor any transfer."""
    before = await api.run(EVERY_TRANSFER)
    errors = await api.refusal(query, **input)
    assert await api.run(EVERY_TRANSFER) == before
    return errors
