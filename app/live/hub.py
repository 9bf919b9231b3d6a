"""The hub of one process: follows the published changes, hands them to its streams, and reads the ledger to fill gaps.

Rule: what was handed out converges on the database whatever Redis loses. Three signs show that changes are missing: a
message that does not join on to those before it, a subscription that was lost or has just been confirmed, and an audit,
which checks that everything visible in the ledger at the last audit has been handed out by now (ADR 6).

What this process commits is handed out at once. It comes by Redis once more, where what is not newer is passed over.

While no stream listens and no reader waits, nothing is followed, and the database is not asked (ADR 46).
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from time import perf_counter

from app.domain.live.events import LevelEvent, LevelEventKind
from app.domain.stock.movement import Movement
from app.domain.time import MICROSECONDS_PER_SECOND
from app.live.listener_registry import ListenerRegistry
from app.live.live_traces import LiveTraces
from app.live.messages import LiveMessage, channel_of, decoded
from app.live.progress import Progress
from app.live.receiver import Receiver
from app.services.background.background import Background, woken
from app.services.background.cancellation import raise_if_cancelled
from app.services.committed_batch import CommittedBatch
from app.services.live.ledger_offset import LedgerBatch, LedgerOffset
from app.services.live.ports import KnownLevels, LedgerTail
from app.services.ports import Clock
from app.telemetry.metrics import Metrics
from app.telemetry.tracing import Tracing

AUDIT_SECONDS = 2.0  # what a writer that crashed did not publish is found after one to two of these
POLL_SECONDS = 0.5  # between two reads of the ledger without Redis; also the pause without the database
TURN_SECONDS = 0.002  # of handing out; then other tasks of the process have their turn

logger = logging.getLogger(__name__)


class Hub(Background):
    """A LevelHub. An async context: its two tasks and its connection live in it."""

    def __init__(
        self,
        redis_url: str,
        *,
        namespace: str,
        ledger: LedgerTail,
        on_arrival: Callable[[], None] = lambda: None,
        is_awaited: Callable[[], bool] = lambda: False,
        known: KnownLevels | None = None,
        clock: Clock | None = None,
        metrics: Metrics | None = None,
        tracing: Tracing | None = None,
    ) -> None:
        """`namespace` is that of the publishers. `on_arrival` is called as the ledger grows, and must not block.

        `is_awaited` tells whether a reader depends on that call also where Redis or a writer fails.

        `known` are levels to be kept up to date, as far as the channel tells. With a `clock`, the time is measured
        that changes take to arrive.
        """
        super().__init__(name="hub audit")
        self._ledger = ledger
        self._on_arrival = on_arrival
        self._is_awaited = is_awaited
        self._known = known
        self._clock, self._metrics = clock, metrics or Metrics()
        self._traces = LiveTraces(tracing, channel=channel_of(namespace))
        self._listeners = ListenerRegistry()
        self._progress: Progress | None = None  # only while a stream listens, or a reader waits
        self._expected: LedgerOffset | None = None
        self._beginning = asyncio.Lock()
        self._suspicion = asyncio.Event()
        self._attention = asyncio.Event()
        self._is_auditing = False
        self.rounds = 0
        self._receiver = Receiver(
            redis_url, channel=channel_of(namespace), on_message=self._receive, on_gap=self._suspect
        )

    def problem(self) -> str | None:
        """Return why changes do not arrive through Redis now. They are then read from the ledger, a little later."""
        return self._receiver.problem

    @property
    def is_resting(self) -> bool:
        """Whether no audit is under way or due: the next change arrives by the channel, not from the ledger."""
        return not self._is_auditing and not self._suspicion.is_set() and self.problem() is None

    @contextmanager
    def listen(
        self, *, skus: Collection[str] | None, locations: Collection[str] | None, hear: Callable[[LevelEvent], None]
    ) -> Iterator[None]:
        with self._listeners.listen(skus=skus, locations=locations, hear=hear):
            self._attention.set()
            try:
                yield
            finally:
                if len(self._listeners) == 1 and not self._is_awaited():
                    self._rest()

    async def ready(self) -> None:
        async with self._beginning:
            if self._progress is None:
                self._progress = Progress(await self._ledger.now())

    def committed(self, batch: CommittedBatch) -> None:
        """Hand out what this process has committed, for one turn; the rest comes by Redis. Returns at once."""
        end = perf_counter() + TURN_SECONDS
        for line in batch.movements:
            if self._listeners.awaits(line.after.key, line.after.version):
                self._listeners.dispatch(_change(line))
                if perf_counter() > end:
                    return

    async def _receive(self, data: bytes) -> None:
        try:
            message = decoded(data)
            self._measure(message)
            await self._hand_out(message)
            is_joined = self._progress is None or self._progress.follow(
                message.writer, after=message.after, to=message.to
            )
        except Exception:
            logger.exception("A message could not be followed.")
            is_joined = False
        if is_joined:
            self._on_arrival()
        else:
            self._suspect()

    def _measure(self, message: LiveMessage) -> None:
        self._metrics.hub_messages.inc()
        if self._clock is not None and message.lines:
            self._metrics.hub_lag_seconds.observe(max(0, self._clock() - message.to) / MICROSECONDS_PER_SECOND)

    async def _hand_out(self, message: LiveMessage) -> None:
        end, began = perf_counter() + TURN_SECONDS, self._traces.now
        for each in message.lines:
            is_news = self._known is not None and self._known.is_news(each.key, each.version)
            if is_news or self._listeners.awaits(each.key, each.version):
                line = each.movement()
                if self._known is not None:
                    self._known.hear((line.after,))
                self._listeners.dispatch(_change(line))
                self._traces.received(line.trace, began=began)
                if perf_counter() > end:
                    await asyncio.sleep(0)
                    end = perf_counter() + TURN_SECONDS

    def _suspect(self) -> None:
        """Note that changes may be missing."""
        if self._is_attended:
            self._metrics.hub_gaps.inc()
            self._suspicion.set()
        self._on_arrival()

    @property
    def _is_attended(self) -> bool:
        return bool(self._listeners) or self._is_awaited()

    def _rest(self) -> None:
        """Follow nothing until a stream listens or a reader waits."""
        self._progress = self._expected = None
        self._suspicion.clear()

    def _runs(self) -> Mapping[str, Callable[[], Awaitable[None]]]:
        return {**super()._runs(), "hub receiver": self._receiver.run}

    async def _run(self) -> None:
        await self._for_good(
            self._audit,
            cannot="The ledger cannot be read for the level feeds",
            could_not="The ledger could not be read for the level feeds.",
            pause_seconds=POLL_SECONDS,
        )

    async def _audit(self) -> None:
        if not self._is_attended:
            self._rest()
            await woken(self._attention, seconds=AUDIT_SECONDS)
            return
        seconds = AUDIT_SECONDS if self.problem() is None else POLL_SECONDS
        is_suspicious = await woken(self._suspicion, seconds=seconds) or self.problem() is not None
        if not self._is_attended:
            return
        self._is_auditing = True
        try:
            await self._compare(is_suspicious=is_suspicious)
        except Exception:
            self._suspect()
            raise
        finally:
            self._is_auditing = False

    async def _compare(self, *, is_suspicious: bool) -> None:
        if self._progress is None:
            await self.ready()
            self._on_arrival()  # those who wait may have read before that
        progress = self._progress
        if progress is None:
            return
        if is_suspicious or (self._expected is not None and not progress.has_reached(self._expected)):
            await self._catch_up(progress)
        expected = await self._ledger.now()
        if self._progress is progress:  # otherwise no stream has listened meanwhile
            self._expected = expected
            self.rounds += 1

    async def _catch_up(self, progress: Progress) -> None:
        if not self._listeners:
            offset = await self._ledger.now()
            if not self._listeners:  # still none: otherwise one might have begun before that offset
                if not progress.has_reached(offset):
                    self._on_arrival()
                progress.catch_up(offset)
                return
        is_complete = False
        while not is_complete and self._progress is progress:
            found = await self._ledger.read(progress.offset)
            self._resync(found)
            progress.catch_up(found.offset)
            is_complete = found.is_complete
            raise_if_cancelled()
            await asyncio.sleep(0)

    def _resync(self, found: LedgerBatch) -> None:
        newest = {line.after.key: line.after for line in found.lines}
        if self._known is not None:
            self._known.hear(newest.values())
        self._metrics.hub_resyncs.inc(len(newest))
        for level in newest.values():
            self._listeners.dispatch(LevelEvent(kind=LevelEventKind.RESYNC, level=level))
        if found.size:
            self._on_arrival()


def _change(line: Movement) -> LevelEvent:
    return LevelEvent(kind=LevelEventKind.CHANGE, level=line.after, movement=line)
