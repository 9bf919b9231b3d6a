"""Subscriptions."""

from collections.abc import AsyncIterable
from dataclasses import replace

from app.domain.alerts.alert import Alert
from app.domain.failures import BadArgument
from app.domain.live.events import DocumentEvent
from app.domain.purchasing.purchase_order import PurchaseOrder
from app.domain.reservations.reservation import Reservation
from app.domain.transfers.transfer import Transfer
from app.services.alerts.filters import AlertFilter
from app.services.filters import LevelFilter, MovementFilter
from app.services.live.stream import Feed
from app.services.purchasing.filters import PurchaseOrderFilter
from app.services.reservations.filters import ReservationFilter
from app.services.transfers.filters import TransferFilter
from schema.arguments import (
    AlertsWhere,
    LevelsWhere,
    LevelThrottleMs,
    MovementsWhere,
    PurchaseOrdersWhere,
    ReservationsWhere,
    ResumeAfter,
    ResumeDocumentsAfter,
    TransfersWhere,
)
from schema.context import Info
from schema.live_source import LiveSource
from schema.types.live import (
    MovementEvent,
    PurchaseOrderEvent,
    ReservationEvent,
    StockAlertEvent,
    StockLevelEvent,
    TransferEvent,
)


def stock_levels(
    info: Info, filter: LevelsWhere = None, throttle_ms: LevelThrottleMs = 0
) -> AsyncIterable[StockLevelEvent]:
    """Send levels, then their changes."""
    where = filter.to_domain() if filter else LevelFilter()
    feed = info.context.services.live.levels(where, throttle_ms=throttle_ms)
    return LiveSource(feed, StockLevelEvent.from_domain)


def movements(info: Info, filter: MovementsWhere = None, after: ResumeAfter = None) -> AsyncIterable[MovementEvent]:
    """Send movements."""
    where = filter.to_domain() if filter else MovementFilter()
    return LiveSource(info.context.services.live.movements(where, after=after), MovementEvent.from_domain)


def reservations(
    info: Info, filter: ReservationsWhere = None, after: ResumeDocumentsAfter = None
) -> AsyncIterable[ReservationEvent]:
    """Send reservations, then their changes. Of the fields that the filter compares, only the state changes.

    Raises BadArgument where the filter depends on levels.
    """
    if filter and filter.is_short is not None:
        raise BadArgument("`isShort` narrows lists only. Alerts of type SHORTFALL tell of levels that become short.")
    where = filter.to_domain() if filter else ReservationFilter()
    live, within = info.context.services.live, replace(where, states=None)
    feed: Feed[DocumentEvent[Reservation]] = live.documents(where, within=within, after=after)
    as_it_stands = info.context.services.reservations.as_it_stands

    def wrap(event: DocumentEvent[Reservation]) -> ReservationEvent:
        return ReservationEvent.from_domain(replace(event, document=as_it_stands(event.document)))

    return LiveSource(feed, wrap)


def transfers(
    info: Info, filter: TransfersWhere = None, after: ResumeDocumentsAfter = None
) -> AsyncIterable[TransferEvent]:
    """Send transfers, then their changes. Of the fields that the filter compares, only the state changes."""
    where = filter.to_domain() if filter else TransferFilter()
    live, within = info.context.services.live, replace(where, states=None)
    feed: Feed[DocumentEvent[Transfer]] = live.documents(where, within=within, after=after)
    return LiveSource(feed, TransferEvent.from_domain)


def stock_alerts(
    info: Info, filter: AlertsWhere = None, after: ResumeDocumentsAfter = None
) -> AsyncIterable[StockAlertEvent]:
    """Send alerts, then their changes; where the filter names no state, of those that are open."""
    where = filter.to_domain() if filter else AlertFilter()
    where = where.open_unless_named
    live = info.context.services.live
    feed: Feed[DocumentEvent[Alert]] = live.documents(where, within=where.lasting, after=after)
    return LiveSource(feed, StockAlertEvent.from_domain)


def purchase_orders(
    info: Info, filter: PurchaseOrdersWhere = None, after: ResumeDocumentsAfter = None
) -> AsyncIterable[PurchaseOrderEvent]:
    """Send purchase orders, then their changes.

    Of the fields that the filter compares, the state changes, and so do the items of a draft.
    """
    where = filter.to_domain() if filter else PurchaseOrderFilter()
    live, within = info.context.services.live, replace(where, states=None, sku=None)
    feed: Feed[DocumentEvent[PurchaseOrder]] = live.documents(where, within=within, after=after)
    return LiveSource(feed, PurchaseOrderEvent.from_domain)
