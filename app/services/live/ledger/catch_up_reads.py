"""Reads of the ledger for subscribers that are behind: few at once, and each for all whom it takes on.

Hundreds come back together after a restart, each with a cursor of its own. If each read for itself, they would take all
connections to the database, and no client could be signed in or served meanwhile.

Rule: a read serves only those who asked before it began, and of them those who stand at or beyond the offset that it
begins at. Beginning with the reader that is furthest behind, it picks up the others as it comes by. Every other read is
for the one that has waited longest, so that none waits without end.
"""

import asyncio
from collections.abc import Sequence
from itertools import cycle
from typing import cast

from app.domain.failures import BadArgument
from app.domain.time import NEVER, Moment
from app.services.background.cancellation import raise_if_cancelled
from app.services.live.ledger_offset import LedgerBatch, LedgerOffset
from app.services.live.ports import LedgerTail
from app.telemetry.work import start_apart

MAX_AT_ONCE = 2  # of one process, whose other readers go on meanwhile
SERVED_IN_A_TURN = 4  # each goes through a thousand lines, half a millisecond; then other tasks have their turn


class CatchUpReads:
    """A LedgerTail over another one. Belongs to one event loop; where no reader waits it has no task."""

    def __init__(self, ledger: LedgerTail) -> None:
        self._ledger = ledger
        self._waiting: dict[_Reader, None] = {}  # the one who has waited longest first
        self._asking = 0
        self._checking = asyncio.Lock()
        self._known: dict[str, Moment] = {}  # the last entry of each writer that was found
        self._turns: set[asyncio.Task[None]] = set()
        self._is_for_furthest = cycle((True, False))

    async def check(self, offset: LedgerOffset) -> None:
        """Check as the other does, one after the other: what a writer recorded before a known entry is known, too."""
        async with self._checking:
            known = self._known
            named = {writer: moment for writer, moment in offset.reached.items() if moment >= offset.base}
            if not named or any(known.get(writer, NEVER) < moment for writer, moment in named.items()):
                await self._ledger.check(offset)
                known |= {writer: max(known.get(writer, NEVER), moment) for writer, moment in named.items()}

    async def now(self) -> LedgerOffset:
        return await self._ledger.now()

    async def read(self, after: LedgerOffset) -> LedgerBatch:
        """Read as the other does, perhaps from further back: what comes may begin with entries before the offset."""
        reader = _Reader(after)
        self._waiting[reader] = None
        self._asking += 1
        if len(self._turns) < MAX_AT_ONCE:
            self._turns.add(start_apart(self._take_turns(), name="catching up"))
        try:
            return await reader.batch
        finally:
            self._waiting.pop(reader, None)
            self._asking -= 1
            if not self._asking:
                ended, self._turns = self._turns, set()
                for turn in ended:
                    turn.cancel()

    async def _take_turns(self) -> None:
        turns = self._turns
        try:
            while self._waiting:
                await self._read_for(self._next())
                raise_if_cancelled()
        finally:
            turns.discard(cast("asyncio.Task[None]", asyncio.current_task()))

    async def _read_for(self, first: "_Reader") -> None:
        asked = list(self._waiting)
        del self._waiting[first]
        try:
            found = await self._ledger.read(first.after)
        except BadArgument as error:  # of this cursor alone
            first.fail(error)
            return
        except Exception as error:  # noqa: BLE001 - raised to those who asked: none of them would fare better
            for reader in asked:
                self._waiting.pop(reader, None)
                reader.fail(error)
            return
        first.have(found)
        await self._take_on([reader for reader in asked if reader.is_at_or_beyond(first.after)], found)

    def _next(self) -> "_Reader":
        if next(self._is_for_furthest):
            return min(self._waiting, key=lambda reader: reader.newest)
        return next(iter(self._waiting))

    async def _take_on(self, readers: Sequence["_Reader"], found: LedgerBatch) -> None:
        served = [reader for reader in readers if reader in self._waiting and reader.is_taken_on_by(found)]
        for reader in served:
            del self._waiting[reader]
        for start in range(0, len(served), SERVED_IN_A_TURN):
            for reader in served[start : start + SERVED_IN_A_TURN]:
                reader.have(found)
            await asyncio.sleep(0)


class _Reader:
    """One who waits for the batch behind an offset."""

    def __init__(self, after: LedgerOffset) -> None:
        self.after = after
        self.newest = max(after.reached.values(), default=after.base)
        self.batch: asyncio.Future[LedgerBatch] = asyncio.get_running_loop().create_future()

    def is_at_or_beyond(self, offset: LedgerOffset) -> bool:
        """Tell whether everything before an offset lies before this one, too."""
        own = self.after
        return own.base >= offset.base and all(
            own.of(writer) >= offset.of(writer) for writer in {*own.reached, *offset.reached}
        )

    def is_taken_on_by(self, found: LedgerBatch) -> bool:
        """Tell whether a batch from further back reaches beyond here, or has shown that there is no more."""
        return found.is_complete or not self.after.has_reached(found.offset)

    def have(self, found: LedgerBatch) -> None:
        """Wait no more."""
        if not self.batch.done():
            self.batch.set_result(found)

    def fail(self, error: Exception) -> None:
        """Wait no more."""
        if not self.batch.done():
            self.batch.set_exception(error)
            self.batch.exception()  # it may be cancelled before it sees this
