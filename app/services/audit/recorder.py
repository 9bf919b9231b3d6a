"""Records in the audit without holding up requests: they leave an entry, and a task writes a page every few moments.

Rule: what waits is bounded. While the database is away, mutations fail, and what there is to record of them waits;
where there is too much of it, the newest entries are dropped, counted, and the count is recorded.
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from types import TracebackType
from typing import NamedTuple

from msgspec import structs

from app.domain.audit.entry import AuditEntry, AuditKind, line_of
from app.domain.audit.page import MAX_BYTES, MAX_LINES, MAX_SPAN_MICROS, terms_of
from app.domain.failures import ServiceError, Unavailable
from app.domain.time import Moment
from app.services.audit.chain_writer import Batch, ChainWriter
from app.services.background.background import Background, woken
from app.services.background.log_throttle import LogThrottle
from app.services.ports import Clock

TICK_SECONDS = 0.1  # how much a process that is killed may lose
WAITED_FOR_SECONDS = 0.005  # the same where answers wait
MAX_UNMADE = 1_000  # entries that are not made yet hold variables as they were sent
MAX_WAITING = 50_000  # entries: some 25 MB
MAX_WAITING_BYTES = 32 * 1024 * 1024
MAX_ALIKE = 20  # refusals in one page of one client, or of all that are not recognised; the others are one entry
STOP_SECONDS = 0.75  # to write what is left when the process stops: the databases need the rest of the ten
WAIT_SECONDS = 10.0  # that an answer waits for its entry

_MANY = frozenset({AuditKind.REFUSAL, AuditKind.SIGN_IN_FAILED})  # any client can cause as many as it likes

logger = logging.getLogger(__name__)

Make = Callable[[Moment], AuditEntry]
Waiter = asyncio.Future[None]
_Unmade = tuple[Moment, Make, Waiter | None]


class _Line(NamedTuple):
    """An entry that waits to be written, with its line, and the answer that waits for it."""

    entry: AuditEntry
    text: str
    waiter: Waiter | None


class AuditRecorder(Background):
    """The recorder of one process. An async context: its task lives in it, and its end writes what is left."""

    def __init__(self, chain: ChainWriter, *, clock: Clock, waits: bool = False) -> None:
        """With `waits` answers to mutations wait until their entries are written."""
        super().__init__(name="audit")
        self._chain, self._clock, self.waits = chain, clock, waits
        self._unmade: list[_Unmade] = []
        self._lines: list[_Line] = []
        self._bytes = 0
        self._lost = 0
        self.lost = 0  # ever
        self._batch: tuple[Batch, int] | None = None  # what is being written, and how many lines that is
        self._losses = LogThrottle()
        self._arrived = asyncio.Event()

    @property
    def waiting(self) -> int:
        """How many entries are not written yet."""
        return len(self._unmade) + len(self._lines)

    def record(self, entry: AuditEntry) -> None:
        """Record an entry, as AuditTrail says."""
        self.leave(partial(_at, entry))

    def leave(self, make: Make) -> None:
        """Leave the function that makes an entry of its time. It is called within a moment."""
        self._leave(make, None)

    async def written(self, make: Make) -> None:
        """Leave the function that makes an entry, and wait until the entry is written. Raises Unavailable."""
        waiter: Waiter = asyncio.get_running_loop().create_future()
        self._leave(make, waiter)
        try:
            async with asyncio.timeout(WAIT_SECONDS):
                await waiter
        except TimeoutError:
            raise Unavailable("the audit was not written in time") from None

    async def flush(self) -> None:
        """Write all that waits. Raises Unavailable; what is not written then is kept."""
        self._make()
        while self._lines:
            if self._batch is None:
                self._batch = self._next_batch()
            batch, count = self._batch
            await self._chain.append(batch)
            self._batch = None
            written, self._lines = self._lines[:count], self._lines[count:]
            for line in written:
                self._bytes -= len(line.text)
                if line.waiter is not None and not line.waiter.done():
                    line.waiter.set_result(None)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await super().__aexit__(kind, error, trace)
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await self.flush()
        except (ServiceError, TimeoutError):
            logger.error("The audit could not be written to its end: %d entries are lost.", self.waiting)

    async def _run(self) -> None:
        await self._for_good(
            self._tick,
            cannot="The audit cannot be written now, and waits",
            could_not="The audit could not be written.",
        )

    def _leave(self, make: Make, waiter: Waiter | None) -> None:
        self._unmade.append((self._clock(), make, waiter))
        if len(self._unmade) == 1:
            self._arrived.set()
        elif len(self._unmade) >= MAX_UNMADE:
            self._make()

    async def _tick(self) -> None:
        if not self.waiting:
            await woken(self._arrived, seconds=None)
            await asyncio.sleep(WAITED_FOR_SECONDS if self.waits else TICK_SECONDS)
        await self.flush()

    def _make(self) -> None:
        """Make the entries, with their lines, of what was left."""
        unmade, self._unmade = self._unmade, []
        if not unmade:
            return
        self._arrived.clear()
        for entry, waiter in _summed_up(self._made(unmade)):
            self._keep(entry, waiter)
        if self._lost and len(self._lines) < MAX_WAITING // 2:
            lost, self._lost = self._lost, 0
            self._keep(AuditEntry(at=self._clock(), kind=AuditKind.LOSS, count=lost), None)

    def _made(self, unmade: list[_Unmade]) -> Iterator[tuple[AuditEntry, Waiter | None]]:
        for at, make, waiter in unmade:
            try:
                entry = make(at)
            except Exception:
                logger.exception("An entry of the audit could not be made.")
                self._lost += 1
                continue
            yield entry, waiter

    def _keep(self, entry: AuditEntry, waiter: Waiter | None) -> None:
        text = line_of(entry)
        if len(self._lines) >= MAX_WAITING or self._bytes + len(text) > MAX_WAITING_BYTES:
            self._lose(entry, waiter)
            return
        self._lines.append(_Line(entry, text, waiter))
        self._bytes += len(text)

    def _lose(self, entry: AuditEntry, waiter: Waiter | None) -> None:
        self._lost += entry.count
        self.lost += entry.count
        if waiter is not None and not waiter.done():
            waiter.set_exception(Unavailable("the audit has no room for more entries until it answers"))
        if self._losses.is_due():
            logger.error("The audit has no room until the database answers: entries are lost, and counted.")

    def _next_batch(self) -> tuple[Batch, int]:
        """Return the entries that make the next page, and how many they are."""
        first = self._lines[0].entry.at
        size = count = 0
        for line in self._lines[:MAX_LINES]:
            size += len(line.text)
            if count and (size > MAX_BYTES or line.entry.at - first > MAX_SPAN_MICROS):
                break
            count += 1
        taken = self._lines[:count]
        entries = [line.entry for line in taken]
        batch = Batch(
            lines=[line.text for line in taken],
            first_at=min(each.at for each in entries),
            last_at=max(each.at for each in entries),
            terms=frozenset(terms_of(entries)),
        )
        return batch, count


def _at(entry: AuditEntry, at: Moment) -> AuditEntry:
    return structs.replace(entry, at=at)


def _summed_up(made: Iterable[tuple[AuditEntry, Waiter | None]]) -> Iterator[tuple[AuditEntry, Waiter | None]]:
    """Yield the entries; of many refusals alike, the first ones and one that stands for the rest."""
    seen: dict[tuple[object, ...], int] = {}
    rest: dict[tuple[object, ...], AuditEntry] = {}
    for entry, waiter in made:
        if entry.kind in _MANY:
            alike = (entry.kind, entry.principal, entry.address if entry.principal else None, entry.codes)
            seen[alike] = seen.get(alike, 0) + 1
            if seen[alike] > MAX_ALIKE:
                rest[alike] = entry
                continue
        yield entry, waiter
    for these, entry in rest.items():
        address = entry.address if entry.principal else None  # a flood may come from very many
        yield (
            structs.replace(entry, address=address, request_id=None, variables=None, count=seen[these] - MAX_ALIKE),
            None,
        )
