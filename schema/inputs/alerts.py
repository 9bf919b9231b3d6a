"""Inputs of alerts, and the filter of their list."""

from datetime import datetime

import strawberry

from app.domain.limits import MAX_SNOOZE_SECONDS
from app.domain.time import Moment, moment_of
from app.services.alerts.filters import MAX_NAMES, AlertFilter
from schema.deprecations import former_input, one_of
from schema.enums.alerts import AlertState, AlertType
from schema.inputs.given import each_once
from schema.inputs.mutation_input import MutationInput

_ID = "The alert: its global id."
_MAX_SNOOZE_DAYS = MAX_SNOOZE_SECONDS // 86_400


@strawberry.input(
    description="Acknowledges an open alert. The first acknowledgement is kept; a later one only replaces the note. "
    "If the alert gets worse, it has to be acknowledged again."
)
class AlertAcknowledgeInput(MutationInput):
    id: strawberry.ID = strawberry.field(description=_ID)


@strawberry.input(
    description="Snoozes an open alert for a while, or ends its snooze. The latest request counts. The snooze ends "
    "automatically at its time, and at once if the alert gets worse."
)
class AlertSnoozeInput(MutationInput):
    id: strawberry.ID = strawberry.field(description=_ID)
    until: datetime | None = strawberry.field(
        default=None,
        description=f"When the snooze ends: in the future, at most {_MAX_SNOOZE_DAYS} days from now. Left out or "
        "null, the snooze ends now.",
    )

    def end(self) -> Moment | None:
        return None if self.until is None else moment_of(self.until)


@strawberry.input(
    name="StockAlertFilter",
    description="Filters a list of alerts. All conditions must hold; those left out do not restrict.",
)
class StockAlertFilterInput:
    states: list[AlertState] | None = strawberry.field(
        default=None, description="Alerts in these states. Subscriptions and counts without it are of OPEN ones."
    )
    types: list[AlertType] | None = strawberry.field(default=None, description="Alerts of these types.")
    skus: list[str] | None = strawberry.field(
        default=None, description=f"Alerts of these items, at most {MAX_NAMES}: their SKUs."
    )
    locations: list[str] | None = strawberry.field(
        default=None, description=f"Alerts at these locations, at most {MAX_NAMES}: their codes."
    )
    is_acknowledged: bool | None = strawberry.field(
        default=None, description="Only alerts that are acknowledged, or only the others."
    )
    is_snoozed: bool | None = strawberry.field(
        default=None, description="Only alerts that are snoozed now, or only the others."
    )
    acknowledged: bool | None = former_input("isAcknowledged")
    snoozed: bool | None = former_input("isSnoozed")
    since: datetime | None = strawberry.field(default=None, name="from", description="Opened at this time or later.")
    until: datetime | None = strawberry.field(default=None, name="to", description="Opened before this time.")

    def to_domain(self) -> AlertFilter:
        """Convert. Raises BadArgument."""
        return AlertFilter(
            states=each_once(self.states),
            types=each_once(self.types),
            skus=each_once(self.skus),
            locations=each_once(self.locations),
            is_acknowledged=one_of(self.is_acknowledged, self.acknowledged, names=("isAcknowledged", "acknowledged")),
            is_snoozed=one_of(self.is_snoozed, self.snoozed, names=("isSnoozed", "snoozed")),
            since=None if self.since is None else moment_of(self.since),
            until=None if self.until is None else moment_of(self.until),
        )
