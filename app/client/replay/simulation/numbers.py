"""The numbers that the sides go by, from what was sold before.

Rule: no hindsight. What is sold on a day has no say in what was ordered before it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from app.client.replay.documents import Invoice
from app.client.replay.simulation.days import Day
from app.client.replay.simulation.terms import SimulationTerms
from app.domain.replenishment.demand import DEMAND_REASONS, Demand, demand_of
from app.domain.replenishment.policy import ReplenishmentMethod
from app.domain.replenishment.stocking_numbers import StockingNumbers, demand_based_numbers

MEASURED_DAYS = 90  # as many as the server measures


def demand_on(day: Day) -> dict[str, int]:
    """Return the units of each item that customers took on a day; below zero, that they brought back."""
    return demand_in((*day.going, *day.coming))


def demand_in(documents: Iterable[Invoice]) -> dict[str, int]:
    """Return the units of each item that customers took by these documents."""
    units: defaultdict[str, int] = defaultdict(int)
    for document in documents:
        for posting in document.postings:
            if posting.reason in DEMAND_REASONS:
                units[posting.sku] -= posting.units
    return units


def demands(daily: Sequence[Mapping[str, int]]) -> dict[str, Demand]:
    """Return the demand of each item over the last of these days, of those items only that have any."""
    recent = daily[-MEASURED_DAYS:]
    units: defaultdict[str, list[int]] = defaultdict(list)
    for day in recent:
        for sku, count in day.items():
            units[sku].append(count)
    found = {sku: demand_of(counts, days=len(recent)) for sku, counts in units.items()}
    return {sku: demand for sku, demand in found.items() if demand.mean > 0}


def numbers_for(demand: Demand, terms: SimulationTerms, *, method: ReplenishmentMethod) -> StockingNumbers:
    """Return the numbers of an item: those of a reviewed stock where the method looks at review dates only."""
    order = max(1, round(demand.mean * terms.order_days))
    is_reviewed = method is ReplenishmentMethod.PERIODIC
    return demand_based_numbers(
        demand,
        lead_time_days=terms.lead_time_days,
        service_level=terms.service_level,
        review_days=terms.order_days if is_reviewed else 0,
        order_quantity=None if is_reviewed else order,
    )


def settings_for(numbers: StockingNumbers, method: ReplenishmentMethod) -> dict[str, object]:
    """Return the settings of a level, as the API takes them.

    Where nothing is ordered, the level warns all the same. Just in time, each unit that is sold is ordered again, once
    stock is down to what lasts for the lead time.
    """
    common = {"method": method, "reorderPoint": numbers.reorder_point}
    match method:
        case ReplenishmentMethod.NONE:
            return common
        case ReplenishmentMethod.MIN_MAX | ReplenishmentMethod.DEMAND_BASED:
            return common | {"targetLevel": numbers.target_level, "safetyStock": numbers.safety_stock}
        case ReplenishmentMethod.FIXED_QUANTITY:
            return common | {"orderQuantity": numbers.target_level - numbers.reorder_point}
        case ReplenishmentMethod.PERIODIC:
            # The replay calls for the reviews, so for the server each day is a date, whatever a level would inherit.
            return common | {"targetLevel": numbers.target_level, "reviewDays": 1, "reviewStart": "1970-01-01"}
        case ReplenishmentMethod.JUST_IN_TIME:
            return common | {"safetyStock": max(1, numbers.reorder_point)}
