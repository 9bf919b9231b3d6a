"""Replenishment policies: the effective one of a level, and inherited settings."""

import asyncio
from datetime import date, datetime
from typing import Self

import strawberry
from strawberry import relay

from app.domain.day import date_of
from app.domain.replenishment.inheritance import origins
from app.domain.replenishment.policy import Policy
from app.domain.replenishment.policy_defaults import PolicyDefaults, policy_keys
from app.domain.replenishment.policy_defaults import PolicySetting as DomainPolicySetting
from app.domain.replenishment.policy_defaults import PolicySettings as DomainPolicySettings
from app.domain.replenishment.review_dates import next_review
from app.domain.stock.level import Level
from app.domain.time import datetime_of
from schema.context import Info
from schema.deprecations import former_name
from schema.enums.replenishment import PolicyScope, PolicySetting, ReplenishmentMethod, SettingOrigin
from schema.types.reference import check_found


@strawberry.type(description="Where one effective setting of a level comes from.")
class PolicySettingSource:
    setting: PolicySetting = strawberry.field(description="The setting.")
    origin: SettingOrigin = strawberry.field(description="Where it comes from.")
    name: str | None = strawberry.field(
        description="What the origin is about: the item's SKU, the category, or the location's code; else null."
    )


@strawberry.type(
    description="The effective replenishment policy of a level, in units and days: its own settings, and those "
    "inherited from its item, category, location or the global scope."
)
class LevelPolicy:
    domain: strawberry.Private[Policy]
    level: strawberry.Private[Level]
    method: ReplenishmentMethod = strawberry.field(
        description="The replenishment method: when to order automatically, and how much."
    )
    reorder_point: int = strawberry.field(description="At or below it, available stock is LOW.")
    target_level: int | None = strawberry.field(description="The order-up-to level; null where none is set.")
    safety_stock: int = strawberry.field(description="Safety stock, in units.")
    order_quantity: int | None = strawberry.field(
        description="The units of which FIXED_QUANTITY orders one or a multiple; null where none are set."
    )
    review_days: int | None = strawberry.field(
        description="Days between review dates, or of demand that one order of DEMAND_BASED covers; null where not set."
    )
    review_start: date | None = strawberry.field(
        description="The first review date; null where they are counted from 1970-01-01 on."
    )
    service_level: float | None = strawberry.field(
        description="The target share of order cycles without a stock-out, for DEMAND_BASED; null where not set."
    )
    alert_margin: int = strawberry.field(description="Hysteresis: units beyond its threshold at which an alert closes.")
    overstock_point: int | None = strawberry.field(
        description="With more units on hand, the level is OVERSTOCK; null where it never is."
    )
    risk_point: int | None = strawberry.field(
        description="With fewer units available, days of cover are below the lead time: STOCKOUT_RISK. Computed by "
        "the daily review; null where demand or lead time is unknown."
    )
    resupply_from: str | None = strawberry.field(
        description="The location that may resupply this one by transfer: its code."
    )
    transfer_days: int = strawberry.field(description="The lead time of transfers from `resupplyFrom`, in days.")
    overrides: list[PolicySetting] = strawberry.field(
        description="The settings of this level alone; all others are inherited."
    )
    own: list[PolicySetting] = former_name("overrides", list[PolicySetting], now="overrides")

    @strawberry.field(
        description="Where each setting comes from, by the policies as they are now. For a minute or two after a "
        "policy is changed, its levels may still have the former value: see `isApplied` of the policy."
    )
    async def sources(self, info: Info) -> list[PolicySettingSource]:
        """Load the item and the policies, together with those of other levels."""
        level, loaders = self.level, info.context.loaders
        item = await loaders.referred_item_by_sku.load(level.key.sku)
        check_found(item, info, f"item {level.key.sku}")
        assert item is not None
        keys = policy_keys(level.key, category=item.category)
        found = await asyncio.gather(*(loaders.document(PolicyDefaults, key.id) for key in keys))
        names = {
            SettingOrigin.ITEM: item.sku,
            SettingOrigin.ITEM_REORDER_POINT: item.sku,
            SettingOrigin.CATEGORY: item.category,
            SettingOrigin.LOCATION: level.key.location,
        }
        sources = origins(level, [each for each in found if each is not None], item)
        return [
            PolicySettingSource(setting=setting, origin=origin, name=names.get(origin))
            for setting, origin in sources.items()
        ]

    @strawberry.field(
        description="The next review date, in UTC: today or later; it stays today after today's review has run. Null "
        "unless the method is PERIODIC and `reviewDays` is set."
    )
    def next_review(self, info: Info) -> date | None:
        """Look at the day only where selected."""
        return _date(next_review(self.domain, info.context.services.replenishment.today()))

    @classmethod
    def from_domain(cls, level: Level) -> Self:
        policy = level.policy
        return cls(
            domain=policy,
            level=level,
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
    method: ReplenishmentMethod | None = strawberry.field(description="The replenishment method.")
    reorder_point: int | None = strawberry.field(description="At or below it, available stock is LOW.")
    target_level: int | None = strawberry.field(description="The order-up-to level.")
    safety_stock: int | None = strawberry.field(description="Safety stock, in units.")
    order_quantity: int | None = strawberry.field(
        description="The order quantity of FIXED_QUANTITY, or a multiple of it."
    )
    review_days: int | None = strawberry.field(description="Days between review dates.")
    review_start: date | None = strawberry.field(description="The first review date.")
    service_level: float | None = strawberry.field(
        description="The target share of order cycles without a stock-out, for DEMAND_BASED."
    )
    alert_margin: int | None = strawberry.field(
        description="Hysteresis: units beyond its threshold at which an alert closes."
    )
    overstock_point: int | None = strawberry.field(description="With more units on hand, a level is OVERSTOCK.")
    resupply_from: str | None = strawberry.field(
        description="The location that may resupply this one by transfer: its code."
    )
    transfer_days: int | None = strawberry.field(description="The lead time of transfers from `resupplyFrom`, in days.")

    @classmethod
    def from_domain(cls, settings: DomainPolicySettings) -> Self:
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
    description="Replenishment settings that the levels of a scope inherit unless they have their own. What "
    "DEMAND_BASED computes is not inherited: reorder point, target level and safety stock of such a level "
    "come from its daily review, or are its own."
)
class ReplenishmentPolicy(relay.Node):
    identity: relay.NodeID[str]
    scope: PolicyScope = strawberry.field(description="The levels that inherit it.")
    name: str | None = strawberry.field(
        description="The item's SKU, the category, or the location's code; null for everything."
    )
    settings: PolicySettings = strawberry.field(description="What is set.")
    is_applied: bool = strawberry.field(
        description="Whether all levels have been updated since the last change. The update begins at once, and takes "
        "a minute or two for 100,000 levels. Levels of archived items or locations follow once those are "
        "restored."
    )
    version: int = strawberry.field(
        description="Grows by one with each change, and when it has been applied. The higher one is the newer."
    )
    changed_at: datetime = strawberry.field(description="When it was last changed or applied.")

    @classmethod
    def from_domain(cls, defaults: PolicyDefaults) -> Self:
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
