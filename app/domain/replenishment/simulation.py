"""Replays the past days of one level with another policy: what it would have ordered, had, and lost.

The replay goes day by day. In the morning comes what was ordered a lead time ago. Then the day's demand, as the ledger
has it, takes what is there, and the rest is lost; what came back is added. In the evening the policy decides, by the
code that decides for real (`missing_units`, `is_due`, `numbers_by_demand`), and orders in the supplier's packs. What
was on its way when the replay begins is what really arrived within the first lead time.

Rule: only sales, returns and its own orders move the simulated level. Counts, losses, transfers to other locations,
reservations and backorders are left out. Demand that the real level could not serve is not in the ledger, and so not in
the replay.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from msgspec import structs

from app.domain.day import day_of
from app.domain.insight.window import SALES_DAYS
from app.domain.limits import MAX_QUANTITY
from app.domain.replenishment.commands.review_levels import Measured, reviewed
from app.domain.replenishment.demand import demand_of
from app.domain.replenishment.measured_numbers import numbers_by_demand
from app.domain.replenishment.need import missing_units
from app.domain.replenishment.review_dates import is_due
from app.domain.stock.level import Level
from app.domain.time import Moment

MAX_SIMULATED_DAYS: Final = 90


@dataclass(frozen=True, slots=True, kw_only=True)
class PastDay:
    """A day of the real level, and when it ends. `on_hand` is None before the level began; `sold` is net of returns."""

    at: Moment
    on_hand: int | None
    sold: int
    received: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatedDay:
    """A day of the replay: units in the evening, None before the level began; units lost, arrived, and ordered."""

    past: PastDay
    on_hand: int | None = None
    lost: int = 0
    arrived: int = 0
    ordered: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StockFigures:
    """What a level came to over the days since it began, in units; `units_lost` is None where it is unknown."""

    days: int
    days_out: int
    units_sold: int
    units_lost: int | None
    units_received: int
    mean_on_hand: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """The replayed days, the oldest first."""

    days: Sequence[SimulatedDay]

    @property
    def actual(self) -> StockFigures:
        """What really came to pass."""
        known = [day.past for day in self.days if day.past.on_hand is not None]
        return _figures(
            [day.on_hand or 0 for day in known],
            sold=sum(day.sold for day in known),
            lost=None,
            received=sum(day.received for day in known),
        )

    @property
    def simulated(self) -> StockFigures:
        """What would have come to pass."""
        known = [day for day in self.days if day.on_hand is not None]
        lost = sum(day.lost for day in known)
        return _figures(
            [day.on_hand or 0 for day in known],
            sold=sum(day.past.sold for day in known) - lost,
            lost=lost,
            received=sum(day.arrived for day in known),
        )


def simulate(
    level: Level,
    days: Sequence[PastDay],
    *,
    opening: int,
    demand_before: Sequence[int],
    lead_time_days: int | None,
    rounded: Callable[[int], int],
) -> Simulation:
    """Replay the days of a level, which has the policy to be tried.

    `opening` is on hand before the first day, and `demand_before` what was sold on each day before, the oldest first.
    Without a lead time nothing is ordered; an order arrives on the next day at the earliest. `rounded` makes what is
    wanted what the supplier sells.
    """
    begins = next((number for number, day in enumerate(days) if day.on_hand is not None), len(days))
    due = Counter({number: days[number].received for number in _first_lead_time(begins, len(days), lead_time_days)})
    tried = structs.replace(_emptied(level), on_hand=max(0, opening), incoming=due.total())
    demand = list(demand_before)
    found = [SimulatedDay(past=day) for day in days[:begins]]
    for number, day in enumerate(days[begins:], start=begins):
        arrived = due[number]
        there = tried.on_hand + arrived
        lost = max(0, day.sold - there)
        demand.append(day.sold)
        tried = structs.replace(
            tried, on_hand=min(there - day.sold + lost, MAX_QUANTITY), incoming=tried.incoming - arrived
        )
        tried = _measured(tried, demand, lead_time_days)
        wanted = missing_units(tried, is_review=is_due(tried.policy, day_of(day.at)))
        ordered = min(rounded(wanted), MAX_QUANTITY - tried.incoming) if wanted and lead_time_days is not None else 0
        due[number + max(1, lead_time_days or 0)] += ordered
        tried = structs.replace(tried, incoming=tried.incoming + ordered)
        found.append(SimulatedDay(past=day, on_hand=tried.on_hand, lost=lost, arrived=arrived, ordered=ordered))
    return Simulation(days=found)


def _first_lead_time(begins: int, ends: int, lead_time_days: int | None) -> range:
    return range(begins, min(begins + (lead_time_days or 0), ends))


def _emptied(level: Level) -> Level:
    """Return the level with its settings alone, open, and without a declined need."""
    return Level(
        key=level.key, reorder_point=level.reorder_point, backorder_limit=level.backorder_limit, policy=level.policy
    )


def _measured(level: Level, demand: Sequence[int], lead_time_days: int | None) -> Level:
    """Return the level with the numbers that the daily review would give it."""
    recent = demand[-SALES_DAYS:]
    numbers = numbers_by_demand(level.policy, demand_of(recent, days=len(recent)), lead_time_days)
    change = reviewed(level, Measured(key=level.key, risk_point=level.policy.risk_point, numbers=numbers))
    return level if change is None else structs.replace(level, **(change.settings or {}))


def _figures(evenings: Sequence[int], *, sold: int, lost: int | None, received: int) -> StockFigures:
    return StockFigures(
        days=len(evenings),
        days_out=sum(units <= 0 for units in evenings),
        units_sold=sold,
        units_lost=lost,
        units_received=received,
        mean_on_hand=sum(max(0, units) for units in evenings) / len(evenings) if evenings else 0.0,
    )
