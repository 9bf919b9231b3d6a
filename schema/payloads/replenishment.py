"""What was ordered."""

from typing import Self

import strawberry

from app.services.review import ReviewOutcome
from schema.payloads.payload import Payload
from schema.types.purchase_order import PurchaseOrder
from schema.types.transfer import Transfer


@strawberry.type(
    description="What became of `replenishmentRun`. Each order and each proposal is an operation of its own, so "
    "`operation` is null."
)
class ReplenishmentRunPayload(Payload):
    """What a run came to."""

    reviewed: int = strawberry.field(default=0, description="Levels whose demand was measured.")
    changed: int = strawberry.field(default=0, description="Levels that go by other numbers since.")
    purchase_orders: list[PurchaseOrder] = strawberry.field(
        default_factory=list,
        description="The drafts that were written or added to, each as it was right after that; of a supplier with "
        "`autoSubmit` they were submitted then.",
    )
    transfers: list[Transfer] = strawberry.field(default_factory=list, description="The transfers that were proposed.")

    @classmethod
    def from_outcome(cls, outcome: ReviewOutcome) -> Self:
        """Convert."""
        return cls(
            reviewed=outcome.levels,
            changed=outcome.changed,
            purchase_orders=[PurchaseOrder.from_domain(order) for order in outcome.ordered.orders],
            transfers=[Transfer.from_domain(transfer) for transfer in outcome.ordered.transfers],
        )
