"""Use cases of live figures: what dashboards show of many levels, as it changes (ADR 49).

Rule: a figure is the one that its query answers, of what the principal sees.
"""

from dataclasses import replace
from typing import Any

from app.domain.access.visibility import EVERYTHING, Visibility
from app.domain.alerts.alert_totals import AlertTotals
from app.domain.failures import BadArgument
from app.domain.insight.movers import MAX_MOVERS, MoversOrder, MoversWindow, TopMovers
from app.domain.live.recomputed import Recomputed
from app.domain.stock.summary import InventorySummary
from app.domain.time import MICROSECONDS_PER_SECOND
from app.services.alerts.filters import AlertFilter
from app.services.alerts.ports import AlertCounter
from app.services.filters import LevelFilter
from app.services.insight.ports import MoverReader
from app.services.live.figures.recomputed import Figure, Recomputing, throttle_of
from app.services.live.stream import Feed
from app.services.ports import Clock, SummaryReader

MAX_MOVER_LOCATIONS = 100
EDGES_PER_WINDOW = 100  # at most so often do lines leave a window in which nothing else happens
MAX_EDGE_SECONDS = 60.0


class LiveFigures:
    """Describes feeds of figures. All methods raise BadArgument where the throttle is out of its bounds, at once."""

    def __init__(
        self,
        *,
        sums: SummaryReader,
        alerts: AlertCounter,
        movers: MoverReader,
        recomputing: Recomputing,
        clock: Clock,
        visibility: Visibility = EVERYTHING,
    ) -> None:
        """Show what is visible: `alerts` and `movers` show no more, `sums` are of everything."""
        self._sums = sums
        self._alerts = alerts
        self._movers = movers
        self._recomputing = recomputing
        self._clock = clock
        self._visibility = visibility

    def summary(self, where: LevelFilter, *, throttle_ms: int) -> Feed[Recomputed[InventorySummary]]:
        """Send the sums over the levels that match, whenever they have changed. Iterating raises SummaryTooLarge."""
        where = where.within(self._visibility)

        async def read() -> InventorySummary:
            return await self._sums.summary(where, as_of=self._clock())

        return self._feed("summary", where, throttle_ms=throttle_ms, read=read, is_same=_is_same_moment_apart)

    def alert_totals(self, where: AlertFilter, *, throttle_ms: int) -> Feed[Recomputed[AlertTotals]]:
        """Send how many alerts match, by type, whenever it has changed; of those open where no state is named."""
        where = where.open_unless_named

        async def read() -> AlertTotals:
            return await self._alerts.totals(where, as_of=self._clock())

        return self._feed(
            "alerts", where, self._visibility, throttle_ms=throttle_ms, read=read, is_same=_is_same_moment_apart
        )

    def top_movers(
        self,
        window: MoversWindow,
        *,
        locations: tuple[str, ...] | None,
        order: MoversOrder,
        first: int,
        throttle_ms: int,
    ) -> Feed[Recomputed[TopMovers]]:
        """Send the items that moved most within the window, whenever these or their units have changed.

        Raises BadArgument where `first` or the number of locations is out of its bounds.
        """
        if not 1 <= first <= MAX_MOVERS:
            raise BadArgument(f"`first` must be between 1 and {MAX_MOVERS}, not {first}.")
        if locations is not None and len(locations) > MAX_MOVER_LOCATIONS:
            raise BadArgument(f"`locations` may hold at most {MAX_MOVER_LOCATIONS} names, not {len(locations)}.")
        there = None if locations is None else tuple(sorted(set(locations)))

        async def read() -> TopMovers:
            now = self._clock()
            return await self._movers.movers(there, since=window.since(now), until=now, order=order, first=first)

        def good_for(found: TopMovers) -> float | None:
            if found.oldest is None:
                return None
            leaves_in = (found.oldest - window.since(found.until)) / MICROSECONDS_PER_SECOND
            return max(leaves_in, min(window.seconds / EDGES_PER_WINDOW, MAX_EDGE_SECONDS))

        return self._feed(
            *("movers", window, there, order, first, self._visibility),
            throttle_ms=throttle_ms,
            read=read,
            is_same=lambda one, other: one.movers == other.movers,
            good_for=good_for,
        )

    def _feed(self, *key: object, throttle_ms: int, **how: Any) -> Feed[Any]:  # noqa: ANN401 - of any figure
        return self._recomputing.feed(Figure(key=key, throttle_seconds=throttle_of(throttle_ms), **how))


def _is_same_moment_apart(one: Any, other: Any) -> bool:  # noqa: ANN401 - figures that have a moment
    return bool(one == replace(other, as_of=one.as_of))
