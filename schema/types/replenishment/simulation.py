"""Simulations: the past of a level with another policy, beside what really was."""

from datetime import datetime
from decimal import Decimal
from typing import Self

import strawberry

from app.domain.money import Money, decimal_of
from app.domain.replenishment.simulation import SimulatedDay, StockFigures
from app.domain.time import datetime_of
from app.services.replenishment.simulations import PolicySimulation
from schema.scalars import BigInt
from schema.types.purchasing.supplier import Supplier
from schema.types.replenishment.policy import LevelPolicy
from schema.types.stock.level import StockLevel


@strawberry.type(description="What a level came to over the days of a simulation since it began.")
class SimulationFigures:
    days: int = strawberry.field(description="Days that the level existed.")
    days_out_of_stock: int = strawberry.field(description="Days at whose end nothing was on hand.")
    units_sold: BigInt = strawberry.field(description="Net units sold.")
    units_lost: BigInt | None = strawberry.field(
        description="Units of demand that could not be served; null where unknown: what a shop could not sell, its "
        "ledger does not have."
    )
    units_received: BigInt = strawberry.field(description="Units that arrived.")
    mean_on_hand: float = strawberry.field(description="Units on hand at the end of a day, on average.")
    mean_value: Decimal | None = strawberry.field(
        description="The same at the present unit cost of the item; null where that is unknown."
    )

    @classmethod
    def from_domain(cls, figures: StockFigures, *, unit_cost: Money | None) -> Self:
        value = None if unit_cost is None else Money(round(figures.mean_on_hand * unit_cost))
        lost = figures.units_lost
        return cls(
            days=figures.days,
            days_out_of_stock=figures.days_out,
            units_sold=BigInt(figures.units_sold),
            units_lost=None if lost is None else BigInt(lost),
            units_received=BigInt(figures.units_received),
            mean_on_hand=figures.mean_on_hand,
            mean_value=None if value is None else decimal_of(value),
        )


@strawberry.type(description="One day of a simulation, in units.")
class SimulationDay:
    at: datetime = strawberry.field(description="The end of the day: days of 24 hours, counted back from now.")
    units_sold: BigInt = strawberry.field(description="Net units that were really sold: the demand that is replayed.")
    actual_on_hand: int | None = strawberry.field(
        description="Units really on hand at its end; null before the level began."
    )
    on_hand: int | None = strawberry.field(
        description="Units that would have been on hand at its end; null before the level began."
    )
    lost: BigInt = strawberry.field(description="Units of its demand that the simulated level could not serve.")
    arrived: BigInt = strawberry.field(description="Units that would have arrived in its morning.")
    ordered: BigInt = strawberry.field(description="Units that would have been ordered in its evening.")

    @classmethod
    def from_domain(cls, day: SimulatedDay) -> Self:
        return cls(
            at=datetime_of(day.past.at),
            units_sold=BigInt(day.past.sold),
            actual_on_hand=day.past.on_hand,
            on_hand=day.on_hand,
            lost=BigInt(day.lost),
            arrived=BigInt(day.arrived),
            ordered=BigInt(day.ordered),
        )


@strawberry.type(
    description="The last days of a level, replayed with another policy on the demand that the ledger has. In the "
    "morning comes what was ordered a lead time ago, sales take what is there, and in the evening the policy orders as "
    "it does for real. What really arrived within the first lead time was on its way. Counts, losses, transfers to "
    "other locations and reservations are left out."
)
class ReplenishmentSimulation:
    level: StockLevel = strawberry.field(description="The level as it is, with its own policy.")
    policy: LevelPolicy = strawberry.field(description="The policy that was tried, with the present numbers.")
    lead_time_days: int | None = strawberry.field(
        description="The lead time that was used, in days; null where none is known: then nothing is ordered."
    )
    supplier: Supplier | None = strawberry.field(
        description="The supplier whose offer gives lead time and packs; null where none offers the item."
    )
    actual: SimulationFigures = strawberry.field(description="What really came to pass.")
    simulated: SimulationFigures = strawberry.field(description="What would have come to pass.")
    order_count: int = strawberry.field(description="How many orders would have been placed.")
    days: list[SimulationDay] = strawberry.field(description="The days, the oldest first.")

    @classmethod
    def from_domain(cls, found: PolicySimulation) -> Self:
        simulation, supplier = found.simulation, found.supplier
        return cls(
            level=StockLevel.from_domain(found.level),
            policy=LevelPolicy.from_domain(found.tried),
            lead_time_days=found.lead_time_days,
            supplier=None if supplier is None else Supplier.from_domain(supplier),
            actual=SimulationFigures.from_domain(simulation.actual, unit_cost=found.unit_cost),
            simulated=SimulationFigures.from_domain(simulation.simulated, unit_cost=found.unit_cost),
            order_count=sum(day.ordered > 0 for day in simulation.days),
            days=[SimulationDay.from_domain(day) for day in simulation.days],
        )
