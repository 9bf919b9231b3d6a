"""The enums of alerts."""

from app.domain.alerts.alert import AlertChange, AlertState
from app.domain.alerts.open_alert import AlertType
from schema.enums.described import described

__all__ = ["AlertChange", "AlertState", "AlertType"]

described(
    AlertChange,
    name="StockAlertChange",
    description="What made an alert what it is.",
    values={
        AlertChange.OPENED: "The level crossed the threshold.",
        AlertChange.ESCALATED: "The level went from LOW to OUT. Whoever had acknowledged or snoozed it has to look.",
        AlertChange.DEESCALATED: "The level went from OUT to LOW.",
        AlertChange.ACKNOWLEDGED: "Somebody takes care of it.",
        AlertChange.SNOOZED: "Somebody wants to hear nothing of it for a while.",
        AlertChange.UNSNOOZED: "It is not snoozed any more, because somebody said so or its time was over.",
        AlertChange.CLOSED: "The level came back.",
    },
    former={"EASED": AlertChange.DEESCALATED, "WOKEN": AlertChange.UNSNOOZED},
)

described(
    AlertState,
    name="StockAlertState",
    description="Whether a level is still beyond the threshold.",
    values={
        AlertState.OPEN: "It is.",
        AlertState.CLOSED: "It has come back, beyond the margin of its policy. The alert does not change any more.",
    },
)

described(
    AlertType,
    name="StockAlertType",
    description="What is wrong with a level.",
    values={
        AlertType.LOW: "The available units came down to the reorder point, or below it.",
        AlertType.OUT: "No unit is available any more.",
        AlertType.OVERSTOCK: "More units are on hand than the level should ever have.",
        AlertType.STOCKOUT_RISK: "The available units will not last until more can come, by its measured demand.",
        AlertType.SHORTFALL: "Units that are reserved or unavailable are gone: the newest orders are short.",
        AlertType.OVERSOLD: "More was sold than the record had: on hand is below zero, and a count is due.",
    },
)
