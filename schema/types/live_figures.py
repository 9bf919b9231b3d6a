"""The events of figures that are sent again as they change: sums, numbers of alerts, and what moves most."""

from collections.abc import Callable
from datetime import datetime
from typing import Self, TypeVar

import strawberry

from app.domain.alerts.alert_totals import AlertNumbers, AlertTotals
from app.domain.insight.movers import Mover
from app.domain.insight.movers import TopMovers as DomainTopMovers
from app.domain.live.recomputed import Recomputed
from app.domain.stock.summary import InventorySummary as DomainSummary
from app.domain.time import datetime_of
from schema.context import Info
from schema.loading.awaitable_or_value import AwaitableOrValue
from schema.scalars import BigInt
from schema.selections.derived import derived
from schema.types.alerts import StockAlertCounts
from schema.types.catalog import Item, item_of
from schema.types.stock.summary import InventorySummary, StockTotals

V = TypeVar("V")
T = TypeVar("T")

_DELTA = (
    "What changed since the event before; null in the first. Who holds another event than that of `since` takes the "
    "numbers themselves."
)
_SINCE = "The `asOf` of the event from which it counts."


@strawberry.type(description="By how much sums over levels have changed since an earlier event; below zero, decreases.")
class InventorySummaryDelta:
    """The difference of two summaries."""

    since: datetime = strawberry.field(description=_SINCE)
    totals: StockTotals = strawberry.field(
        description="The difference of all the sums, and of the numbers of levels in each status."
    )

    @classmethod
    def between(cls, before: DomainSummary, now: DomainSummary) -> Self:
        """Return the difference."""
        totals = now.totals.minus(before.totals)
        return cls(since=datetime_of(before.as_of), totals=StockTotals.from_domain(totals))


@strawberry.type(description="Sums over levels as they are now.")
class InventorySummaryEvent:
    """An event of sums."""

    domain: strawberry.Private[Recomputed[DomainSummary]]
    summary: InventorySummary = strawberry.field(description="The sums: what the query of the same filter answers.")

    @derived(_DELTA)
    def delta(self) -> InventorySummaryDelta | None:
        return _difference(self.domain, InventorySummaryDelta.between)

    @classmethod
    def from_domain(cls, event: Recomputed[DomainSummary]) -> Self:
        return cls(domain=event, summary=InventorySummary.from_domain(event.value))


@strawberry.type(
    description="By how much numbers of alerts have changed since an earlier event; below zero, decreases."
)
class AlertCountsDelta:
    """The difference of two counts."""

    since: datetime = strawberry.field(description=_SINCE)
    alerts: int = strawberry.field(description="Alerts of all types.")
    acknowledged: int = strawberry.field(description="Alerts that are acknowledged.")
    snoozed: int = strawberry.field(description="Alerts that are snoozed.")

    @classmethod
    def between(cls, before: AlertTotals, now: AlertTotals) -> Self:
        """Return the difference."""
        numbers: AlertNumbers = now.all.minus(before.all)
        return cls(since=datetime_of(before.as_of), **numbers._asdict())


@strawberry.type(description="Numbers of alerts as they are now.")
class AlertCountsEvent:
    """An event of numbers of alerts."""

    domain: strawberry.Private[Recomputed[AlertTotals]]
    counts: StockAlertCounts = strawberry.field(description="The numbers: what the query of the same filter answers.")

    @derived(_DELTA)
    def delta(self) -> AlertCountsDelta | None:
        return _difference(self.domain, AlertCountsDelta.between)

    @classmethod
    def from_domain(cls, event: Recomputed[AlertTotals]) -> Self:
        return cls(domain=event, counts=StockAlertCounts.from_domain(event.value))


@strawberry.type(description="An item that moves, with its units within the window, at the locations of the filter.")
class TopMover:
    """One entry of the ranking."""

    sku: strawberry.Private[str]
    units_sold: BigInt = strawberry.field(
        description="Net units sold: over the counter and for reservations, less returns."
    )
    units_in: BigInt = strawberry.field(description="Units that came on hand, for whatever reason.")
    units_out: BigInt = strawberry.field(description="Units that are on hand no more, for whatever reason.")

    @strawberry.field(description="A product that is stocked.")
    def item(self, info: Info) -> AwaitableOrValue[Item]:
        return item_of(self.sku, info)

    @classmethod
    def from_domain(cls, mover: Mover) -> Self:
        return cls(
            sku=mover.sku,
            units_sold=BigInt(mover.units_sold),
            units_in=BigInt(mover.units_in),
            units_out=BigInt(mover.units_out),
        )


@strawberry.type(description="The items that move most, as of now.")
class TopMoversEvent:
    """An event of a ranking."""

    domain: strawberry.Private[DomainTopMovers]
    as_of: datetime = strawberry.field(description="The end of the window.")
    since: datetime = strawberry.field(
        description="From when on movements count: the beginning of the window, and later where it has more than "
        "100,000 of them."
    )

    @derived("The items that moved most, the first ones first; equal ones by SKU.")
    def movers(self) -> list[TopMover]:
        return [TopMover.from_domain(mover) for mover in self.domain.movers]

    @classmethod
    def from_domain(cls, event: Recomputed[DomainTopMovers]) -> Self:
        found = event.value
        return cls(domain=found, as_of=datetime_of(found.until), since=datetime_of(found.since))


def _difference(event: Recomputed[V], between: Callable[[V, V], T]) -> T | None:
    return None if event.before is None else between(event.before, event.value)
