"""Which alerts a level has open, decided from its counts alone. The level keeps it; see app.domain.alerts.alert.

Rule: an alert opens at its threshold and closes only beyond the policy's margin, so that a level that goes to and fro
at the threshold does not flap. That promised units are missing, or more was sold than there was, knows no margin, and
is told of an archived level, too, which nobody wants any stock of.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from app.domain.replenishment.policy import Policy


class AlertType(StrEnum):
    """What is wrong with a level."""

    LOW = "LOW"
    OUT = "OUT"
    OVERSTOCK = "OVERSTOCK"
    STOCKOUT_RISK = "STOCKOUT_RISK"
    SHORTFALL = "SHORTFALL"
    OVERSOLD = "OVERSOLD"

    @property
    def family(self) -> str:
        """What alerts of one level exclude each other by: LOW and OUT are two states of one alert."""
        return "STOCK" if self in {AlertType.LOW, AlertType.OUT} else self.value


class OpenAlert(NamedTuple):
    """An alert that is open, and the version of the level that opened it."""

    type: AlertType
    since: int


class AlertCounts(NamedTuple):
    """What of a level alerts look at, in units."""

    available: int
    on_hand: int
    reorder_point: int
    shortfall: int = 0
    oversold: int = 0
    is_closed: bool = False


NONE_OPEN: tuple[OpenAlert, ...] = ()


def open_alerts_of(plain: Iterable[Sequence[Any]] | None) -> tuple[OpenAlert, ...]:
    """Return the alerts of such pairs of plain values."""
    return tuple(OpenAlert(AlertType(name), since) for name, since in plain) if plain else NONE_OPEN


def open_alerts(
    before: tuple[OpenAlert, ...], counts: AlertCounts, policy: Policy, *, available_before: int, version: int
) -> tuple[OpenAlert, ...]:
    """Return what is open after the movement that gave the level this version, given what was open before it."""
    stock = overstock = risk = shortfall = oversold = None
    for each in before:
        match each.type:
            case AlertType.LOW | AlertType.OUT:
                stock = each
            case AlertType.OVERSTOCK:
                overstock = each
            case AlertType.STOCKOUT_RISK:
                risk = each
            case AlertType.SHORTFALL:
                shortfall = each
            case AlertType.OVERSOLD:
                oversold = each
    is_open = not counts.is_closed
    found = (
        _stock(stock, counts, policy.alert_margin, has_fallen=counts.available < available_before) if is_open else None,
        AlertType.OVERSTOCK if is_open and _is_over(overstock, counts.on_hand, policy) else None,
        AlertType.STOCKOUT_RISK if is_open and _is_at_risk(risk, counts.available, policy) else None,
        AlertType.SHORTFALL if counts.shortfall else None,
        AlertType.OVERSOLD if counts.oversold else None,
    )
    if not any(found):
        return NONE_OPEN
    return tuple(
        OpenAlert(each, version if known is None else known.since)
        for each, known in zip(found, (stock, overstock, risk, shortfall, oversold), strict=True)
        if each is not None
    )


def _stock(known: OpenAlert | None, counts: AlertCounts, margin: int, *, has_fallen: bool) -> AlertType | None:
    """Return OUT, LOW or nothing. A level that nobody wants stock at, and that has had none, is not OUT."""
    available, reorder_point = counts.available, counts.reorder_point
    was_out = known is not None and known.type is AlertType.OUT
    if available <= 0:
        return AlertType.OUT if known is not None or reorder_point > 0 or has_fallen else None
    if was_out and available <= margin:
        return AlertType.OUT
    if available <= (reorder_point if known is None else reorder_point + margin):
        return AlertType.LOW
    return None


def _is_over(known: OpenAlert | None, on_hand: int, policy: Policy) -> bool:
    """Tell whether more is on hand than should be. An empty level never is, however wide the margin."""
    if policy.overstock_point is None:
        return False
    margin = 0 if known is None else policy.alert_margin
    return on_hand > max(0, policy.overstock_point - margin)


def _is_at_risk(known: OpenAlert | None, available: int, policy: Policy) -> bool:
    """Tell whether what is available may not last until more can come."""
    if policy.risk_point is None:
        return False
    margin = 0 if known is None else policy.alert_margin
    return available < policy.risk_point + margin
