"""What was ordered."""

from typing import Self

import strawberry

from app.domain.limits import MAX_RUN_DOCUMENTS
from app.services.runs import RunOutcome
from schema.payloads.payload import Payload
from schema.types.purchase_order import PurchaseOrder
from schema.types.transfer import Transfer


@strawberry.type(
    description="What became of `replenishmentRun`. Each order and each proposal is an operation of its own. What the "
    "server orders by itself meanwhile is not listed, nor what was ordered by a run under the same key that was cut "
    "off before it ended."
)
class ReplenishmentRunPayload(Payload):
    """What a run came to."""

    reviewed: int | None = strawberry.field(
        default=None, description="Levels whose demand was measured; 0 where no review was asked for."
    )
    changed: int | None = strawberry.field(default=None, description="Levels that go by other numbers since.")
    purchase_orders: list[PurchaseOrder] | None = strawberry.field(
        default=None,
        description="The drafts that were written or added to, each once and as it is now; of "
        f"a supplier with `autoSubmit` they are submitted. The first {MAX_RUN_DOCUMENTS} of more: "
        "`purchaseOrderCount` says how many there are, and the list `purchaseOrders` has them all.",
    )
    purchase_order_count: int | None = strawberry.field(
        default=None, description="How many purchase orders were written or added to in all."
    )
    transfers: list[Transfer] | None = strawberry.field(
        default=None,
        description=f"The transfers that were proposed, each as it is now. The first {MAX_RUN_DOCUMENTS} of "
        "more: `transferCount` says how many there are, and the list `transfers` has them all.",
    )
    transfer_count: int | None = strawberry.field(default=None, description="How many transfers were proposed in all.")
    declined_count: int | None = strawberry.field(
        default=None,
        description="Levels that were left out because somebody has declined what they need. The list "
        "`replenishmentNeeds(filter: { isDeclined: true })` names them, and who it was.",
    )

    @classmethod
    def from_outcome(cls, done: RunOutcome) -> Self:
        """Convert."""
        payload = cls.told(done.outcome)
        if done.run is not None:
            payload.reviewed, payload.changed = done.run.reviewed, done.run.changed
            payload.purchase_orders = [PurchaseOrder.from_domain(order) for order in done.orders]
            payload.purchase_order_count = done.run.order_count
            payload.transfers = [Transfer.from_domain(transfer) for transfer in done.transfers]
            payload.transfer_count = done.run.transfer_count
            payload.declined_count = done.run.declined_count
        return payload
