"""Alerts after somebody took note of them."""

from typing import Self

import strawberry

from app.domain.alert import Alert
from app.domain.fold import Outcome
from schema.payloads.payload import Payload
from schema.types.alert import StockAlert
from schema.types.ledger import Operation


@strawberry.type(description="What became of what was said of an alert.")
class AlertPayload(Payload):
    """An alert after the change."""

    alert: StockAlert | None = strawberry.field(default=None, description="The alert right after the change.")

    @classmethod
    def from_outcome(cls, outcome: Outcome) -> Self:
        """Convert."""
        return cls(
            operation=Operation.from_domain(outcome.operation),
            replayed=outcome.replayed,
            alert=StockAlert.from_domain(outcome.operation.document(Alert)),
        )
