"""How many alerts there are of each type, and how many of them are acknowledged or snoozed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from app.domain.alerts.alert import Alert
from app.domain.alerts.open_alert import AlertType
from app.domain.time import Moment


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
    """The numbers of alerts by type at one moment, `as_of` or a little later. Types without any are left out."""

    as_of: Moment
    by_type: Mapping[AlertType, AlertNumbers]

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
        by_type: dict[AlertType, AlertNumbers] = {}
        for alert in alerts:
            one = AlertNumbers(1, int(alert.is_acknowledged), int(alert.is_snoozed))
            by_type[alert.type] = by_type.get(alert.type, AlertNumbers()).plus(one)
        return cls(as_of=as_of, by_type=by_type)
