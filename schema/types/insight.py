"""Insight into levels: figures computed from the ledger."""

from datetime import datetime
from decimal import Decimal
from typing import Self

import strawberry

from app.domain.insight.class_totals import ClassTotals
from app.domain.money import Money, decimal_of
from app.domain.time import datetime_of
from app.services.insight.level_insight import LevelInsight
from schema.context import Info
from schema.enums.insight import AbcClass
from schema.loading.awaitable_or_value import AwaitableOrValue
from schema.scalars import BigInt
from schema.types.catalog import Item, Location, item_of, location_of
from schema.types.stock.level import StockLevel


@strawberry.type(
    description="Sales and stock figures of a level over the requested days, computed from the ledger on request. For "
    "a level that is younger than that they cover the time since it began."
)
class InventoryInsight:
    domain: strawberry.Private[LevelInsight]
    units_sold: BigInt = strawberry.field(
        description="Net units sold: over the counter and for reservations, less returns."
    )
    velocity: float = strawberry.field(
        description="Sales velocity: units sold per day, over the days that the level has existed, at least one."
    )
    days_of_cover: float | None = strawberry.field(
        description="Days that the available units last at that velocity; null where nothing sells."
    )
    turnover: float | None = strawberry.field(
        description="Inventory turnover per year: a year's units at that velocity, divided by the mean units on hand. "
        "At constant unit cost this equals the cost of sales divided by the mean inventory value. Null "
        "where nothing was on hand."
    )
    mean_on_hand: float = strawberry.field(description="Units on hand, averaged over time.")
    stock_out_days: float = strawberry.field(description="Time out of stock (nothing available), in days of 24 hours.")
    is_dead_stock: bool = strawberry.field(
        description="Whether it is dead stock: units on hand now and at the beginning of the period, and none sold "
        "within it."
    )

    @strawberry.field(description="The time of the last sale, also before the period; null where there was none.")
    def last_sold_at(self) -> datetime | None:
        sold_at = self.domain.last_sold_at
        return None if sold_at is None else datetime_of(sold_at)

    @strawberry.field(
        description="As of when levels were ranked to find and place this one: a moment ago, or by the daily ranking "
        "where there are more than 200,000 levels. Its figures are of now in any case. Null where no ranking was "
        "needed: in lists by SKU or location without a filter by class or dead stock."
    )
    def ranked_at(self) -> datetime | None:
        ranked_at = self.domain.ranked_at
        return None if ranked_at is None else datetime_of(ranked_at)

    @strawberry.field(description="Net units sold, at unit cost; null where the cost is unknown.")
    def sales_value(self) -> Decimal | None:
        return _amount(self.domain.insight.sales_value)

    @strawberry.field(description="Units on hand, at unit cost; null where the cost is unknown.")
    def stock_value(self) -> Decimal | None:
        return _amount(self.domain.insight.stock_value)

    @strawberry.field(
        description="The ABC class of the item at the location, by value of sales within the period. It comes from "
        "a cached ranking: a second old where little is sold, some minutes where very much is; from the daily ranking "
        "where there are more than 200,000 levels."
    )
    async def abc_class(self) -> AbcClass:
        """Look the class up: only requests that select it wait for a ranking."""
        return await self.domain.abc_class()

    @strawberry.field(description="The level.")
    def level(self) -> StockLevel:
        return StockLevel.from_domain(self.domain.level)

    @strawberry.field(description="A product that is stocked.")
    def item(self, info: Info) -> AwaitableOrValue[Item]:
        return item_of(self.domain.level.key.sku, info)

    @strawberry.field(description="The location that stocks it.")
    def location(self, info: Info) -> AwaitableOrValue[Location]:
        return location_of(self.domain.level.key.location, info)

    @classmethod
    def from_domain(cls, found: LevelInsight) -> Self:
        insight = found.insight
        return cls(
            domain=found,
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


@strawberry.type(
    description="What the levels of an ABC class come to. Values are at unit cost; levels whose cost is unknown add "
    "nothing to them."
)
class AbcClassTotals:
    abc_class: AbcClass = strawberry.field(description="The class.")
    levels: int = strawberry.field(description="Levels of the class.")
    dead_levels: int = strawberry.field(description="Those of them that are dead stock.")
    sales_value: Decimal = strawberry.field(description="Net units sold within the period, at unit cost.")
    stock_value: Decimal = strawberry.field(description="Units on hand, at unit cost.")
    dead_value: Decimal = strawberry.field(description="Units on hand that are dead stock, at unit cost.")

    @classmethod
    def from_domain(cls, abc_class: AbcClass, totals: ClassTotals) -> Self:
        return cls(
            abc_class=abc_class,
            levels=totals.levels,
            dead_levels=totals.dead_levels,
            sales_value=decimal_of(Money(totals.sales_value)),
            stock_value=decimal_of(Money(totals.stock_value)),
            dead_value=decimal_of(Money(totals.dead_value)),
        )
