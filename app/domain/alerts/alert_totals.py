"""How many alerts there are of each type and age, and how many of them are acknowledged or snoozed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

from app.domain.alerts.alert import Alert
from app.domain.alerts.open_alert import AlertType
from app.domain.time import MICROSECONDS_PER_DAY, Moment


class AlertAge(StrEnum):
    """How long ago an alert was opened."""

    UNDER_AN_HOUR = "UNDER_AN_HOUR"
    UNDER_A_DAY = "UNDER_A_DAY"
    UNDER_A_WEEK = "UNDER_A_WEEK"
    OLDER = "OLDER"


AGE_BOUNDS: Final = {  # in microseconds: an alert of an age is younger than its bound, and not than the one before
    AlertAge.UNDER_AN_HOUR: MICROSECONDS_PER_DAY // 24,
    AlertAge.UNDER_A_DAY: MICROSECONDS_PER_DAY,
    AlertAge.UNDER_A_WEEK: 7 * MICROSECONDS_PER_DAY,
}


def age_of(opened_at: Moment, *, as_of: Moment) -> AlertAge:
    """Return the age of an alert at a moment."""
    return next((age for age, bound in AGE_BOUNDS.items() if as_of - opened_at < bound), AlertAge.OLDER)


class AlertNumbers(NamedTuple):
    """Numbers of alerts: of all, of those acknowledged, and of those snoozed; one may be both."""

    alerts: int = 0
    acknowledged: int = 0
    snoozed: int = 0

    def plus(self, other: "AlertNumbers") -> "AlertNumbers":
        """Return the sum of both."""
        return AlertNumbers(*(one + more for one, more in zip(self, other, strict=True)))

    def minus(self, other: "AlertNumbers") -> "AlertNumbers":
        """Return the difference."""
        return AlertNumbers(*(one - less for one, less in zip(self, other, strict=True)))


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertTotals:
    """The numbers of alerts by type at one moment, `as_of` or a little later, and by their ages at `as_of`.

    Types and ages without any are left out. Ages change by themselves, so they are not compared.
    """

    as_of: Moment
    by_type: Mapping[AlertType, AlertNumbers]
    by_age: Mapping[AlertAge, AlertNumbers] = field(default_factory=dict, compare=False)

    @property
    def all(self) -> AlertNumbers:
        """The numbers of alerts of all types."""
        whole = AlertNumbers()
        for numbers in self.by_type.values():
            whole = whole.plus(numbers)
        return whole

    @classmethod
    def of(cls, alerts: Iterable[Alert], *, as_of: Moment) -> "AlertTotals":
        """Count alerts."""
        rows = (
            (alert.type, age_of(alert.created_at, as_of=as_of), (1, int(alert.is_acknowledged), int(alert.is_snoozed)))
            for alert in alerts
        )
        return cls.of_rows(((type_, age, AlertNumbers(*numbers)) for type_, age, numbers in rows), as_of=as_of)

    @classmethod
    def of_rows(cls, rows: Iterable[tuple[AlertType, AlertAge, AlertNumbers]], *, as_of: Moment) -> "AlertTotals":
        """Add up the numbers of alerts of each type and age."""
        by_type: dict[AlertType, AlertNumbers] = {}
        by_age: dict[AlertAge, AlertNumbers] = {}
        for type_, age, numbers in rows:
            by_type[type_] = by_type.get(type_, AlertNumbers()).plus(numbers)
            by_age[age] = by_age.get(age, AlertNumbers()).plus(numbers)
        return cls(as_of=as_of, by_type=by_type, by_age=by_age)
