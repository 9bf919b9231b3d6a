"""The batches of the ledger behind an offset, for one feed, without end and without a gap.

A feed that keeps up is served by the one reader that all feeds of the process share. A feed that starts at a cursor, or
falls behind, reads for itself until it has caught up with that reader.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from functools import partial
from typing import NamedTuple, Protocol

from app.services.live.ledger.shared_tail import FeedQueue, SharedTail
from app.services.live.ledger_offset import LedgerBatch, LedgerOffset
from app.services.live.patient_read import RETRY_SECONDS, when_available
from app.services.live.ports import LedgerTail


class LedgerStep(NamedTuple):
    """A batch, and the offset before it. It may begin with entries that were handed out already.

    `is_late` where more has been recorded since the batch was read, or may have been.
    """

    after: LedgerOffset
    found: LedgerBatch
    is_late: bool


class Follower(Protocol):
    """Another one that takes the batches of the shared reader."""

    async def settled(self) -> None:
        """Wait until all that it was given is done."""

    def has_reached(self, offset: LedgerOffset, /) -> bool:
        """Tell whether it has everything before an offset."""


async def follow_ledger(
    after: LedgerOffset | None, *, ledger: LedgerTail, tail: SharedTail, until: Follower | None = None
) -> AsyncGenerator[LedgerStep, None]:
    """Yield the batches behind the offset. Without one start now: a first step, of no entries, has the offset.

    It ends where another one, which has followed the same reader since before, stands at the same offset: then both
    have taken the same batches, and what was read here besides.

    Raises BadArgument where the ledger cannot be read from the offset on.
    """
    offset = await _checked(after, ledger=ledger)
    while True:
        if offset is not None:
            async for found in _read(ledger, after=offset):
                yield LedgerStep(offset, found, is_late=True)
                offset = offset.joined(found.offset)
        with tail.attach() as shared:
            start = await shared.start()
            if offset is None:
                offset = start
                yield LedgerStep(
                    start, LedgerBatch(lines=(), operations=(), size=0, offset=start, is_complete=True), is_late=False
                )
            else:
                async for found in _read(ledger, after=offset, until=start):
                    yield LedgerStep(offset, found, is_late=True)
                    offset = offset.joined(found.offset)
            while True:
                if until is not None:
                    if await _stands_with(until, offset, shared):
                        return
                    tail.wake()
                batch = await shared.next()
                if batch is None:
                    break
                yield LedgerStep(offset, batch, is_late=shared.has_more)
                offset = offset.joined(batch.offset)


async def _checked(after: LedgerOffset | None, *, ledger: LedgerTail) -> LedgerOffset | None:
    """Return an offset that is one of this ledger."""
    if after is not None:
        await when_available(partial(ledger.check, after))
    return after


async def _stands_with(other: Follower, offset: LedgerOffset, shared: FeedQueue) -> bool:
    """Tell whether another follower stands at this offset, once it is done with what both were given."""
    await other.settled()
    return other.has_reached(offset) and not shared.has_more


async def _read(
    ledger: LedgerTail, *, after: LedgerOffset, until: LedgerOffset | None = None
) -> AsyncIterator[LedgerBatch]:
    """Read until nothing is left and `until` is reached: once at least, as that names only who wrote lately."""
    offset, is_complete = after, False
    while not is_complete or (until is not None and not offset.has_reached(until)):
        if is_complete:  # a server that has just been elected may for a moment show less than its predecessor
            await asyncio.sleep(RETRY_SECONDS)
        found = await when_available(partial(ledger.read, offset))
        yield found
        offset, is_complete = offset.joined(found.offset), found.is_complete
