"""Types of alerts, and the alerts that a level has open: the level keeps them, see app.domain.alerts.alert."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any, NamedTuple


class AlertType(StrEnum):
    """Conditions of a level that open an alert."""

    LOW = "LOW"
    OUT = "OUT"
    OVERSTOCK = "OVERSTOCK"
    STOCKOUT_RISK = "STOCKOUT_RISK"
    SHORTFALL = "SHORTFALL"
    OVERSOLD = "OVERSOLD"

    @property
    def family(self) -> str:
        """Group of which a level has one alert at most: LOW and OUT are two states of one alert."""
        return "STOCK" if self in {AlertType.LOW, AlertType.OUT} else self.value


class OpenAlert(NamedTuple):
    """An alert that is open, and the version of the level that opened it."""

    type: AlertType
    since: int


NONE_OPEN: tuple[OpenAlert, ...] = ()


def open_alerts_of(plain: Iterable[Sequence[Any]] | None) -> tuple[OpenAlert, ...]:
    """Return the alerts from pairs of plain values."""
    return tuple(OpenAlert(AlertType(name), since) for name, since in plain) if plain else NONE_OPEN
