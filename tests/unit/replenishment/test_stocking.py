"""The formulas of stocking, against figures worked out by hand and against trying all quantities."""

from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import InvalidValue
from app.domain.limits import MAX_QUANTITY
from app.domain.replenishment.demand import Demand, demand_of
from app.domain.replenishment.stocking_numbers import (
    StockingNumbers,
    demand_based_numbers,
    economic_order_quantity,
    risk_point,
    safety_stock,
    service_level_errors,
    z_of,
)

NO_DEMAND = demand_of([], days=90)


def demand(mean: float, deviation: float) -> Demand:
    """Return demand of 100 days."""
    return Demand(days=100, units=round(mean * 100), mean=mean, deviation=deviation)


@pytest.mark.parametrize(
    ("service_level", "z"),
    [(0.5, 0.0), (0.9, 1.2816), (0.95, 1.6449), (0.975, 1.9600), (0.99, 2.3263), (0.9999, 3.7190)],
)
def test_the_safety_factor_is_the_quantile_of_the_normal_distribution(service_level: float, z: float) -> None:
    """As the tables have it."""
    assert z_of(service_level) == pytest.approx(z, abs=5e-5)
    assert list(service_level_errors(service_level)) == []


@pytest.mark.parametrize("service_level", [-1.0, 0.0, 0.49, 0.99991, 1.0, 95.0, inf, nan])
def test_a_service_level_out_of_bounds_is_refused(service_level: float) -> None:
    """As an error of ours, and as a fault of an input."""
    with pytest.raises(ValueError, match="service level"):
        z_of(service_level)
    with pytest.raises(ValueError, match="service level"):
        demand_based_numbers(NO_DEMAND, lead_time_days=1, service_level=service_level)
    rule = "must be between 0.5 and 0.9999"
    assert list(service_level_errors(service_level)) == [
        InvalidValue(what="The service level", rule=rule, field=("serviceLevel",))
    ]


@pytest.mark.parametrize(
    ("z", "deviation", "days", "units"),
    [
        (1.6449, 4.0, 9, 20),  # 19.74
        (2.0, 5.0, 4, 20),  # exactly, so that nothing is rounded up
        (0.1 + 0.2, 10.0, 1, 3),  # 3.0000000000000004
        (1.6449, 0.0, 9, 0),
        (1.6449, 4.0, 0, 0),
        (0.0, 4.0, 9, 0),
    ],
)
def test_safety_stock_is_z_sigma_root_l(z: float, deviation: float, days: float, units: int) -> None:
    """Rounded up, but not for an error of floating point."""
    assert safety_stock(z, deviation, days) == units


@pytest.mark.parametrize(
    ("mean", "days", "units"), [(2.0, 7, 14), (0.3, 7, 3), (0.1, 30, 3), (0.1, 31, 4), (5.0, 0, 0), (0.0, 30, 0)]
)
def test_the_risk_point_is_the_demand_of_the_lead_time(mean: float, days: float, units: int) -> None:
    """Rounded up: one unit less covers fewer days."""
    assert risk_point(demand(mean, 1.0), days) == units


@pytest.mark.parametrize(
    ("review_days", "order_quantity", "numbers"),
    [
        # z = 1.6449, σ = 4: √9 → 19.74, √16 → 26.3; μ = 10, L = 9
        (0, None, StockingNumbers(reorder_point=110, target_level=111, safety_stock=20)),
        (0, 200, StockingNumbers(reorder_point=110, target_level=310, safety_stock=20)),
        (7, None, StockingNumbers(reorder_point=117, target_level=187, safety_stock=27)),
        (7, 200, StockingNumbers(reorder_point=187, target_level=387, safety_stock=27)),
        (0, 0, StockingNumbers(reorder_point=110, target_level=111, safety_stock=20)),
    ],
)
def test_numbers_keep_the_service_level(review_days: int, order_quantity: int | None, numbers: StockingNumbers) -> None:
    """With each movement or every so many days, with or without a quantity to order."""
    found = demand_based_numbers(
        demand(10.0, 4.0),
        lead_time_days=9,
        service_level=0.95,
        review_days=review_days,
        order_quantity=order_quantity,
    )
    assert found == numbers


def test_without_demand_nothing_is_stocked() -> None:
    """Whatever was returned."""
    nothing = StockingNumbers(reorder_point=0, target_level=0, safety_stock=0)
    for none in (NO_DEMAND, demand_of([3, -3], days=9), demand_of([3, -8], days=9)):
        assert demand_based_numbers(none, lead_time_days=9, service_level=0.99, order_quantity=50) == nothing


def test_no_number_is_more_than_a_level_holds() -> None:
    """The target stays above the reorder point."""
    found = demand_based_numbers(demand(1e9, 0.0), lead_time_days=90, service_level=0.5, order_quantity=MAX_QUANTITY)
    assert found == StockingNumbers(reorder_point=MAX_QUANTITY - 1, target_level=MAX_QUANTITY, safety_stock=0)
    wild = demand(1e9, 1e10)
    kept = demand_based_numbers(wild, lead_time_days=90, service_level=0.95).safety_stock
    assert (kept, risk_point(wild, 90)) == (MAX_QUANTITY - 1, MAX_QUANTITY)


@pytest.mark.parametrize(
    ("annual_demand", "ordering_cost", "holding_cost", "units"),
    [
        (1_000, 20.0, 4.0, 100),
        (1_200, 50, 6, 141),  # √20,000 = 141.42
        (2_400, 32.0, 0.24, 800),
        (0, 20.0, 4.0, 0),
        (-5, 20.0, 4.0, 0),
        (1_000, 0.0, 4.0, 1),  # ordering is free: one by one
        (1, 1.0, 1_000.0, 1),
        (1e12, 1e12, 1.0, MAX_QUANTITY),
    ],
)
def test_the_economic_quantity_is_wilsons(
    annual_demand: float, ordering_cost: float, holding_cost: float, units: int
) -> None:
    """√(2·D·K / h), one at least where anything is sold."""
    assert economic_order_quantity(annual_demand, ordering_cost, holding_cost) == units


@pytest.mark.parametrize(("ordering_cost", "holding_cost"), [(20.0, 0.0), (20.0, -1.0), (-0.01, 4.0)])
def test_costs_without_a_best_quantity_are_errors(ordering_cost: float, holding_cost: float) -> None:
    """Nobody would ever stop ordering."""
    with pytest.raises(ValueError, match="must cost something"):
        economic_order_quantity(1_000, ordering_cost, holding_cost)


@given(st.integers(1, 2_000), st.integers(1, 500), st.integers(1, 500))
def test_no_other_quantity_costs_less(annual_demand: int, ordering_cost: int, holding_cost: int) -> None:
    """Of all whole numbers, by the cost of a year."""

    def cost(quantity: int) -> float:
        return annual_demand * ordering_cost / quantity + holding_cost * quantity / 2

    best = economic_order_quantity(annual_demand, ordering_cost, holding_cost)
    assert cost(best) <= min(cost(quantity) for quantity in range(1, 2 * best + 2)) * (1 + 1e-12)
