"""Purchase orders after a change."""

from typing import Self

import strawberry

from app.domain.outcome import Outcome
from app.domain.purchasing.purchase_order import PurchaseOrder as DomainPurchaseOrder
from schema.payloads.payload import Payload
from schema.types.purchasing.purchase_order import PurchaseOrder


@strawberry.type(description="The outcome of a change of a purchase order. Its movements are those of `operation`.")
class PurchaseOrderPayload(Payload):
    """A purchase order after the change."""

    purchase_order: PurchaseOrder | None = strawberry.field(
        default=None, description="The purchase order as it is now; null where the request was refused."
    )

    @classmethod
    def from_outcome(cls, outcome: Outcome) -> Self:
        order = outcome.shown(DomainPurchaseOrder)
        return cls.accepted(outcome, purchase_order=order and PurchaseOrder.from_domain(order))
