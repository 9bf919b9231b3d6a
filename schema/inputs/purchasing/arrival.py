"""Received units of one item, of a purchase order or a transfer."""

import strawberry

from app.domain.stock.commands.receipt import Arrival
from schema.enums.stock import MovementReason
from schema.inputs.mutation_input import SKU


@strawberry.input
class ArrivalInput:
    sku: str = strawberry.field(description=SKU)
    quantity: int = strawberry.field(description="Units received, damaged ones included; 0 for none.")
    damaged: int = strawberry.field(
        default=0, description="Damaged units among them: they become unavailable as DAMAGED."
    )
    over_reason: MovementReason | None = strawberry.field(
        default=None,
        description="The reason to accept overage, for example FOUND or CORRECTION: units beyond those outstanding "
        "are recorded as a movement with this reason. Without it they are refused.",
    )

    def arrival(self) -> Arrival:
        return Arrival(sku=self.sku, quantity=self.quantity, damaged=self.damaged, over_reason=self.over_reason)
