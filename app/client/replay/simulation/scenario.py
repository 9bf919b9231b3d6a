"""What is to be simulated: the same days, items and opening stock for every side."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.client.replay.plan import ReplayPlan
from app.client.replay.simulation.days import Day, days_of, without_called_off
from app.client.replay.simulation.numbers import demand_on, demands, numbers_for
from app.client.replay.simulation.terms import SimulationTerms
from app.domain.replenishment.demand import Demand
from app.domain.replenishment.policy import ReplenishmentMethod
from app.domain.replenishment.stocking_numbers import StockingNumbers


class NothingToSimulate(Exception):
    """The file is too short, or nothing was bought at its beginning; the message is one sentence for the user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """The days to play. `demand` is that of the warm-up, by item; items without any are left out of the comparison."""

    plan: ReplayPlan
    terms: SimulationTerms
    warm_up: tuple[Day, ...]
    days: tuple[Day, ...]
    demand: Mapping[str, Demand]
    called_off: int
    items_left_out: int
    lines_left_out: int
    units_left_out: int

    @property
    def opening(self) -> dict[str, int]:
        """What each side begins with: the target level of each item where it is looked at with each sale."""
        return {sku: numbers.target_level for sku, numbers in self.numbers(ReplenishmentMethod.MIN_MAX).items()}

    def numbers(self, method: ReplenishmentMethod) -> dict[str, StockingNumbers]:
        """Return the numbers of each item by the demand of the warm-up."""
        return {sku: numbers_for(demand, self.terms, method=method) for sku, demand in self.demand.items()}


def scenario_of(plan: ReplayPlan, terms: SimulationTerms) -> Scenario:
    """Read a plan as a scenario. Raises NothingToSimulate."""
    documents, called_off = without_called_off(plan.documents)
    days = days_of(documents)
    if len(days) <= terms.warm_up_days:
        raise NothingToSimulate(
            f"{plan.source.name} has sales of {len(days)} days, and the warm-up takes {terms.warm_up_days} of them: "
            "give fewer with --warm-up-days."
        )
    warm_up = days[: terms.warm_up_days]
    demand = demands([demand_on(day) for day in warm_up])
    if not demand:
        raise NothingToSimulate(
            f"Nothing was bought in the first {terms.warm_up_days} days of {plan.source.name}: "
            "give more with --warm-up-days."
        )
    split = [day.of_items(demand) for day in days[terms.warm_up_days :]]
    others = [posting for _, some in split for posting in some]
    return Scenario(
        plan=plan,
        terms=terms,
        warm_up=tuple(warm_up),
        days=tuple(day for day, _ in split),
        demand=demand,
        called_off=called_off,
        items_left_out=len({posting.sku for posting in others}),
        lines_left_out=len(others),
        units_left_out=sum(abs(posting.units) for posting in others),
    )
