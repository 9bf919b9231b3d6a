"""The port of alerts: their numbers."""

from typing import Protocol

from app.domain.alerts.alert_totals import AlertTotals
from app.domain.time import Moment
from app.services.alerts.filters import AlertFilter


class AlertCounter(Protocol):
    """Counts alerts."""

    async def totals(self, where: AlertFilter, *, as_of: Moment) -> AlertTotals:
        """Return how many alerts match, by type, all as they were at one moment. Raises Unavailable."""
