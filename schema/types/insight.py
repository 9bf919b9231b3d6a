"""Insight into levels as clients see it."""

from datetime import datetime
from decimal import Decimal
from typing import Self

import strawberry

from app.domain.money import Money, decimal_of
from app.domain.time import datetime_of
from app.services.insight.level_insight import LevelInsight
from schema.context import Info
from schema.enums.insight import AbcClass
from schema.scalars import BigInt
from schema.types.catalog import Item, Location, item_of, location_of
from schema.types.stock.level import StockLevel


@strawberry.type(
    description="What the ledger tells of a level over the days that were asked for, read when it is asked for. Where "
    "there has been such a level for less than that, the figures are of the time since it began."
)
class InventoryInsight:
    """See the domain's Insight."""

    domain: strawberry.Private[LevelInsight]
    units_sold: BigInt = strawberry.field(
        description="Units that were sold, over the counter or for reservations, less those that came back."
    )
    velocity: float = strawberry.field(
        description="Units sold per day, of all days on which there has been such a level, one at least."
    )
    days_of_cover: float | None = strawberry.field(
        description="For how many days the available units last at that velocity; null where nothing sells."
    )
    turnover: float | None = strawberry.field(
        description="How many times a year the stock is sold: a year's units at that velocity, by the mean units on "
        "hand. At one unit cost that is the cost of sales by the mean value of the inventory. Null where nothing was "
        "on hand."
    )
    mean_on_hand: float = strawberry.field(description="Units on hand, averaged over the time.")
    stock_out_days: float = strawberry.field(
        description="For how much of the time nothing was available, in days of 24 hours."
    )
    is_dead_stock: bool = strawberry.field(
        description="Whether units are on hand, some were when the days began, and not one was sold since."
    )

    @strawberry.field(description="When it was sold last, at any time; null where it never was.")
    def last_sold_at(self) -> datetime | None:
        """Convert only where asked for."""
        sold_at = self.domain.last_sold_at
        return None if sold_at is None else datetime_of(sold_at)

    @strawberry.field(description="The units sold, less those that came back, at unit cost; null where it is unknown.")
    def sales_value(self) -> Decimal | None:
        """Convert only where asked for."""
        return _amount(self.domain.insight.sales_value)

    @strawberry.field(description="The units on hand at unit cost; null where it is unknown.")
    def stock_value(self) -> Decimal | None:
        """Convert only where asked for."""
        return _amount(self.domain.insight.stock_value)

    @strawberry.field(
        description="How much the item matters at the location, by the value of what all items sold there within the "
        "days. It comes from a ranking that is made for all who ask: a second old where little is sold, some minutes "
        "where very much is."
    )
    async def abc_class(self) -> AbcClass:
        """Look the class up: only those who ask for it wait for a ranking."""
        return await self.domain.abc_class()

    @strawberry.field(description="The level.")
    def level(self) -> StockLevel:
        """Convert only where asked for."""
        return StockLevel.from_domain(self.domain.level)

    @strawberry.field(description="What is stocked.")
    def item(self, info: Info) -> Item:
        """Refer to the item."""
        return item_of(self.domain.level.key.sku, info)

    @strawberry.field(description="Where it is stocked.")
    def location(self, info: Info) -> Location:
        """Refer to the location."""
        return location_of(self.domain.level.key.location, info)

    @classmethod
    def from_domain(cls, told: LevelInsight) -> Self:
        """Convert."""
        insight = told.insight
        return cls(
            domain=told,
            units_sold=BigInt(insight.units_sold),
            velocity=insight.velocity,
            days_of_cover=insight.days_of_cover,
            turnover=insight.turnover,
            mean_on_hand=insight.mean_on_hand,
            stock_out_days=insight.stock_out_days,
            is_dead_stock=insight.is_dead_stock,
        )


def _amount(money: Money | None) -> Decimal | None:
    return None if money is None else decimal_of(money)
