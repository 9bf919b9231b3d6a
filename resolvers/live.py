"""Subscriptions."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import replace

from app.domain.alerts.alert import Alert, AlertState
from app.domain.failures import BadArgument
from app.domain.live.events import DocumentEvent
from app.domain.purchasing.purchase_order import PurchaseOrder
from app.domain.reservations.reservation import Reservation
from app.domain.transfers.transfer import Transfer
from app.services.alerts.filters import AlertFilter
from app.services.filters import LevelFilter, MovementFilter
from app.services.purchasing.filters import PurchaseOrderFilter
from app.services.reservations.filters import ReservationFilter
from app.services.transfers.filters import TransferFilter
from schema.arguments import (
    AlertsWhere,
    LevelsWhere,
    MovementsWhere,
    PurchaseOrdersWhere,
    ReservationsWhere,
    ResumeAfter,
    ResumeDocumentsAfter,
    TransfersWhere,
)
from schema.context import Info
from schema.types.live import (
    MovementEvent,
    PurchaseOrderEvent,
    ReservationEvent,
    StockAlertEvent,
    StockLevelEvent,
    TransferEvent,
)


async def stock_levels(info: Info, filter: LevelsWhere = None) -> AsyncIterator[StockLevelEvent]:
    """Send levels, then their changes."""
    where = filter.to_domain() if filter else LevelFilter()
    async with aclosing(info.context.services.live.levels(where)) as events:
        async for event in events:
            yield StockLevelEvent.from_domain(event)


async def movements(
    info: Info, filter: MovementsWhere = None, after: ResumeAfter = None
) -> AsyncIterator[MovementEvent]:
    """Send movements."""
    where = filter.to_domain() if filter else MovementFilter()
    async with aclosing(info.context.services.live.movements(where, after=after)) as events:
        async for event in events:
            yield MovementEvent.from_domain(event)


async def reservations(
    info: Info, filter: ReservationsWhere = None, after: ResumeDocumentsAfter = None
) -> AsyncIterator[ReservationEvent]:
    """Send reservations, then their changes. Of the fields that the filter compares, only the state changes.

    Raises BadArgument where the filter depends on levels.
    """
    if filter and filter.is_short is not None:
        raise BadArgument("`isShort` narrows lists only. Alerts of type SHORTFALL tell of levels that become short.")
    where = filter.to_domain() if filter else ReservationFilter()
    live, within = info.context.services.live, replace(where, states=None)
    feed: AsyncGenerator[DocumentEvent[Reservation], None] = live.documents(where, within=within, after=after)
    async with aclosing(feed) as events:
        async for event in events:
            present = info.context.services.reservations.as_it_stands(event.document)
            yield ReservationEvent.from_domain(replace(event, document=present))


async def transfers(
    info: Info, filter: TransfersWhere = None, after: ResumeDocumentsAfter = None
) -> AsyncIterator[TransferEvent]:
    """Send transfers, then their changes. Of the fields that the filter compares, only the state changes."""
    where = filter.to_domain() if filter else TransferFilter()
    live, within = info.context.services.live, replace(where, states=None)
    feed: AsyncGenerator[DocumentEvent[Transfer], None] = live.documents(where, within=within, after=after)
    async with aclosing(feed) as events:
        async for event in events:
            yield TransferEvent.from_domain(event)


async def stock_alerts(
    info: Info, filter: AlertsWhere = None, after: ResumeDocumentsAfter = None
) -> AsyncIterator[StockAlertEvent]:
    """Send alerts, then their changes; where the filter names no state, of those that are open."""
    where = filter.to_domain() if filter else AlertFilter()
    where = where if where.states is not None else replace(where, states=(AlertState.OPEN,))
    live = info.context.services.live
    feed: AsyncGenerator[DocumentEvent[Alert], None] = live.documents(where, within=where.lasting, after=after)
    async with aclosing(feed) as events:
        async for event in events:
            yield StockAlertEvent.from_domain(event)


async def purchase_orders(
    info: Info, filter: PurchaseOrdersWhere = None, after: ResumeDocumentsAfter = None
) -> AsyncIterator[PurchaseOrderEvent]:
    """Send purchase orders, then their changes.

    Of the fields that the filter compares, the state changes, and so do the items of a draft.
    """
    where = filter.to_domain() if filter else PurchaseOrderFilter()
    live, within = info.context.services.live, replace(where, states=None, sku=None)
    feed: AsyncGenerator[DocumentEvent[PurchaseOrder], None] = live.documents(where, within=within, after=after)
    async with aclosing(feed) as events:
        async for event in events:
            yield PurchaseOrderEvent.from_domain(event)
