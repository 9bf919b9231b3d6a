"""Demand: what customers took of an item at a location, day by day, as the ledger measured it.

Rule: demand is what was sold less what came back. Both a sale over the counter and a reservation that is fulfilled are
recorded as SALE, and take units from on hand; reservations, transfers, counts and losses are no demand. What customers
wanted while nothing was there is in no ledger, so demand is measured too low where stock ran out.

A line belongs to the day on which it was recorded (see Window): that stands with each line, is indexed, and never
changes. When something happened stands with the operation, and only where a partner told of it later; a till that was
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
    """The units of some days, and the sum of the squares of each day's units: all that mean and deviation need.

    Days without demand add nothing, so that these are the same however many of them there were.
    """

    units: int = 0
    squares: int = 0

    @classmethod
    def of(cls, daily: Iterable[int]) -> "DailySums":
        """Return the sums over days, each given by its units; below zero, more came back than was sold."""
        days = tuple(daily)
        return cls(units=sum(days), squares=sum(units * units for units in days))


NO_DEMAND = DailySums()


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """Measured demand: `mean` and standard `deviation` of the units of one day, over so many days.

    Over a time in which as much came back as was sold, or more, there is no demand: mean and deviation are 0.
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

    The deviation is that of a sample, with n - 1 below the line: the days that were measured stand for those to come.
    A single day tells nothing of it: 0. Whole numbers are summed, so that nothing is lost to rounding before the root.
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
    """Return the units of demand that a line of the ledger stands for; below zero, units that came back."""
    return -line.change.on_hand if line.reason in DEMAND_REASONS else 0
