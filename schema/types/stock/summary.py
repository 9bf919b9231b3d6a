"""Sums over levels."""

from datetime import datetime
from decimal import Decimal
from typing import Self

import strawberry

from app.domain.money import decimal_of
from app.domain.stock.summary import InventorySummary as DomainSummary
from app.domain.stock.summary import StockTotals as DomainTotals
from app.domain.time import datetime_of
from schema.context import Info
from schema.loading.awaitable_or_value import AwaitableOrValue
from schema.scalars import BigInt
from schema.types.catalog import Location, location_of

_VALUE = "The value of {}, at the items' unit costs, in the installation's currency."


@strawberry.type(
    description="Sums over levels. The values are exact; units whose item has no unit cost are part of none of them."
)
class StockTotals:
    levels: int = strawberry.field(description="The number of levels summed.")
    in_stock_levels: int = strawberry.field(description="Levels that are IN_STOCK.")
    low_levels: int = strawberry.field(description="Levels that are LOW.")
    out_levels: int = strawberry.field(description="Levels that are OUT.")
    on_hand: BigInt = strawberry.field(description="Units physically at the location.")
    reserved: BigInt = strawberry.field(description="Units on hand that are allocated to orders.")
    unavailable: BigInt = strawberry.field(description="Units on hand that may not be sold.")
    backordered: BigInt = strawberry.field(description="Units promised to orders beyond what is on hand.")
    available: BigInt = strawberry.field(
        description="Units that may be sold now: on hand - reserved - unavailable - backordered. Below zero, more is "
        "promised than is on hand."
    )
    incoming: BigInt = strawberry.field(description="Units in transit or on order to the locations, not on hand yet.")
    unvalued_units: BigInt = strawberry.field(description="Units on hand whose item has no unit cost.")
    on_hand_value: Decimal = strawberry.field(description=_VALUE.format("the units on hand"))
    reserved_value: Decimal = strawberry.field(description=_VALUE.format("the reserved units"))
    available_value: Decimal = strawberry.field(
        description=_VALUE.format("the available units") + " Below zero, more is promised than is on hand."
    )
    incoming_value: Decimal = strawberry.field(description=_VALUE.format("the incoming units"))

    @classmethod
    def from_domain(cls, totals: DomainTotals) -> Self:
        return cls(
            levels=totals.levels,
            in_stock_levels=totals.in_stock_levels,
            low_levels=totals.low_levels,
            out_levels=totals.out_levels,
            on_hand=BigInt(totals.on_hand),
            reserved=BigInt(totals.reserved),
            unavailable=BigInt(totals.unavailable),
            backordered=BigInt(totals.backordered),
            available=BigInt(totals.available),
            incoming=BigInt(totals.incoming),
            unvalued_units=BigInt(totals.unvalued),
            on_hand_value=decimal_of(totals.on_hand_value),
            reserved_value=decimal_of(totals.reserved_value),
            available_value=decimal_of(totals.available_value),
            incoming_value=decimal_of(totals.incoming_value),
        )


@strawberry.type(description="Sums over the levels of one location.")
class LocationTotals:
    """A group by location."""

    code: strawberry.Private[str]
    totals: StockTotals = strawberry.field(description="The sums.")

    @strawberry.field(description="The location.")
    def location(self, info: Info) -> AwaitableOrValue[Location]:
        return location_of(self.code, info)


@strawberry.type(description="Sums over the levels of one category of items.")
class CategoryTotals:
    """A group by category."""

    category: str | None = strawberry.field(description="The category; null for items that have none.")
    totals: StockTotals = strawberry.field(description="The sums.")


@strawberry.type(
    description="Sums over levels, all as they were at one moment. Computed once for concurrent requests, and a few "
    "seconds old at most."
)
class InventorySummary:
    domain: strawberry.Private[DomainSummary]
    as_of: datetime = strawberry.field(
        description="The time of the sums: each change before it is included in full, and none after."
    )

    @strawberry.field(description="Sums over all the levels.")
    def totals(self) -> StockTotals:
        return StockTotals.from_domain(self.domain.totals)

    @strawberry.field(
        description="Sums by location, ordered by code: the 1,000 locations that have the most levels, at most."
    )
    def by_location(self) -> list[LocationTotals]:
        groups = self.domain.by_location.groups
        return [LocationTotals(code=group.name, totals=StockTotals.from_domain(group.totals)) for group in groups]

    @strawberry.field(
        description="Sums over the levels of all locations beyond those of `byLocation`; null where there are none."
    )
    def other_locations(self) -> StockTotals | None:
        return _others(self.domain.by_location.others)

    @strawberry.field(
        description="Sums by category of the items, ordered by name, what has no category last: the 1,000 categories "
        "that have the most levels, at most."
    )
    def by_category(self) -> list[CategoryTotals]:
        groups = self.domain.by_category.groups
        return [CategoryTotals(category=group.name, totals=StockTotals.from_domain(group.totals)) for group in groups]

    @strawberry.field(
        description="Sums over the levels of all categories beyond those of `byCategory`; null where there are none."
    )
    def other_categories(self) -> StockTotals | None:
        return _others(self.domain.by_category.others)

    @classmethod
    def from_domain(cls, summary: DomainSummary) -> Self:
        return cls(domain=summary, as_of=datetime_of(summary.as_of))


def _others(totals: DomainTotals | None) -> StockTotals | None:
    return None if totals is None else StockTotals.from_domain(totals)
