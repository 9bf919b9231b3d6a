"""The reason of an automatic order."""

from datetime import datetime
from typing import Self

import strawberry

from app.domain.replenishment.order_reason import OrderReason as DomainOrderReason
from app.domain.time import datetime_of
from schema.enums.replenishment import ReplenishmentMethod


@strawberry.type(
    description="Why the server ordered automatically: the policy, and the figures of the level right before the "
    "order, in units."
)
class OrderReason:
    """One automatic decision."""

    method: ReplenishmentMethod = strawberry.field(description="The method of the level's policy.")
    at: datetime = strawberry.field(description="When it was decided.")
    wanted: int = strawberry.field(description="Units needed by the policy.")
    quantity: int = strawberry.field(
        description="Units that were ordered: `wanted`, rounded up to the minimum and to whole packs."
    )
    minimum_quantity: int = strawberry.field(description="The supplier's minimum order quantity then.")
    pack_size: int = strawberry.field(description="Units per pack then; only whole packs were sold.")
    available: int = strawberry.field(description="Units available to sell.")
    incoming: int = strawberry.field(description="Units in transit or on order.")
    planned: int = strawberry.field(description="Units on draft purchase orders and proposed transfers.")
    position: int = strawberry.field(
        description="The inventory position, which the policy compares: available + incoming + planned."
    )
    reorder_point: int = strawberry.field(description="The inventory position at or below which the policy orders.")
    target_level: int | None = strawberry.field(
        description="The order-up-to level: the inventory position after ordering; null where the policy has none."
    )
    safety_stock: int = strawberry.field(description="Safety stock, in units.")
    order_quantity: int | None = strawberry.field(
        description="The fixed order quantity; null where the policy has none."
    )

    @classmethod
    def from_domain(cls, reason: DomainOrderReason) -> Self:
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
