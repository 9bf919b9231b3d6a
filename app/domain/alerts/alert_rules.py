"""Alert rules: when a level is LOW, OUT, OVERSTOCK, at risk of a stockout, short or oversold, from its counts alone.

Rule: an alert opens at its threshold and closes only beyond the policy's margin (hysteresis), so that a level that
moves to and fro at the threshold does not flap. SHORTFALL and OVERSOLD have no margin, and also hold for an archived
level, of which no stock is wanted.
See ADR 15.
"""

from typing import NamedTuple, assert_never

from app.domain.alerts.open_alert import NONE_OPEN, AlertType, OpenAlert
from app.domain.replenishment.policy import Policy


class AlertCounts(NamedTuple):
    """The counts of a level that the rules use, in units."""

    available: int
    on_hand: int
    reorder_point: int
    shortfall: int = 0
    oversold: int = 0
    is_closed: bool = False


def open_alerts(
    before: tuple[OpenAlert, ...], counts: AlertCounts, policy: Policy, *, available_before: int, version: int
) -> tuple[OpenAlert, ...]:
    """Return the open alerts after the movement that gave the level this version, given those before it."""
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
        AlertType.OVERSTOCK if is_open and _is_overstocked(overstock, counts.on_hand, policy) else None,
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
    """Return OUT, LOW or None. A level without a reorder point that never had stock is not OUT."""
    available, reorder_point = counts.available, counts.reorder_point
    was_out = known is not None and known.type is AlertType.OUT
    if available <= 0:
        return AlertType.OUT if known is not None or reorder_point > 0 or has_fallen else None
    if was_out and available <= margin:
        return AlertType.OUT
    if available <= (reorder_point if known is None else reorder_point + margin):
        return AlertType.LOW
    return None


def _is_overstocked(known: OpenAlert | None, on_hand: int, policy: Policy) -> bool:
    """Tell whether more is on hand than the overstock point. An empty level never is, however wide the margin."""
    if policy.overstock_point is None:
        return False
    margin = 0 if known is None else policy.alert_margin
    return on_hand > max(0, policy.overstock_point - margin)


def _is_at_risk(known: OpenAlert | None, available: int, policy: Policy) -> bool:
    """Tell whether the available units may not last until a replenishment can arrive."""
    if policy.risk_point is None:
        return False
    margin = 0 if known is None else policy.alert_margin
    return available < policy.risk_point + margin


def threshold_of(type: AlertType, *, reorder_point: int, policy: Policy) -> int:
    """Return the units at which alerts of a type open."""
    match type:
        case AlertType.LOW:
            return reorder_point
        case AlertType.OUT | AlertType.SHORTFALL | AlertType.OVERSOLD:
            return 0
        case AlertType.OVERSTOCK:
            return policy.overstock_point or 0
        case AlertType.STOCKOUT_RISK:
            return policy.risk_point or 0
        case _:
            assert_never(type)
