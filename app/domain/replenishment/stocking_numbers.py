"""Stocking formulas on measured demand: reorder point, order quantity and safety stock.

Rule: every result is a whole number of units, rounded up where less would miss the service level. Demand of different
days is assumed to be independent, so that its deviation grows with the root of time. "Silver" below is Silver, Pyke and
Thomas, *Inventory and Production Management in Supply Chains*, 4th ed.
"""

from collections.abc import Iterator
from math import ceil, floor, sqrt
from statistics import NormalDist
from typing import NamedTuple

from app.domain.errors import Field, InvalidValue, InventoryError
from app.domain.limits import MAX_QUANTITY
from app.domain.replenishment.demand import Demand

MIN_SERVICE_LEVEL = 0.5  # below, the safety stock would be negative
MAX_SERVICE_LEVEL = 0.9999  # z = 3.7; farther out, daily sales are nothing like normally distributed

_DECIMALS = 6  # of a unit; what is beyond is an error of floating point, and no reason for one unit more


class StockingNumbers(NamedTuple):
    """The numbers of a level's policy, in units."""

    reorder_point: int
    target_level: int
    safety_stock: int


def z_of(service_level: float) -> float:
    """Return the safety factor: how many standard deviations of demand to keep for a service level.

    The service level is the probability that stock lasts until an order arrives: P1 of Silver, ch. 6, where demand over
    the lead time is normally distributed. Raises ValueError outside of MIN_SERVICE_LEVEL to MAX_SERVICE_LEVEL.
    """
    if not MIN_SERVICE_LEVEL <= service_level <= MAX_SERVICE_LEVEL:
        raise ValueError(
            f"A service level must be between {MIN_SERVICE_LEVEL} and {MAX_SERVICE_LEVEL}, not {service_level}."
        )
    return NormalDist().inv_cdf(service_level)


def service_level_errors(service_level: float, *, field: Field = ("serviceLevel",)) -> Iterator[InventoryError]:
    """Check a service level of an input."""
    if not MIN_SERVICE_LEVEL <= service_level <= MAX_SERVICE_LEVEL:
        rule = f"must be between {MIN_SERVICE_LEVEL} and {MAX_SERVICE_LEVEL}"
        yield InvalidValue(what="The service level", rule=rule, field=field)


def safety_stock(z: float, deviation: float, lead_time_days: float) -> int:
    """Return the units to keep beyond expected demand: z · σ · √L, rounded up.

    σ is the standard deviation of one day's demand, L the days that must be lasted. Silver, ch. 6: SS = k·σ_L, with
    σ_L = σ·√L for independent days.
    """
    assert deviation >= 0 <= lead_time_days, (deviation, lead_time_days)
    return _whole(z * deviation * sqrt(lead_time_days))


def risk_point(demand: Demand, lead_time_days: float) -> int:
    """Return the units that are expected to be sold within the lead time, rounded up.

    With fewer available, days of cover are below the lead time: what is ordered now will come too late on average.
    """
    assert lead_time_days >= 0, lead_time_days
    return _whole(demand.mean * lead_time_days)


def demand_based_numbers(
    demand: Demand,
    *,
    lead_time_days: float,
    service_level: float,
    review_days: float = 0,
    order_quantity: int | None = None,
) -> StockingNumbers:
    """Return the numbers that keep a service level. Raises ValueError where that is out of bounds: see z_of.

    Where stock is looked at with each movement (`review_days` 0), this is the order point of Silver, ch. 6: expected
    demand of the lead time and safety stock, s = μ·L + z·σ·√L, and the target is an order above it, S = s + Q.

    Where it is looked at every R days only, stock must last for L + R, so that safety stock is z·σ·√(L + R). Without an
    `order_quantity` (see economic_order_quantity) what is sold in R is ordered each time, S = s + μ·R: the order-up-to
    level S = μ·(L + R) + z·σ·√(L + R) of a periodic review (R, S). With one, the reorder point covers R as well, for a
    level that stands just above it at one review is ordered at the next: (R, s, S). The target is one unit above the
    reorder point at least. Without demand all numbers are 0.
    """
    z = z_of(service_level)
    assert review_days >= 0, review_days
    if demand.units <= 0:
        return StockingNumbers(reorder_point=0, target_level=0, safety_stock=0)
    kept = min(safety_stock(z, demand.deviation, lead_time_days + review_days), MAX_QUANTITY - 1)
    covered = lead_time_days if order_quantity is None else lead_time_days + review_days
    reorder_point = min(_whole(demand.mean * covered) + kept, MAX_QUANTITY - 1)
    order = _whole(demand.mean * review_days) if order_quantity is None else order_quantity
    target_level = min(reorder_point + max(1, order), MAX_QUANTITY)
    return StockingNumbers(reorder_point=reorder_point, target_level=target_level, safety_stock=kept)


def economic_order_quantity(annual_demand: float, ordering_cost: float, unit_holding_cost: float) -> int:
    """Return the units per order for which ordering and holding together cost least: √(2·D·K / h), as a whole number.

    D is demand in units a year, K the cost of one order, and h the cost of holding one unit for a year, both in the
    same unit of money. The formula of Harris, "How many parts to make at once", *Factory* 10 (1913), known by Wilson,
    "A scientific routine for stock control", *Harvard Business Review* 13 (1934); Silver, ch. 4. Of the whole numbers
    beside the root, the one that costs less is taken, one unit at least; without demand, none. Raises ValueError where
    holding costs nothing, for then no quantity is too large, or where ordering costs less than nothing.
    """
    if unit_holding_cost <= 0 or ordering_cost < 0:
        raise ValueError(
            f"Holding must cost something and ordering not less than nothing: {unit_holding_cost}, {ordering_cost}."
        )
    if annual_demand <= 0:
        return 0
    square = 2 * annual_demand * ordering_cost / unit_holding_cost
    below = floor(sqrt(square))
    # The cost D·K/Q + h·Q/2 is the same for Q and Q + 1 where Q·(Q + 1) is the square.
    best = below if square <= below * (below + 1) else below + 1
    return min(max(1, best), MAX_QUANTITY)


def _whole(units: float) -> int:
    return min(ceil(round(units, _DECIMALS)), MAX_QUANTITY)  # a policy holds no more, and the API shows no more
