"""The mutations and reads of reservations that their tests share."""

from typing import Any

from tests.graphql.api import Api
from tests.graphql.operations import LEVEL, WHY

WHOLE = """
fragment Whole on Reservation {
  id state reference channel expiresAt createdAt updatedAt version
  lines { nodes {
    sku item { sku } location { code } quantity held waiting fulfilled released shortage
    holds { nodes { location { code } held waiting fulfilled released } }
  } }
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
    reservation {{ ...Whole }}
    movements {{
      nodes {{
        reason reference channel change {{ onHand reserved backordered }}
        level {{ item {{ sku }} location {{ code }} }}
      }}
    }}
    operation {{ kind reference }}
    replayed
    userErrors {{ ...WhyNot }}
  }}
}}
"""
        + WHOLE
        + WHY_NOT
    )


CREATE, EXTEND, RELEASE, FULFILL = map(
    mutation, ("reservationCreate", "reservationExtend", "reservationRelease", "reservationFulfill")
)
RESERVATION = "query ($id: ID!) { reservation(id: $id) { ...Whole } }" + WHOLE
EVERY_RESERVATION = "{ reservations(first: 8) { nodes { ...Whole } } }" + WHOLE
CONFIGURE = """
mutation ($input: StockLevelConfigureInput!) { stockLevelConfigure(input: $input) { userErrors { code } } }
"""
UPSERT_LOCATION = "mutation ($input: LocationUpsertInput!) { locationUpsert(input: $input) { userErrors { code } } }"
NO_ID = "0" * 32


def line(sku: str, quantity: int | None = None, location: str | None = None) -> dict[str, Any]:
    """Return one line of an input; what is None is left out."""
    told = {"sku": sku, "quantity": quantity, "location": location}
    return {name: value for name, value in told.items() if value is not None}


async def reserved(api: Api, *lines: dict[str, Any], **options: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON is of any type
    """Make a reservation, and return it as the mutation tells it."""
    payload = await api.run(CREATE, input={"lines": list(lines), **options})
    assert payload["userErrors"] == []
    reservation: dict[str, Any] = payload["reservation"]
    return reservation


async def given_limit(api: Api, sku: str, location: str, units: int) -> None:
    """Let a level promise so many units that are not there."""
    payload = await api.run(CONFIGURE, input={"sku": sku, "location": location, "backorderLimit": units})
    assert payload == {"userErrors": []}


async def counts_at(api: Api, sku: str, location: str = "MAIN") -> tuple[int, int, int]:
    """Return what is on hand, reserved and available."""
    level = await api.run(LEVEL, sku=sku, location=location)
    return level["onHand"], level["reserved"], level["available"]


async def refusal(api: Api, query: str, **input: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - JSON is of any type
    """Return the user errors of a mutation that is refused, and changes neither stock nor any reservation."""
    before = await api.run(EVERY_RESERVATION)
    errors = await api.refusal(query, **input)
    assert await api.run(EVERY_RESERVATION) == before
    return errors
