"""Why the server ordered by itself, as clients see it."""

from datetime import datetime
from typing import Self

import strawberry

from app.domain.replenishment.order_reason import OrderReason as DomainOrderReason
from app.domain.time import datetime_of
from schema.enums.replenishment import ReplenishmentMethod


@strawberry.type(
    description="Why the server ordered by itself: the policy that asked for it, and the numbers that it saw "
    "right before it ordered, in units."
)
class OrderReason:
    """One automatic decision."""

    method: ReplenishmentMethod = strawberry.field(description="The method of the level's policy.")
    at: datetime = strawberry.field(description="When it was decided.")
    wanted: int = strawberry.field(description="Units that were missing by the policy.")
    quantity: int = strawberry.field(
        description="Units that were ordered: `wanted`, rounded up to the minimum and to whole packs."
    )
    minimum_quantity: int = strawberry.field(description="Units that the supplier sold at least.")
    pack_size: int = strawberry.field(description="Units in a pack, of which only whole ones were sold.")
    available: int = strawberry.field(description="Units that could be sold.")
    incoming: int = strawberry.field(description="Units on their way.")
    planned: int = strawberry.field(description="Units on drafts of orders and on proposed transfers.")
    position: int = strawberry.field(
        description="The inventory position: available + incoming + planned, which the policy goes by."
    )
    reorder_point: int = strawberry.field(description="The position at which the level is ordered for.")
    target_level: int | None = strawberry.field(
        description="The position that an order is to bring the level to; null where its policy has none."
    )
    safety_stock: int = strawberry.field(description="Units kept against what nobody foresees.")
    order_quantity: int | None = strawberry.field(
        description="Units that are ordered at a time; null where its policy has no such number."
    )

    @classmethod
    def from_domain(cls, reason: DomainOrderReason) -> Self:
        """Convert."""
        return cls(
            method=reason.method,
            at=datetime_of(reason.at),
            wanted=reason.wanted,
            quantity=reason.quantity,
            minimum_quantity=reason.minimum_quantity,
            pack_size=reason.pack_size,
            available=reason.available,
            incoming=reason.incoming,
            planned=reason.planned,
            position=reason.position,
            reorder_point=reason.reorder_point,
            target_level=reason.target_level,
            safety_stock=reason.safety_stock,
            order_quantity=reason.order_quantity,
        )
