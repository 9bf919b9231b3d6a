"""The one reader of the growing ledger that all feeds of a process share: one read per wake-up."""

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from app.services.background.background import Background, woken
from app.services.background.cancellation import raise_if_cancelled
from app.services.live.ledger_offset import LedgerBatch, LedgerOffset
from app.services.live.ports import LedgerTail

MAX_LINES_WAITING = 4_000  # of the ledger and of documents; a feed this far behind reads for itself
POLL_SECONDS = 10.0  # without a wake-up; the hub looks for what was not published, and wakes
PAUSE_SECONDS = 1.0  # while the database is not available
MIN_PAUSE_SECONDS = 0.01  # many small commits share a read


class FeedQueue:
    """The queue of one feed: the offset at which it starts, and the batches behind it."""

    def __init__(self) -> None:
        self._start: asyncio.Future[LedgerOffset] = asyncio.get_running_loop().create_future()
        self._waiting: deque[LedgerBatch] = deque()
        self._lines = 0
        self._is_cut_off = False
        self._something = asyncio.Event()

    async def start(self) -> LedgerOffset:
        """Wait for the offset, which is behind all that could be seen when the feed was attached."""
        return await self._start

    async def next(self) -> LedgerBatch | None:
        """Wait for the next batch. None: the feed has fallen behind, and nothing more will come."""
        while not self._waiting:
            if self._is_cut_off:
                return None
            self._something.clear()
            await self._something.wait()
        found = self._waiting.popleft()
        self._lines -= found.size
        return found

    @property
    def has_more(self) -> bool:
        """Whether there is another batch already, be it that it waits here or that the feed has fallen behind it."""
        return bool(self._waiting) or self._is_cut_off

    def begin(self, offset: LedgerOffset) -> None:
        """Set where the feed starts."""
        if not self._start.done():
            self._start.set_result(offset)

    @property
    def has_begun(self) -> bool:
        """Whether the feed takes batches."""
        return self._start.done() and not self._is_cut_off

    def put(self, found: LedgerBatch) -> None:
        """Queue a batch, or cut the feed off where too much waits already."""
        self._lines += found.size
        if self._lines > MAX_LINES_WAITING:
            self._is_cut_off = True
            self._waiting.clear()
        else:
            self._waiting.append(found)
        self._something.set()


class TailListener(Protocol):
    """One that takes batches as they are read. None of its methods may fail or block."""

    @property
    def has_begun(self) -> bool:
        """Whether it takes batches."""

    def begin(self, offset: LedgerOffset) -> None:
        """Set where it starts."""

    def put(self, found: LedgerBatch) -> None:
        """Take the next batch."""


class SharedTail(Background):
    """Reads while feeds are attached, and rests otherwise. An async context: its task lives in it."""

    def __init__(self, ledger: LedgerTail) -> None:
        super().__init__(name="shared tail")
        self._ledger = ledger
        self._feeds: set[TailListener] = set()
        self._woken = asyncio.Event()
        self._offset: LedgerOffset | None = None

    @property
    def is_awaited(self) -> bool:
        """Whether a feed is attached."""
        return bool(self._feeds)

    def wake(self) -> None:
        """Wake the reader, where a feed is attached: the ledger has probably grown."""
        if self._feeds:
            self._woken.set()

    @contextmanager
    def attach(self) -> Iterator[FeedQueue]:
        """Attach a feed, until the context is left."""
        feed = FeedQueue()
        self.join(feed)
        try:
            yield feed
        finally:
            self.leave(feed)

    def join(self, listener: TailListener) -> None:
        """Begin to serve a listener soon, until `leave`."""
        self._feeds.add(listener)
        self._woken.set()

    def leave(self, listener: TailListener) -> None:
        """Serve a listener no more."""
        self._feeds.discard(listener)

    async def _run(self) -> None:
        await self._for_good(
            self._rest_and_serve,
            cannot="The ledger cannot be read for its feeds",
            could_not="The ledger could not be read for its feeds.",
            rest_seconds=MIN_PAUSE_SECONDS,
            pause_seconds=PAUSE_SECONDS,
        )

    async def _rest_and_serve(self) -> None:
        await woken(self._woken, seconds=POLL_SECONDS if self._feeds else None)
        try:
            await self._serve()
        except Exception:
            self._woken.set()  # what was to be read still is
            raise

    async def _serve(self) -> None:
        """Read on for the feeds that have started, and start those that were attached before the last read."""
        newcomers = [feed for feed in self._feeds if not feed.has_begun]
        if self._offset is None or not any(feed.has_begun for feed in self._feeds):
            if not newcomers:
                return
            self._offset = await self._ledger.now()
        else:
            self._offset = await self._read_on(self._offset)
        for feed in newcomers:
            feed.begin(self._offset)

    async def _read_on(self, offset: LedgerOffset) -> LedgerOffset:
        while True:
            found = await self._ledger.read(offset)
            offset = offset.joined(found.offset)
            if found.size:
                for feed in tuple(self._feeds):
                    if feed.has_begun:
                        feed.put(found)
            if found.is_complete:
                return offset
            raise_if_cancelled()
            self._offset = offset  # stays set in case the next read fails
