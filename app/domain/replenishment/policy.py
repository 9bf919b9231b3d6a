"""Replenishment policies: the method of a level, and its numbers besides the reorder point.

Rule: the inventory position is compared with the reorder point, so that units on order are not ordered again. The
methods are those of Silver, Pyke and Thomas, *Inventory and Production Management in Supply Chains*, 4th ed., 6.3; just
in time orders against known needs, as in the lot-for-lot rule of ch. 5.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final


class ReplenishmentMethod(StrEnum):
    """When a level orders, and how much."""

    NONE = "NONE"  # alerts only
    MIN_MAX = "MIN_MAX"  # (s, S): at the reorder point or below, up to the target level
    FIXED_QUANTITY = "FIXED_QUANTITY"  # (s, nQ): as few times the order quantity as bring it above the reorder point
    PERIODIC = "PERIODIC"  # (R, S): at each review date up to the target level
    JUST_IN_TIME = "JUST_IN_TIME"  # backordered units, when they are needed within the lead time
    DEMAND_BASED = "DEMAND_BASED"  # as MIN_MAX, with numbers computed from measured demand


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The settings of a level, in units and days. The reorder point is a field of the level.

    `service_level` is the share of order cycles without a stock-out that DEMAND_BASED aims at, between 0 and 1. An
    alert closes `alert_margin` units beyond where it opens. Above `overstock_point` units on hand the level is
    overstocked; below `risk_point` available units its cover is shorter than its lead time, as last measured. Before a
    purchase, a transfer from the location `resupply_from` is considered, which takes `transfer_days`. `own` names the
    settings that were made for this level alone, `reorder_point` among them; the others are inherited.

    The reviews of PERIODIC are `review_days` apart, the first of them on the day `review_start`: its number since 1970,
    in UTC. Where that is not set, they are counted from 1970 on; see app.domain.replenishment.review_dates.
    """

    method: ReplenishmentMethod = ReplenishmentMethod.NONE
    target_level: int | None = None
    safety_stock: int = 0
    order_quantity: int | None = None
    review_days: int | None = None
    review_start: int | None = None
    service_level: float | None = None
    alert_margin: int = 0
    overstock_point: int | None = None
    risk_point: int | None = None
    resupply_from: str | None = None
    transfer_days: int = 1
    own: tuple[str, ...] = ()

    def is_short(self, *, position: int, reorder_point: int) -> bool:
        """Tell whether the policy orders now, at an inventory position. PERIODIC levels order at review dates only."""
        match self.method:
            case ReplenishmentMethod.NONE | ReplenishmentMethod.PERIODIC:
                return False
            case ReplenishmentMethod.JUST_IN_TIME:
                return position < self.safety_stock
            case ReplenishmentMethod.FIXED_QUANTITY:
                return bool(self.order_quantity) and position <= reorder_point
            case ReplenishmentMethod.MIN_MAX | ReplenishmentMethod.DEMAND_BASED:
                return position <= reorder_point and position < (self.target_level or 0)

    def wanted(self, *, position: int, reorder_point: int) -> int:
        """Return the units that bring the position to the method's target; 0 where it is there already."""
        match self.method:
            case ReplenishmentMethod.NONE:
                return 0
            case ReplenishmentMethod.JUST_IN_TIME:
                return max(0, self.safety_stock - position)
            case ReplenishmentMethod.FIXED_QUANTITY:
                if not self.order_quantity or position > reorder_point:
                    return 0
                return (1 + (reorder_point - position) // self.order_quantity) * self.order_quantity
            case ReplenishmentMethod.PERIODIC:
                return max(0, (self.target_level or 0) - position)
            case ReplenishmentMethod.MIN_MAX | ReplenishmentMethod.DEMAND_BASED:
                return max(0, (self.target_level or 0) - position) if position <= reorder_point else 0

    def plain(self) -> dict[str, Any]:
        """Return the differences from NO_POLICY as plain values, to be stored or sent."""
        return dict(_plain(self))


def policy_of(plain: Mapping[str, Any] | None) -> Policy:
    """Return the policy from plain values."""
    if not plain:
        return NO_POLICY
    given = dict(plain)
    if "method" in given:
        given["method"] = ReplenishmentMethod(given["method"])
    if "own" in given:
        given["own"] = tuple(given["own"])
    return Policy(**given)


@lru_cache
def _plain(policy: Policy) -> Mapping[str, Any]:
    found = {name: value for name, value in zip(_NAMES, _values(policy), strict=True) if value != _DEFAULTS[name]}
    if "method" in found:
        found["method"] = policy.method.value
    if "own" in found:
        found["own"] = list(policy.own)
    return found


NO_POLICY: Final = Policy()
_NAMES = tuple(each.name for each in fields(Policy))
_values = attrgetter(*_NAMES)
_DEFAULTS = dict(zip(_NAMES, _values(NO_POLICY), strict=True))
