"""The input of a simulation."""

from datetime import date

import strawberry

from app.domain.day import day_number
from app.domain.partial_update import UNCHANGED
from app.domain.replenishment.policy_change import SettingsChange
from app.domain.replenishment.simulation import MAX_SIMULATED_DAYS
from app.domain.stock.level import LevelKey
from schema.enums.replenishment import ReplenishmentMethod

_AS_NOW = "that of the level where left out."


@strawberry.input(
    description="Which level to replay, and the settings to try: what is left out is as the policy of the level is now."
)
class ReplenishmentSimulationInput:
    sku: str = strawberry.field(description="The item's SKU.")
    location: str = strawberry.field(description="The location's code.")
    days: int = strawberry.field(
        default=MAX_SIMULATED_DAYS,
        description=f"How many days of 24 hours to replay, counted back from now: 1 to {MAX_SIMULATED_DAYS}.",
    )
    lead_time_days: int | None = strawberry.field(
        default=None,
        description="The lead time in days, 0 to 365; that of the best offer where left out. Without either, nothing "
        "is ordered.",
    )
    method: ReplenishmentMethod | None = strawberry.field(
        default=None, description=f"The replenishment method; {_AS_NOW}"
    )
    reorder_point: int | None = strawberry.field(default=None, description=f"The reorder point, in units; {_AS_NOW}")
    target_level: int | None = strawberry.field(default=None, description=f"The order-up-to level, in units; {_AS_NOW}")
    safety_stock: int | None = strawberry.field(default=None, description=f"The safety stock, in units; {_AS_NOW}")
    order_quantity: int | None = strawberry.field(default=None, description=f"The order quantity, in units; {_AS_NOW}")
    review_days: int | None = strawberry.field(
        default=None, description=f"Days between review dates, or that an order of DEMAND_BASED lasts; {_AS_NOW}"
    )
    review_start: date | None = strawberry.field(default=None, description=f"The first review date; {_AS_NOW}")
    service_level: float | None = strawberry.field(
        default=None,
        description=f"The share of order cycles without a stock-out, for DEMAND_BASED, 0.5 to 0.9999; {_AS_NOW}",
    )

    @property
    def key(self) -> LevelKey:
        """The level."""
        return LevelKey(self.sku, self.location)

    def settings(self) -> SettingsChange:
        """Return the settings that are given."""
        start = None if self.review_start is None else day_number(self.review_start)
        return SettingsChange(
            method=UNCHANGED if self.method is None else self.method,
            reorder_point=UNCHANGED if self.reorder_point is None else self.reorder_point,
            target_level=UNCHANGED if self.target_level is None else self.target_level,
            safety_stock=UNCHANGED if self.safety_stock is None else self.safety_stock,
            order_quantity=UNCHANGED if self.order_quantity is None else self.order_quantity,
            review_days=UNCHANGED if self.review_days is None else self.review_days,
            review_start=UNCHANGED if start is None else start,
            service_level=UNCHANGED if self.service_level is None else self.service_level,
        )
