"""Payloads of replenishment runs, and of declining a need."""

from collections.abc import Sequence
from typing import Annotated, Self

import strawberry

from app.domain.purchasing.purchase_order import PurchaseOrder as DomainPurchaseOrder
from app.domain.transfers.transfer import Transfer as DomainTransfer
from app.services.paging import DEFAULT_PART_SIZE, first_of
from app.services.replenishment.requested_runs import RunOutcome
from schema.payloads.payload import Payload
from schema.payloads.stock import StockPayload
from schema.types.purchasing.purchase_order import PurchaseOrder
from schema.types.transfers import Transfer

FirstOfRun = Annotated[int, strawberry.argument(description="The most entries to return, 0 to 250.")]


@strawberry.type(
    description="The outcome of `replenishmentRun`. Each order and each proposal is an operation of its own. "
    "Automatic orders of the same time are not listed, nor orders of an interrupted run under the same "
    "key. Where the request was refused, its numbers and documents are null."
)
class ReplenishmentRunPayload(Payload):
    """What a run came to."""

    reviewed: int | None = strawberry.field(
        default=None, description="Levels whose demand was measured; 0 without `atReview`."
    )
    changed: int | None = strawberry.field(default=None, description="Levels whose policy settings were changed by it.")
    orders: strawberry.Private[Sequence[DomainPurchaseOrder] | None] = None
    proposals: strawberry.Private[Sequence[DomainTransfer] | None] = None
    purchase_order_count: int | None = strawberry.field(
        default=None, description="The number of purchase orders created or extended."
    )
    transfer_count: int | None = strawberry.field(default=None, description="The number of transfers proposed.")
    declined_count: int | None = strawberry.field(
        default=None,
        description="Levels left out because their need is declined: see `replenishmentNeeds(filter: "
        "{ isDeclined: true })`.",
    )

    @strawberry.field(
        description="The drafts that were created or extended, each once and as it is now; those of a supplier with "
        "`autoSubmit` are submitted. The first ones: `purchaseOrderCount` is the total, and the query "
        "`purchaseOrders` lists all."
    )
    def purchase_orders(self, first: FirstOfRun = DEFAULT_PART_SIZE) -> list[PurchaseOrder] | None:
        """Convert only where selected. Raises BadArgument."""
        return None if self.orders is None else list(map(PurchaseOrder.from_domain, first_of(self.orders, first)))

    @strawberry.field(
        description="The transfers that were proposed, each as it is now. The first ones: `transferCount` is the "
        "total, and the query `transfers` lists all."
    )
    def transfers(self, first: FirstOfRun = DEFAULT_PART_SIZE) -> list[Transfer] | None:
        """Convert only where selected. Raises BadArgument."""
        return None if self.proposals is None else list(map(Transfer.from_domain, first_of(self.proposals, first)))

    @classmethod
    def from_outcome(cls, done: RunOutcome) -> Self:
        payload = cls.accepted(done.outcome)
        if done.run is not None:
            payload.reviewed, payload.changed = done.run.reviewed, done.run.changed
            payload.orders, payload.proposals = done.orders, done.transfers
            payload.purchase_order_count = done.run.order_count
            payload.transfer_count = done.run.transfer_count
            payload.declined_count = done.run.declined_count
        return payload


@strawberry.type(description="The outcome of `replenishmentNeedSnooze`.")
class ReplenishmentNeedSnoozePayload(StockPayload):
    """A level whose need is declined for a while."""


@strawberry.type(description="The outcome of `replenishmentNeedResume`.")
class ReplenishmentNeedResumePayload(StockPayload):
    """A level that is replenished again."""
