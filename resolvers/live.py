"""Feeds."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import replace

from app.domain.events import DocumentEvent
from app.domain.reservation import Reservation
from app.domain.transfer import Transfer
from app.services.filters import LevelFilter, MovementFilter
from app.services.reservation_filter import ReservationFilter
from app.services.transfer_filter import TransferFilter
from schema.arguments import (
    LevelsWhere,
    MovementsWhere,
    ReservationsWhere,
    ResumeAfter,
    ResumeDocumentsAfter,
    TransfersWhere,
)
from schema.context import Info
from schema.types.events import MovementEvent, ReservationEvent, StockLevelEvent, TransferEvent


async def stock_levels(info: Info, filter: LevelsWhere = None) -> AsyncIterator[StockLevelEvent]:
    """Send levels, then their changes."""
    where = filter.to_domain() if filter else LevelFilter()
    async with aclosing(info.context.services.live.levels(where)) as events:
        async for event in events:
            yield StockLevelEvent.from_domain(event)


async def movements(
    info: Info, filter: MovementsWhere = None, after: ResumeAfter = None
) -> AsyncIterator[MovementEvent]:
    """Send ledger lines."""
    where = filter.to_domain() if filter else MovementFilter()
    async with aclosing(info.context.services.live.movements(where, after=after)) as events:
        async for event in events:
            yield MovementEvent.from_domain(event)


async def reservations(
    info: Info, filter: ReservationsWhere = None, after: ResumeDocumentsAfter = None
) -> AsyncIterator[ReservationEvent]:
    """Send reservations, then their changes. Of what the filter looks at, only the state ever changes."""
    where = filter.to_domain() if filter else ReservationFilter()
    live, within = info.context.services.live, replace(where, states=None)
    feed: AsyncGenerator[DocumentEvent[Reservation], None] = live.documents(where, within=within, after=after)
    async with aclosing(feed) as events:
        async for event in events:
            yield ReservationEvent.from_domain(event)


async def transfers(
    info: Info, filter: TransfersWhere = None, after: ResumeDocumentsAfter = None
) -> AsyncIterator[TransferEvent]:
    """Send transfers, then their changes. Of what the filter looks at, only the state ever changes."""
    where = filter.to_domain() if filter else TransferFilter()
    live, within = info.context.services.live, replace(where, states=None)
    feed: AsyncGenerator[DocumentEvent[Transfer], None] = live.documents(where, within=within, after=after)
    async with aclosing(feed) as events:
        async for event in events:
            yield TransferEvent.from_domain(event)
