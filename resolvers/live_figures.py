"""Subscriptions to figures."""

from collections.abc import AsyncIterable
from typing import Annotated

import strawberry

from app.domain.insight.movers import MAX_MOVERS, MoversOrder, MoversWindow
from app.services.alerts.filters import AlertFilter
from app.services.filters import LevelFilter
from app.services.live.figures.recomputed import USUAL_THROTTLE_MS
from resolvers.stock.summary import SummarizedWhere
from schema.arguments import AlertsWhere, ThrottleMs
from schema.context import Info
from schema.inputs.movers import TopMoversFilterInput
from schema.live_source import LiveSource
from schema.types.live_figures import AlertCountsEvent, InventorySummaryEvent, TopMoversEvent

USUAL_MOVERS = 10
USUAL_MOVERS_THROTTLE_MS = 5_000  # people cannot read a ranking that changes each second

Window = Annotated[MoversWindow, strawberry.argument(description="The time that counts, back from now.")]
MoversBy = Annotated[MoversOrder, strawberry.argument(description="By what the items are ranked.")]
Movers = Annotated[int, strawberry.argument(description=f"The most items to send, 1 to {MAX_MOVERS}.")]
MoversWhere = Annotated[
    TopMoversFilterInput | None,
    strawberry.argument(description="The movements that count; all of them where left out."),
]


def inventory_summary(
    info: Info, filter: SummarizedWhere = None, throttle_ms: ThrottleMs = USUAL_THROTTLE_MS
) -> AsyncIterable[InventorySummaryEvent]:
    """Send sums, whenever they have changed."""
    where = filter.to_domain() if filter else LevelFilter()
    feed = info.context.services.live_figures.summary(where, throttle_ms=throttle_ms)
    return LiveSource(feed, InventorySummaryEvent.from_domain)


def alert_counts(
    info: Info, filter: AlertsWhere = None, throttle_ms: ThrottleMs = USUAL_THROTTLE_MS
) -> AsyncIterable[AlertCountsEvent]:
    """Send numbers of alerts, whenever they have changed."""
    where = filter.to_domain() if filter else AlertFilter()
    feed = info.context.services.live_figures.alert_totals(where, throttle_ms=throttle_ms)
    return LiveSource(feed, AlertCountsEvent.from_domain)


def top_movers(
    info: Info,
    *,
    window: Window = MoversWindow.LAST_HOUR,
    filter: MoversWhere = None,
    order_by: MoversBy = MoversOrder.UNITS_SOLD,
    first: Movers = USUAL_MOVERS,
    throttle_ms: ThrottleMs = USUAL_MOVERS_THROTTLE_MS,
) -> AsyncIterable[TopMoversEvent]:
    """Send the items that move most, whenever these or their units have changed."""
    feed = info.context.services.live_figures.top_movers(
        window,
        locations=filter.codes() if filter else None,
        order=order_by,
        first=first,
        throttle_ms=throttle_ms,
    )
    return LiveSource(feed, TopMoversEvent.from_domain)
