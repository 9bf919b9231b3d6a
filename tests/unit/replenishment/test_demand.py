"""Demand of days: mean and deviation, and what of the ledger it is."""

from statistics import fmean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.replenishment.demand import DailySums, Demand, demand_of, demand_of_sums, units_of
from app.domain.stock.level import Level, LevelKey
from app.domain.stock.level_change import LevelChange
from app.domain.stock.movement import Movement, MovementReason
from tests.support.clock import START


def sold(change: LevelChange, reason: MovementReason) -> Movement:
    """Return a line of the ledger."""
    after = Level(key=LevelKey("TEA-1", "MAIN"), on_hand=100, version=7, changed_at=START)
    return Movement(operation_id="1", writer="w", recorded_at=START, reason=reason, change=change, after=after)


@pytest.mark.parametrize(
    ("daily", "days", "demand"),
    [
        ([], 90, Demand(days=90, units=0, mean=0.0, deviation=0.0)),
        ([4, 4, 4], 3, Demand(days=3, units=12, mean=4.0, deviation=0.0)),
        ([2, 4, 4, 4, 5, 5, 7, 9], 8, Demand(days=8, units=40, mean=5.0, deviation=(32 / 7) ** 0.5)),
        ([6], 1, Demand(days=1, units=6, mean=6.0, deviation=0.0)),  # a single day tells no deviation
        ([6], 2, Demand(days=2, units=6, mean=3.0, deviation=18**0.5)),
        ([5, -2], 3, Demand(days=3, units=3, mean=1.0, deviation=13**0.5)),  # two came back on another day
        ([5, -5], 3, Demand(days=3, units=0, mean=0.0, deviation=0.0)),
        ([5, -9], 3, Demand(days=3, units=-4, mean=0.0, deviation=0.0)),
    ],
)
def test_demand_is_mean_and_deviation_of_all_days(daily: list[int], days: int, demand: Demand) -> None:
    """Days without a sale count as zero; where no more was sold than came back, there is no demand."""
    assert demand_of(daily, days=days) == demand


def test_a_window_has_one_day_at_least() -> None:
    """Over no day nothing can be measured."""
    with pytest.raises(AssertionError):
        demand_of([], days=0)


@given(st.lists(st.integers(0, 10_000), min_size=2, max_size=90), st.integers(0, 30))
def test_sums_are_as_good_as_the_days(daily: list[int], empty: int) -> None:
    """Mean and deviation are those of all days listed one by one, also the empty ones."""
    demand = demand_of_sums(DailySums.of(daily), days=len(daily) + empty)
    every = daily + [0] * empty
    assert demand.units == sum(every)
    assert demand.mean == pytest.approx(fmean(every))
    assert demand.deviation == pytest.approx(stdev(every))


@pytest.mark.parametrize(
    ("change", "reason", "units"),
    [
        (LevelChange(on_hand=-3), MovementReason.SALE, 3),
        (LevelChange(on_hand=-3, reserved=-3), MovementReason.SALE, 3),  # a reservation is fulfilled
        (LevelChange(on_hand=2), MovementReason.RETURN, -2),
        (LevelChange(on_hand=1), MovementReason.SALE, -1),  # a sale that is taken back as such
        (LevelChange(reserved=3), MovementReason.RESERVATION, 0),
        (LevelChange(on_hand=-3), MovementReason.TRANSFER, 0),
        (LevelChange(on_hand=-3), MovementReason.COUNT, 0),
        (LevelChange(on_hand=-3, damaged=-3), MovementReason.WRITE_OFF, 0),
        (LevelChange(on_hand=9), MovementReason.RECEIPT, 0),
    ],
)
def test_what_is_sold_less_what_comes_back_is_demand(change: LevelChange, reason: MovementReason, units: int) -> None:
    """Nothing else is, however it takes units away."""
    assert units_of(sold(change, reason)) == units
