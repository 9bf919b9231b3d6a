"""What levels need, and what was measured of them, as clients see it."""

from decimal import Decimal
from typing import Self

import strawberry

from app.domain.money import decimal_of
from app.domain.replenishment.need_plan import Need
from app.services.replenishment.periodic_review import Advice
from schema.context import Info
from schema.enums.replenishment import NeedRoute
from schema.types.catalog import Location, location_of
from schema.types.purchasing.supplier import Supplier
from schema.types.replenishment.declined import DeclinedNeed
from schema.types.stock.level import StockLevel


@strawberry.type(
    description="What a level needs by its policy now, and where it would come from. Nothing is ordered yet."
)
class ReplenishmentNeed:
    """See Need."""

    source_code: strawberry.Private[str | None]
    level: StockLevel = strawberry.field(description="The level, with its policy.")
    route: NeedRoute = strawberry.field(description="Where the units would come from.")
    wanted: int = strawberry.field(
        description="Units that are missing by the policy, also where somebody has declined them."
    )
    quantity: int = strawberry.field(
        description="Units that would be ordered, rounded up to the supplier's minimum and packs, or transferred."
    )
    supplier: Supplier | None = strawberry.field(description="Who would be asked; null where nobody is.")
    unit_cost: Decimal | None = strawberry.field(description="What one unit would cost, where that is known.")
    lead_time_days: int | None = strawberry.field(description="Days until the units would arrive.")

    @strawberry.field(description="What somebody decided not to order for the level; null where nobody has.")
    def declined(self) -> DeclinedNeed | None:
        """Convert only where asked for."""
        declined = self.level.domain.declined
        return None if declined is None else DeclinedNeed.from_domain(declined)

    @strawberry.field(description="The location that would send the units; null where it is no transfer.")
    def source(self, info: Info) -> Location | None:
        """Refer to the location."""
        return None if self.source_code is None else location_of(self.source_code, info)

    @classmethod
    def from_domain(cls, need: Need) -> Self:
        """Convert."""
        cost = None if need.offer is None else need.offer.unit_cost
        return cls(
            source_code=need.source,
            level=StockLevel.from_domain(need.level),
            route=need.route,
            wanted=need.wanted,
            quantity=need.quantity,
            supplier=None if need.supplier is None else Supplier.from_domain(need.supplier),
            unit_cost=None if cost is None else decimal_of(cost),
            lead_time_days=need.lead_time_days,
        )


@strawberry.type(
    description="What was measured of a level, and the numbers that a policy based on it would have. Nothing is "
    "applied: the daily review applies them to DEMAND_BASED levels, or you set them with "
    "`stockLevelConfigure`."
)
class ReplenishmentAdvice:
    """See Advice."""

    level: StockLevel = strawberry.field(description="The level, with the policy that it has now.")
    days: int = strawberry.field(description="Days over which demand was measured: 90, or since its first movement.")
    units_sold: int = strawberry.field(description="Units sold in these days, less those that came back.")
    daily_demand: float = strawberry.field(description="Units a day, on average.")
    daily_deviation: float = strawberry.field(description="Standard deviation of the units of one day.")
    supplier: Supplier | None = strawberry.field(
        description="Who it would be ordered from; null where nobody offers it."
    )
    lead_time_days: int | None = strawberry.field(description="Days from an order to its arrival, where that is known.")
    reorder_point: int | None = strawberry.field(
        description="Expected demand of the lead time, and the safety stock. Null where no lead time is known, or the "
        "level is not DEMAND_BASED and no `serviceLevel` was asked for."
    )
    target_level: int | None = strawberry.field(description="The reorder point and one order above it; null likewise.")
    safety_stock: int | None = strawberry.field(
        description="Units kept against demand that is higher than expected: z · deviation · root of the lead time."
    )
    risk_point: int | None = strawberry.field(
        description="With fewer units available, days of cover are below the lead time: a STOCKOUT_RISK."
    )
    economic_order_quantity: int | None = strawberry.field(
        description="Units per order for which ordering and holding together cost least, by Wilson's formula; null "
        "where the supplier's ordering cost or the unit cost is not known."
    )
    would_change: bool = strawberry.field(description="Whether the next daily review changes the level.")

    @classmethod
    def from_domain(cls, advice: Advice) -> Self:
        """Convert."""
        numbers = advice.measured.numbers
        return cls(
            level=StockLevel.from_domain(advice.level),
            days=advice.demand.days,
            units_sold=advice.demand.units,
            daily_demand=advice.demand.mean,
            daily_deviation=advice.demand.deviation,
            supplier=None if advice.supplier is None else Supplier.from_domain(advice.supplier),
            lead_time_days=advice.lead_time_days,
            reorder_point=None if numbers is None else numbers.reorder_point,
            target_level=None if numbers is None else numbers.target_level,
            safety_stock=None if numbers is None else numbers.safety_stock,
            risk_point=advice.measured.risk_point,
            economic_order_quantity=advice.economic_order_quantity,
            would_change=advice.differs,
        )
