"""The enums of alerts."""

from app.domain.alerts.alert import AlertChange, AlertState
from app.domain.alerts.alert_totals import AlertAge
from app.domain.alerts.open_alert import AlertType
from schema.enums.described import described

__all__ = ["AlertAge", "AlertChange", "AlertState", "AlertType"]

described(
    AlertChange,
    name="StockAlertChange",
    description="A change of an alert.",
    values={
        AlertChange.OPENED: "The level crossed the threshold.",
        AlertChange.ESCALATED: "The level went from LOW to OUT. Acknowledgement and snooze end.",
        AlertChange.DEESCALATED: "The level went from OUT to LOW.",
        AlertChange.ACKNOWLEDGED: "An actor acknowledged it.",
        AlertChange.SNOOZED: "An actor snoozed it.",
        AlertChange.UNSNOOZED: "The snooze ended, by request or at its time.",
        AlertChange.CLOSED: "The level recovered.",
    },
    former={"EASED": AlertChange.DEESCALATED, "WOKEN": AlertChange.UNSNOOZED},
)

described(
    AlertState,
    name="StockAlertState",
    description="Whether a level is still beyond the threshold.",
    values={
        AlertState.OPEN: "The level is beyond the threshold.",
        AlertState.CLOSED: "The level has recovered beyond the margin of its policy. The alert does not change any "
        "more.",
    },
)

described(
    AlertType,
    name="StockAlertType",
    description="The condition of a level that an alert reports.",
    values={
        AlertType.LOW: "The available units are at or below the reorder point.",
        AlertType.OUT: "No unit is available.",
        AlertType.OVERSTOCK: "More units are on hand than the overstock point.",
        AlertType.STOCKOUT_RISK: "By measured demand, the available units will not last for the lead time.",
        AlertType.SHORTFALL: "Reserved or unavailable units are not on hand: the newest orders are short.",
        AlertType.OVERSOLD: "More was sold than is recorded: on hand is below zero, and a count is due.",
    },
)

described(
    AlertAge,
    name="StockAlertAge",
    description="How long ago an alert was opened.",
    values={
        AlertAge.UNDER_AN_HOUR: "Less than an hour ago.",
        AlertAge.UNDER_A_DAY: "An hour ago or more, and less than 24 hours.",
        AlertAge.UNDER_A_WEEK: "24 hours ago or more, and less than 7 days.",
        AlertAge.OLDER: "7 days ago or more.",
    },
)
