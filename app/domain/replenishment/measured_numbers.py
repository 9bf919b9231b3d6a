"""The numbers that a policy gets from measured demand, each day anew where it is DEMAND_BASED."""

from typing import Final

from app.domain.replenishment.demand import Demand
from app.domain.replenishment.policy import Policy, ReplenishmentMethod
from app.domain.replenishment.stocking_numbers import StockingNumbers, demand_based_numbers

DEFAULT_SERVICE_LEVEL: Final = 0.95
DEFAULT_REVIEW_DAYS: Final = 7  # of stock that an order of a DEMAND_BASED level is to last for, if its policy is silent


def numbers_by_demand(
    policy: Policy, demand: Demand, lead_time_days: int | None, *, service_level: float | None = None
) -> StockingNumbers | None:
    """Return the numbers by demand, None without a lead time.

    A `service_level` asks for the numbers of any policy; otherwise only a DEMAND_BASED one has them. The level is
    checked with each movement, so the target lasts for `review_days`.
    """
    if lead_time_days is None or (service_level is None and policy.method is not ReplenishmentMethod.DEMAND_BASED):
        return None
    wanted = service_level or policy.service_level or DEFAULT_SERVICE_LEVEL
    lasts = policy.review_days or DEFAULT_REVIEW_DAYS
    order = max(1, round(demand.mean * lasts))
    return demand_based_numbers(
        demand, lead_time_days=lead_time_days, service_level=wanted, review_days=0, order_quantity=order
    )
