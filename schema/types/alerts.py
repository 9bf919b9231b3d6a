"""Alerts: a level beyond a threshold, until it recovers."""

from datetime import datetime
from typing import Self

import strawberry
from strawberry import relay

from app.domain.alerts.alert import Alert
from app.domain.alerts.alert_totals import AlertNumbers, AlertTotals
from app.domain.time import Moment, datetime_of
from schema.context import Info
from schema.enums.alerts import AlertAge, AlertChange, AlertState, AlertType
from schema.loading.awaitable_or_value import AwaitableOrValue
from schema.types.catalog import Item, Location, item_of, location_of
from schema.types.stock.ledger import Operation, operation_of
from schema.types.stock.level import StockLevel, level_of


@strawberry.type(
    description="A level beyond a threshold, from the crossing until it recovers. LOW and OUT are one alert, whose "
    "type changes as the level does."
)
class StockAlert(relay.Node):
    """An alert."""

    domain: strawberry.Private[Alert]
    identity: relay.NodeID[str]
    type: AlertType = strawberry.field(description="The condition of the level; of a closed alert, the last one.")
    state: AlertState = strawberry.field(description="Whether the level is still beyond the threshold.")
    change: AlertChange = strawberry.field(description="The most recent change of the alert.")
    threshold: int = strawberry.field(
        description="The units at which it opened or last changed its type: the reorder point for LOW, 0 for OUT, "
        "SHORTFALL and OVERSOLD, the overstock point for OVERSTOCK, and the demand of the lead time for "
        "STOCKOUT_RISK."
    )
    available: int = strawberry.field(description="Units that were available right after the last crossing.")
    on_hand: int = strawberry.field(description="Units that were on hand right after the last crossing.")
    acknowledged_by: str | None = strawberry.field(
        description="The actor who acknowledged it, and in parentheses the acting user, if one was named; null where "
        "it is not acknowledged, or has got worse since."
    )
    snoozed_by: str | None = strawberry.field(description="The actor who snoozed it; null where it is not snoozed.")
    note: str | None = strawberry.field(description="The latest note of an acknowledgement or a snooze; null without.")
    version: int = strawberry.field(description="Grows by one with each change. The higher one is the newer.")
    opened_at: datetime = strawberry.field(description="When the level crossed the threshold.")
    updated_at: datetime = strawberry.field(description="When it was last changed.")

    @strawberry.field(description="When the level last became OUT; null where it never did.")
    def escalated_at(self) -> datetime | None:
        return _time(self.domain.escalated_at)

    @strawberry.field(description="When the level recovered; null while the alert is open.")
    def closed_at(self) -> datetime | None:
        return _time(self.domain.closed_at)

    @strawberry.field(description="When it was acknowledged; null where it is not.")
    def acknowledged_at(self) -> datetime | None:
        return _time(self.domain.acknowledged_at)

    @strawberry.field(description="When the snooze ends automatically; null where it is not snoozed.")
    def snoozed_until(self) -> datetime | None:
        return _time(self.domain.snoozed_until)

    @strawberry.field(description="The item of the level.")
    def item(self, info: Info) -> AwaitableOrValue[Item]:
        return item_of(self.domain.sku, info)

    @strawberry.field(description="The location of the level.")
    def location(self, info: Info) -> AwaitableOrValue[Location]:
        return location_of(self.domain.location, info)

    @strawberry.field(description="The level, as it is now.")
    def level(self, info: Info) -> AwaitableOrValue[StockLevel]:
        return level_of(self.domain.level_key, info)

    @strawberry.field(description="The request whose movement crossed the threshold.")
    def opened_by(self, info: Info) -> AwaitableOrValue[Operation]:
        return operation_of(self.domain.opened_by, info)

    @strawberry.field(description="The request whose movement made the level recover; null while the alert is open.")
    def closed_by(self, info: Info) -> AwaitableOrValue[Operation | None]:
        if self.domain.closed_by is None:
            return None
        return operation_of(self.domain.closed_by, info)

    @classmethod
    def from_domain(cls, alert: Alert) -> Self:
        return cls(
            domain=alert,
            identity=alert.id,
            type=alert.type,
            state=alert.state,
            change=alert.change,
            threshold=alert.threshold,
            available=alert.available,
            on_hand=alert.on_hand,
            acknowledged_by=alert.acknowledged_by,
            snoozed_by=alert.snoozed_by,
            note=alert.note,
            version=alert.version,
            opened_at=datetime_of(alert.created_at),
            updated_at=datetime_of(alert.changed_at),
        )


def _time(moment: Moment | None) -> datetime | None:
    return None if moment is None else datetime_of(moment)


@strawberry.type(description="How many alerts there are of one type.")
class StockAlertTypeCount:
    """Numbers of one type."""

    type: AlertType = strawberry.field(description="The type.")
    alerts: int = strawberry.field(description="Alerts of the type.")
    acknowledged: int = strawberry.field(description="Those of them that are acknowledged.")
    snoozed: int = strawberry.field(description="Those of them that are snoozed.")


@strawberry.type(description="How many alerts there are of one age.")
class StockAlertAgeCount:
    """Numbers of one age."""

    age: AlertAge = strawberry.field(description="The age.")
    alerts: int = strawberry.field(description="Alerts of the age.")
    acknowledged: int = strawberry.field(description="Those of them that are acknowledged.")
    snoozed: int = strawberry.field(description="Those of them that are snoozed.")


@strawberry.type(description="How many alerts there are, all as they were at one moment.")
class StockAlertCounts:
    """Numbers of alerts."""

    as_of: datetime = strawberry.field(description="The time of the numbers.")
    alerts: int = strawberry.field(description="Alerts of all types.")
    acknowledged: int = strawberry.field(description="Those of them that are acknowledged.")
    snoozed: int = strawberry.field(description="Those of them that are snoozed.")
    by_type: list[StockAlertTypeCount] = strawberry.field(description="The numbers of each type, zeros included.")
    by_age: list[StockAlertAgeCount] = strawberry.field(
        description="The numbers of each age at that time, the youngest first, zeros included. A subscription sends no "
        "event for alerts that only get older."
    )

    @classmethod
    def from_domain(cls, totals: AlertTotals) -> Self:
        none = AlertNumbers()
        return cls(
            as_of=datetime_of(totals.as_of),
            **totals.all._asdict(),
            by_type=[StockAlertTypeCount(type=each, **totals.by_type.get(each, none)._asdict()) for each in AlertType],
            by_age=[StockAlertAgeCount(age=each, **totals.by_age.get(each, none)._asdict()) for each in AlertAge],
        )
