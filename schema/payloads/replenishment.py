"""What was ordered."""

from typing import Self

import strawberry

from app.domain.fold import Outcome
from app.services.review import ReviewOutcome
from schema.payloads.payload import Payload
from schema.types.ledger import Operation
from schema.types.purchase_order import PurchaseOrder
from schema.types.transfer import Transfer


@strawberry.type(
    description="What became of `replenishmentRun`. Each order and each proposal is an operation of its own; a repeat "
    "with the same key does nothing, and does not list them again."
)
class ReplenishmentRunPayload(Payload):
    """What a run came to."""

    reviewed: int | None = strawberry.field(default=None, description="Levels whose demand was measured.")
    changed: int | None = strawberry.field(default=None, description="Levels that go by other numbers since.")
    purchase_orders: list[PurchaseOrder] | None = strawberry.field(
        default=None,
        description="The drafts that were written or added to, each as it was right after that; of a supplier with "
        "`autoSubmit` they were submitted then.",
    )
    transfers: list[Transfer] | None = strawberry.field(default=None, description="The transfers that were proposed.")

    @classmethod
    def from_outcome(cls, outcome: Outcome, done: ReviewOutcome | None) -> Self:
        """Convert. What was done is None in a repeat."""
        payload = cls(operation=Operation.from_domain(outcome.operation), replayed=outcome.replayed)
        if done is not None:
            payload.reviewed, payload.changed = done.levels, done.changed
            payload.purchase_orders = [PurchaseOrder.from_domain(order) for order in done.ordered.orders]
            payload.transfers = [Transfer.from_domain(transfer) for transfer in done.ordered.transfers]
        return payload
