"""Feeds."""

from collections.abc import AsyncIterator
from contextlib import aclosing

from app.services.filters import LevelFilter, MovementFilter
from schema.arguments import LevelsWhere, MovementsWhere, ResumeAfter
from schema.context import Info
from schema.types.events import MovementEvent, StockLevelEvent


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
