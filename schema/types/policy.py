"""What a level replenishes itself by, as clients see it."""

from typing import Self

import strawberry

from app.domain.level import Level
from app.domain.policy_defaults import PolicySetting as DomainPolicySetting
from schema.enums import PolicySetting, ReplenishmentMethod


@strawberry.type(
    description="What a level goes by, in units and days: settings of its own, and those that it inherits from its "
    "item, its category, its location or from what is set for everything."
)
class LevelPolicy:
    """See Policy."""

    method: ReplenishmentMethod = strawberry.field(description="When something is ordered by itself, and how much.")
    reorder_point: int = strawberry.field(description="At or below it, available stock is LOW.")
    target_level: int | None = strawberry.field(description="Up to where is ordered.")
    safety_stock: int = strawberry.field(description="Units kept for emergencies.")
    order_quantity: int | None = strawberry.field(description="What FIXED_QUANTITY orders, or a multiple of it.")
    review_days: int | None = strawberry.field(description="Days between review dates.")
    service_level: float | None = strawberry.field(
        description="The share of order cycles without a stock-out that DEMAND_BASED aims at."
    )
    alert_margin: int = strawberry.field(description="How far beyond its threshold an alert closes.")
    overstock_point: int | None = strawberry.field(description="With more units on hand, the level is OVERSTOCK.")
    risk_point: int | None = strawberry.field(
        description="With fewer units available, days of cover are below the lead time: STOCKOUT_RISK. Measured by the "
        "daily review; null where no demand or no lead time is known."
    )
    resupply_from: str | None = strawberry.field(description="The code of a location that may send units.")
    transfer_days: int = strawberry.field(description="Days that a transfer from there takes.")
    own: list[PolicySetting] = strawberry.field(
        description="The settings that were made for this level alone; all others are inherited."
    )

    @classmethod
    def from_domain(cls, level: Level) -> Self:
        """Convert."""
        policy = level.policy
        return cls(
            method=policy.method,
            reorder_point=level.reorder_point,
            target_level=policy.target_level,
            safety_stock=policy.safety_stock,
            order_quantity=policy.order_quantity,
            review_days=policy.review_days,
            service_level=policy.service_level,
            alert_margin=policy.alert_margin,
            overstock_point=policy.overstock_point,
            risk_point=policy.risk_point,
            resupply_from=policy.resupply_from,
            transfer_days=policy.transfer_days,
            own=[DomainPolicySetting(name) for name in policy.own],
        )
