"""What the numbers of alerts have to be, by the alerts that are visible."""

from collections.abc import Sequence
from typing import Any

from app.domain.alerts.open_alert import AlertType
from tests.property.asked_queries import Asked
from tests.property.visibility_oracle import UNKNOWN

Json = Any

COUNTED = "__typename type state acknowledgedBy snoozedBy _of: item { category } _at: location { code }"


def alert_counts(asked: Asked, alerts: Sequence[Json]) -> Json:
    """Return what is selected of the numbers of these alerts: of those open where no state is asked for."""
    if (asked.arguments.get("filter") or {}).get("states") is None:
        alerts = [each for each in alerts if each["state"] == "OPEN"]
    return {each.alias: _counted(each, alerts) for each in asked.below}


def _counted(asked: Asked, alerts: Sequence[Json]) -> Json:
    match asked.name:
        case "alerts":
            return len(alerts)
        case "acknowledged":
            return sum(each["acknowledgedBy"] is not None for each in alerts)
        case "snoozed":
            return sum(each["snoozedBy"] is not None for each in alerts)
        case "byType":
            return [_of_type(asked, name.value, alerts) for name in AlertType]
        case _:
            return UNKNOWN


def _of_type(asked: Asked, name: str, alerts: Sequence[Json]) -> Json:
    some = [each for each in alerts if each["type"] == name]
    return {each.alias: name if each.name == "type" else _counted(each, some) for each in asked.below}
