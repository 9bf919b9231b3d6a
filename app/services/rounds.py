"""The rounds of the ledger behind a position, for one feed, without end and without a gap.

A feed that keeps up is served by the one reader that all feeds of the process share. One that comes with a cursor, or
falls behind, reads for itself until it has caught up with that reader.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from typing import NamedTuple

from app.domain.failures import Unavailable
from app.services.cancellation import raise_if_cancelled
from app.services.live_ports import LedgerTail
from app.services.positions import Position, Round
from app.services.shared_tail import SharedTail

RETRY_SECONDS = 1.0  # while the database is away


class Step(NamedTuple):
    """A round, and the position before it. A round may begin with entries that are past there: they were handed out."""

    after: Position
    found: Round


async def steps(after: Position | None, *, ledger: LedgerTail, tail: SharedTail) -> AsyncGenerator[Step, None]:
    """Yield what follows the position. Without one begin now: a first step with an empty round says where that is."""
    position = after
    while True:
        if position is not None:
            async for found in _read(ledger, after=position):
                yield Step(position, found)
                position = position.joined(found.position)
        with tail.attach() as shared:
            start = await shared.start()
            if position is None:
                position = start
                yield Step(start, Round(lines=(), operations=(), size=0, position=start, is_complete=True))
            async for found in _read(ledger, after=position, until=start):
                yield Step(position, found)
                position = position.joined(found.position)
            while (next_round := await shared.next()) is not None:
                yield Step(position, next_round)
                position = position.joined(next_round.position)


async def _read(ledger: LedgerTail, *, after: Position, until: Position | None = None) -> AsyncIterator[Round]:
    """Read until nothing is left, and `until` is behind."""
    position = after
    while until is None or not position.has_reached(until):
        try:
            found = await ledger.read(position)
        except Unavailable:
            await asyncio.sleep(RETRY_SECONDS)
            continue
        raise_if_cancelled()
        yield found
        position = position.joined(found.position)
        if found.is_complete and until is None:
            return
        if found.is_complete and until is not None and not position.has_reached(until):
            # A server that has just been elected may for a moment show less than the one before.
            await asyncio.sleep(RETRY_SECONDS)
