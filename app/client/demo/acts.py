"""One thing that a person in the demo's shop does: a mutation that is ready to be sent but for its key."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.client.http.request import Request

_OUTCOME = "replayed userErrors { code message }"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAct:
    """A mutation. `kind` says in the report's words what it is, and `changes` how many levels it changes."""

    kind: str
    mutation: str
    fields: Mapping[str, Any]
    changes: int = 0

    def request(self, key: str) -> Request:
        """Return it under an idempotency key."""
        name = f"{self.mutation[0].upper()}{self.mutation[1:]}"
        text = f"mutation {name}($input: {name}Input!) {{ outcome: {self.mutation}(input: $input) {{ {_OUTCOME} }} }}"
        return Request(text, {"input": {**self.fields, "idempotencyKey": key}})


def lines_of(units: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return units by SKU as the API takes them."""
    return [{"sku": sku, "quantity": number} for sku, number in units.items()]
