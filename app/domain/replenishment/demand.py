"""Demand: the units that customers took of an item at a location, per day, as recorded by the ledger.

Rule: demand is sales less returns. Both a sale over the counter and a reservation that is fulfilled are recorded as
SALE, and take units from on hand; reservations, transfers, counts and losses are no demand. Demand while nothing was
available is not recorded, so it is measured too low where stock ran out.

A line belongs to the day on which it was recorded (see Window): that moment is part of each line, is indexed, and never
changes. The time of occurrence is part of the operation, and only if a client reported it later; a till that was
offline over night moves its sales by a day, and adds or loses none.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

from app.domain.insight.window import Window
from app.domain.stock.movement import Movement, MovementReason
from app.domain.time import Moment

DEMAND_REASONS = (MovementReason.SALE, MovementReason.RETURN)


class DailySums(NamedTuple):
    """Sums of the daily units and of their squares: all that mean and deviation need.

    Days without demand add nothing, so their number does not matter.
    """

    units: int = 0
    squares: int = 0

    @classmethod
    def of(cls, daily: Iterable[int]) -> "DailySums":
        """Return the sums over the units of days; below zero, more was returned than sold."""
        days = tuple(daily)
        return cls(units=sum(days), squares=sum(units * units for units in days))


NO_DEMAND = DailySums()


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """Measured demand: `mean` and standard `deviation` of the units of one day, over so many days.

    Where returns reach sales, there is no demand: mean and deviation are 0.
    """

    days: int
    units: int
    mean: float
    deviation: float


def demand_of(daily: Iterable[int], *, days: int) -> Demand:
    """Return the demand of `days` days, given the units of those that had any, in any order: see demand_of_sums."""
    return demand_of_sums(DailySums.of(daily), days=days)


def demand_of_sums(sums: DailySums, *, days: int) -> Demand:
    """Return the demand of `days` days, one at least; those without any units count as 0 units.

    The deviation is that of a sample, with the divisor n - 1; of a single day it is 0. Whole numbers are summed, so
    that nothing is lost to rounding before the root.
    """
    assert days >= 1, days
    units, squares = sums
    if units <= 0:
        return Demand(days=days, units=units, mean=0.0, deviation=0.0)
    spread = max(0, days * squares - units * units)  # squares may have been rounded where they are beyond 2 ** 53
    variance = spread / (days * (days - 1)) if days > 1 else 0.0
    return Demand(days=days, units=units, mean=units / days, deviation=sqrt(variance))


def demand_within(window: Window, sums: DailySums = NO_DEMAND, *, began_at: Moment | None = None) -> Demand:
    """Return the demand of a level over a window, or since its first movement, `began_at`, where that is within it."""
    return demand_of_sums(sums, days=window.days if began_at is None else window.day(began_at) + 1)


def units_of(line: Movement) -> int:
    """Return the units of demand of a ledger line; below zero, returned units."""
    return -line.change.on_hand if line.reason in DEMAND_REASONS else 0
