"""The lossless feed: each ledger line once, in the order of each level's versions, from any cursor on.

A feed that keeps up is served by the one reader that all feeds of the process share. One that comes with a cursor, or
falls behind, reads for itself until it has caught up with that reader.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator

from app.domain.errors import Unavailable
from app.domain.events import MovementEvent
from app.domain.movement import Movement
from app.services.cancellation import raise_if_cancelled
from app.services.filters import MovementFilter
from app.services.live_ports import LedgerTail
from app.services.positions import Position, Round, cursor_of
from app.services.shared_tail import SharedTail

RETRY_SECONDS = 1.0  # while the database is away


async def movement_feed(
    where: MovementFilter, *, after: Position | None, ledger: LedgerTail, tail: SharedTail
) -> AsyncGenerator[MovementEvent, None]:
    """See Live.movements."""
    position = after
    while True:
        if position is not None:
            async for found in _rounds(ledger, after=position):
                for event in _events(found, where, after=position):
                    yield event
                position = position.joined(found.position)
        with tail.attach() as shared:
            start = await shared.start()
            if position is None:
                position = start
                yield MovementEvent(movement=None, cursor=cursor_of(position))
            async for found in _rounds(ledger, after=position, until=start):
                for event in _events(found, where, after=position):
                    yield event
                position = position.joined(found.position)
            while (next_round := await shared.next()) is not None:
                for event in _events(next_round, where, after=position):
                    yield event
                position = position.joined(next_round.position)


async def _rounds(ledger: LedgerTail, *, after: Position, until: Position | None = None) -> AsyncIterator[Round]:
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


def _events(found: Round, where: MovementFilter, *, after: Position) -> Iterator[MovementEvent]:
    position = after
    for line in found.lines:
        if not position.is_past(line):
            position = position.after(line)
            if _matches(line, where):
                yield MovementEvent(movement=line, cursor=cursor_of(position))


def _matches(line: Movement, where: MovementFilter) -> bool:
    return (
        where.sku in (None, line.after.key.sku)
        and where.location in (None, line.after.key.location)
        and where.reason in (None, line.reason)
        and where.reference in (None, line.reference)
        and (where.since is None or line.recorded_at >= where.since)
        and (where.until is None or line.recorded_at < where.until)
    )
