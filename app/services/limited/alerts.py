"""Counts visible alerts."""

from app.domain.alerts.alert_totals import AlertTotals
from app.domain.time import Moment
from app.services.alerts.filters import AlertFilter
from app.services.alerts.ports import AlertCounter
from app.services.limited.sight import Sight


class LimitedAlertCounter:
    """AlertCounter of visible alerts."""

    def __init__(self, alerts: AlertCounter, *, sight: Sight) -> None:
        self._alerts = alerts
        self._sight = sight

    async def totals(self, where: AlertFilter, *, as_of: Moment) -> AlertTotals:
        return await self._alerts.totals(await self._sight.narrowed(where), as_of=as_of)
