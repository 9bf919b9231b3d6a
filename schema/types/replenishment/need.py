"""Replenishment needs of levels, and advice from their measured demand."""

from decimal import Decimal
from typing import Self

import strawberry

from app.domain.limits import MAX_QUANTITY
from app.domain.money import decimal_of
from app.domain.replenishment.need_route import Need
from app.services.replenishment.periodic_review import Advice
from schema.context import Info
from schema.enums.replenishment import NeedRoute
from schema.loading.awaitable_or_value import AwaitableOrValue
from schema.types.catalog import Location, location_of
from schema.types.purchasing.supplier import Supplier
from schema.types.replenishment.declined import DeclinedNeed
from schema.types.stock.level import StockLevel


@strawberry.type(
    description="The present need of a level by its policy, and how it would be sourced. Nothing is ordered yet."
)
class ReplenishmentNeed:
    source_code: strawberry.Private[str | None]
    level: StockLevel = strawberry.field(description="The level, with its policy.")
    route: NeedRoute = strawberry.field(description="How the units would be sourced.")
    wanted: int = strawberry.field(description="Units needed by the policy, also where the need is declined.")
    quantity: int = strawberry.field(
        description="Units that would be ordered, rounded up to the supplier's minimum and packs, or transferred."
    )
    supplier: Supplier | None = strawberry.field(
        description="The supplier that would be ordered from; null where none would."
    )
    unit_cost: Decimal | None = strawberry.field(
        description="The cost of one unit, in the installation's currency; null where unknown."
    )
    lead_time_days: int | None = strawberry.field(description="Days until the units would arrive; null where unknown.")

    @strawberry.field(description="The decision not to order for the level; null where there is none.")
    def declined(self) -> DeclinedNeed | None:
        declined = self.level.domain.declined
        return None if declined is None else DeclinedNeed.from_domain(declined)

    @strawberry.field(description="The location that would ship the units; null where the route is not TRANSFER.")
    def source(self, info: Info) -> AwaitableOrValue[Location | None]:
        return None if self.source_code is None else location_of(self.source_code, info)

    @classmethod
    def from_domain(cls, need: Need) -> Self:
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
    description="The measured demand of a level, and the policy settings that follow from it. Nothing is applied: the "
    "daily review applies them to DEMAND_BASED levels, or set them with `stockLevelConfigure`."
)
class ReplenishmentAdvice:
    level: StockLevel = strawberry.field(description="The level, with the policy that it has now.")
    days: int = strawberry.field(description="Days over which demand was measured: 90, or since its first movement.")
    units_sold: int = strawberry.field(description="Net units sold in these days.")
    daily_demand: float = strawberry.field(description="Mean units sold per day.")
    daily_deviation: float = strawberry.field(description="Standard deviation of the units sold per day.")
    supplier: Supplier | None = strawberry.field(
        description="The supplier it would be ordered from; null where none offers it."
    )
    lead_time_days: int | None = strawberry.field(description="The lead time in days; null where none is known.")
    reorder_point: int | None = strawberry.field(
        description="Expected demand of the lead time, plus the safety stock. Null where no lead time is known, or "
        "the level is not DEMAND_BASED and no `serviceLevel` was requested."
    )
    target_level: int | None = strawberry.field(
        description="The reorder point plus the quantity of one order; null likewise."
    )
    safety_stock: int | None = strawberry.field(
        description="Safety stock, in units: z · daily deviation · √(lead time). Null where `reorderPoint` is."
    )
    risk_point: int | None = strawberry.field(
        description="With fewer units available, days of cover are shorter than the lead time: STOCKOUT_RISK. Null "
        "where demand or lead time is unknown."
    )
    economic_order_quantity: int | None = strawberry.field(
        description="The order quantity with the least total of ordering and holding cost, by Wilson's formula; null "
        "where the supplier's ordering cost or the unit cost is unknown."
    )
    would_change: bool = strawberry.field(description="Whether the next daily review changes the level.")

    @classmethod
    def from_domain(cls, advice: Advice) -> Self:
        numbers = advice.measured.numbers
        return cls(
            level=StockLevel.from_domain(advice.level),
            days=advice.demand.days,
            units_sold=max(-MAX_QUANTITY, min(advice.demand.units, MAX_QUANTITY)),
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
