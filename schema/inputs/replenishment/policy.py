"""Inputs of replenishment policies, of one level or of a scope."""

from datetime import date

import strawberry

from app.domain.day import day_number
from app.domain.partial_update import Unchanged
from app.domain.replenishment.policy_change import SettingsChange
from app.services.replenishment.filters import PolicyFilter
from schema.enums.replenishment import PolicyScope, ReplenishmentMethod
from schema.inputs.given import each_once, given
from schema.inputs.mutation_input import MutationInput

_SCOPE = "The levels that inherit it."
_NAME = "The item's SKU, the category, or the location's code; left out for EVERYTHING."


@strawberry.input
class PolicySettingsInput:
    """Null is no longer set here and so inherited; what is left out stays unchanged."""

    method: ReplenishmentMethod | None = strawberry.field(
        default=strawberry.UNSET, description="The replenishment method: when to order automatically, and how much."
    )
    reorder_point: int | None = strawberry.field(
        default=strawberry.UNSET,
        description="In units: at or below it, available stock is LOW, and MIN_MAX and FIXED_QUANTITY order.",
    )
    target_level: int | None = strawberry.field(
        default=strawberry.UNSET,
        description="In units: MIN_MAX and PERIODIC order up to it; not below the reorder point.",
    )
    safety_stock: int | None = strawberry.field(
        default=strawberry.UNSET, description="Safety stock, in units; JUST_IN_TIME orders it in addition."
    )
    order_quantity: int | None = strawberry.field(
        default=strawberry.UNSET,
        description="In units, at least 1: the order quantity of FIXED_QUANTITY, or a multiple of it.",
    )
    review_days: int | None = strawberry.field(
        default=strawberry.UNSET,
        description="The review interval of PERIODIC in days, 1 to 365, counted from `reviewStart`. For DEMAND_BASED, "
        "the days of demand that one order covers.",
    )
    review_start: date | None = strawberry.field(
        default=strawberry.UNSET,
        description="The first review date of PERIODIC, in UTC, 1970-01-01 to 2099-12-31: from then on it orders "
        "every `reviewDays` days, and not before. A Monday and 7 days make every Monday a review date. "
        "Where it is not set, days are counted from 1970-01-01, a Thursday.",
    )
    service_level: float | None = strawberry.field(
        default=strawberry.UNSET,
        description="The target share of order cycles without a stock-out, for DEMAND_BASED, 0.5 to 0.9999.",
    )
    alert_margin: int | None = strawberry.field(
        default=strawberry.UNSET,
        description="Hysteresis, in units: how far beyond its threshold a level must recover for an alert to close.",
    )
    overstock_point: int | None = strawberry.field(
        default=strawberry.UNSET, description="In units: with more on hand, the level is OVERSTOCK."
    )
    resupply_from: str | None = strawberry.field(
        default=strawberry.UNSET,
        description="The location that may resupply this one: its code. A transfer from there is proposed instead of "
        "an order where it can spare all units needed: those beyond its target or, where a transfer is "
        "faster than the supplier, beyond its reorder point.",
    )
    transfer_days: int | None = strawberry.field(
        default=strawberry.UNSET, description="The transfer lead time from there in days, 0 to 365; 1 where not set."
    )

    def settings(self) -> SettingsChange:
        return SettingsChange(
            method=given(self.method, null=None),
            reorder_point=given(self.reorder_point, null=None),
            target_level=given(self.target_level, null=None),
            safety_stock=given(self.safety_stock, null=None),
            order_quantity=given(self.order_quantity, null=None),
            review_days=given(self.review_days, null=None),
            review_start=_day(given(self.review_start, null=None)),
            service_level=given(self.service_level, null=None),
            alert_margin=given(self.alert_margin, null=None),
            overstock_point=given(self.overstock_point, null=None),
            resupply_from=given(self.resupply_from, null=None),
            transfer_days=given(self.transfer_days, null=None),
        )


@strawberry.input(
    description="Sets replenishment settings that the levels of a scope inherit: at least one. One that is null is no "
    "longer set here; what is left out stays unchanged. A method may be incomplete here: what it lacks "
    "may be set in another scope, and nothing is ordered until then."
)
class ReplenishmentPolicySetInput(MutationInput, PolicySettingsInput):
    scope: PolicyScope = strawberry.field(description=_SCOPE)
    name: str | None = strawberry.field(default=None, description=_NAME)


@strawberry.input(description="Clears all settings that the levels of a scope inherit from it.")
class ReplenishmentPolicyClearInput(MutationInput):
    scope: PolicyScope = strawberry.field(description=_SCOPE)
    name: str | None = strawberry.field(default=None, description=_NAME)


@strawberry.input(
    name="ReplenishmentPolicyFilter",
    description="Filters a list of policies. All conditions must hold; those left out do not restrict.",
)
class ReplenishmentPolicyFilterInput:
    scopes: list[PolicyScope] | None = strawberry.field(default=None, description="Policies of these scopes.")

    def to_domain(self) -> PolicyFilter:
        return PolicyFilter(scopes=each_once(self.scopes))


def _day(value: date | Unchanged | None) -> int | Unchanged | None:
    """Return the number of the day, where one was said."""
    return day_number(value) if isinstance(value, date) else value
