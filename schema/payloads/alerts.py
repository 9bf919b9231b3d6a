"""Alerts after a change."""

from typing import Self

import strawberry

from app.domain.alerts.alert import Alert
from app.domain.outcome import Outcome
from schema.payloads.payload import Payload
from schema.types.alerts import StockAlert


@strawberry.type(description="The outcome of `alertAcknowledge` or `alertSnooze`.")
class AlertPayload(Payload):
    """An alert after the change."""

    alert: StockAlert | None = strawberry.field(
        default=None, description="The alert as it is now; null where the request was refused."
    )

    @classmethod
    def from_outcome(cls, outcome: Outcome) -> Self:
        alert = outcome.shown(Alert)
        return cls.accepted(outcome, alert=alert and StockAlert.from_domain(alert))
