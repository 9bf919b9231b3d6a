"""What a level replenishes itself by, and what many inherit, as clients see it."""

from datetime import date, datetime
from typing import Self

import strawberry
from strawberry import relay

from app.domain.day import date_of
from app.domain.replenishment.policy import Policy
from app.domain.replenishment.policy_defaults import PolicyDefaults
from app.domain.replenishment.policy_defaults import PolicySetting as DomainPolicySetting
from app.domain.replenishment.policy_defaults import PolicySettings as DomainPolicySettings
from app.domain.replenishment.review_dates import next_review
from app.domain.stock.level import Level
from app.domain.time import datetime_of
from schema.context import Info
from schema.deprecations import former_name
from schema.enums.replenishment import PolicyScope, PolicySetting, ReplenishmentMethod


@strawberry.type(
    description="What a level goes by, in units and days: settings of its own, and those that it inherits from its "
    "item, its category, its location or from what is set for everything."
)
class LevelPolicy:
    """See Policy."""

    domain: strawberry.Private[Policy]
    method: ReplenishmentMethod = strawberry.field(description="When something is ordered by itself, and how much.")
    reorder_point: int = strawberry.field(description="At or below it, available stock is LOW.")
    target_level: int | None = strawberry.field(description="Up to where is ordered.")
    safety_stock: int = strawberry.field(description="Units kept for emergencies.")
    order_quantity: int | None = strawberry.field(description="What FIXED_QUANTITY orders, or a multiple of it.")
    review_days: int | None = strawberry.field(description="Days between review dates.")
    review_start: date | None = strawberry.field(
        description="The first review date; null where they are counted from 1970-01-01 on."
    )
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
    overrides: list[PolicySetting] = strawberry.field(
        description="The settings that were made for this level alone; all others are inherited."
    )
    own: list[PolicySetting] = former_name("overrides", list[PolicySetting], now="overrides")

    @strawberry.field(
        description="The next review date, in UTC: the first from today on, so it is today also where today's review "
        "is over already. Null unless the method is PERIODIC and `reviewDays` is set."
    )
    def next_review(self, info: Info) -> date | None:
        """Look at the day only where asked for."""
        return _date(next_review(self.domain, info.context.services.replenishment.today()))

    @classmethod
    def from_domain(cls, level: Level) -> Self:
        """Convert."""
        policy = level.policy
        return cls(
            domain=policy,
            method=policy.method,
            reorder_point=level.reorder_point,
            target_level=policy.target_level,
            safety_stock=policy.safety_stock,
            order_quantity=policy.order_quantity,
            review_days=policy.review_days,
            review_start=_date(policy.review_start),
            service_level=policy.service_level,
            alert_margin=policy.alert_margin,
            overstock_point=policy.overstock_point,
            risk_point=policy.risk_point,
            resupply_from=policy.resupply_from,
            transfer_days=policy.transfer_days,
            overrides=[DomainPolicySetting(name) for name in policy.own],
        )


@strawberry.type(description="Settings that levels inherit, in units and days; null where nothing is set here.")
class PolicySettings:
    """See PolicySettings."""

    method: ReplenishmentMethod | None = strawberry.field(description="When something is ordered, and how much.")
    reorder_point: int | None = strawberry.field(description="At or below it, available stock is LOW.")
    target_level: int | None = strawberry.field(description="Up to where is ordered.")
    safety_stock: int | None = strawberry.field(description="Units kept for emergencies.")
    order_quantity: int | None = strawberry.field(description="What FIXED_QUANTITY orders, or a multiple of it.")
    review_days: int | None = strawberry.field(description="Days between review dates.")
    review_start: date | None = strawberry.field(description="The first review date.")
    service_level: float | None = strawberry.field(
        description="The share of order cycles without a stock-out that DEMAND_BASED aims at."
    )
    alert_margin: int | None = strawberry.field(description="How far beyond its threshold an alert closes.")
    overstock_point: int | None = strawberry.field(description="With more units on hand, a level is OVERSTOCK.")
    resupply_from: str | None = strawberry.field(description="The code of a location that may send units.")
    transfer_days: int | None = strawberry.field(description="Days that a transfer from there takes.")

    @classmethod
    def from_domain(cls, settings: DomainPolicySettings) -> Self:
        """Convert."""
        return cls(
            method=settings.method,
            reorder_point=settings.reorder_point,
            target_level=settings.target_level,
            safety_stock=settings.safety_stock,
            order_quantity=settings.order_quantity,
            review_days=settings.review_days,
            review_start=_date(settings.review_start),
            service_level=settings.service_level,
            alert_margin=settings.alert_margin,
            overstock_point=settings.overstock_point,
            resupply_from=settings.resupply_from,
            transfer_days=settings.transfer_days,
        )


@strawberry.type(
    description="What the levels of a scope inherit where they have no setting of their own. What DEMAND_BASED "
    "computes is inherited by nobody: the reorder point, target level and safety stock of such a level are its daily "
    "review's, or its own."
)
class ReplenishmentPolicy(relay.Node):
    """See PolicyDefaults."""

    identity: relay.NodeID[str]
    scope: PolicyScope = strawberry.field(description="Which levels inherit it.")
    name: str | None = strawberry.field(
        description="The item's SKU, the category, or the location's code; null for everything."
    )
    settings: PolicySettings = strawberry.field(description="What is set.")
    is_applied: bool = strawberry.field(
        description="Whether all levels have been brought in line since the last change. That begins at once, and "
        "takes a minute or two for 100,000 levels. Those of archived items and at archived locations follow once they "
        "are opened."
    )
    version: int = strawberry.field(
        description="Grows by one with each change, also when it has been applied. The higher one is the newer."
    )
    changed_at: datetime = strawberry.field(description="When it was last changed, or had been applied.")

    @classmethod
    def from_domain(cls, defaults: PolicyDefaults) -> Self:
        """Convert."""
        return cls(
            identity=defaults.id,
            scope=defaults.scope,
            name=defaults.name or None,
            settings=PolicySettings.from_domain(defaults.settings),
            is_applied=defaults.is_applied,
            version=defaults.version,
            changed_at=datetime_of(defaults.changed_at),
        )


def _date(day: int | None) -> date | None:
    return None if day is None else date_of(day)
