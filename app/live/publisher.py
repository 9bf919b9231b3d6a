"""Publishes committed changes on Redis. Without Redis the messages are lost, and nothing else suffers.

Rule: no mutation waits for it. What could not be sent is dropped, and once Redis is back one message says how far the
writer has come: receivers that missed lines read them from the ledger.
"""

import asyncio
import logging
import random
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import groupby
from types import TracebackType
from typing import Self

from msgspec import Struct
from redis.exceptions import RedisError

from app.domain.stock.movement import Movement
from app.domain.time import NEVER, Moment
from app.live.live_traces import LiveTraces
from app.live.messages import channel_of, encoded
from app.live.redis_channel import RedisChannel
from app.services.background.cancellation import raise_if_cancelled
from app.services.background.heartbeat import resting
from app.services.background.log_throttle import LogThrottle
from app.services.background.supervision import Supervised
from app.services.committed_batch import CommittedBatch
from app.telemetry.metrics import Metrics
from app.telemetry.tracing import Tracing

MAX_LINES_WAITING = 20_000  # a second of the heaviest load
MAX_LINES_PER_MESSAGE = 200  # some 40 KB; a receiver builds them in 1 ms
SECONDS_BETWEEN_MESSAGES = 0.001  # at the least: each costs every process some 13 µs (ADR 47)
FLUSH_SECONDS = 1.0
FIRST_RETRY_SECONDS = 0.05
MAX_RETRY_SECONDS = 0.5  # times 1.5 at most: changes are to arrive again within a second of the repair
MAX_WRITERS_REMEMBERED = 16  # a process's writer changes its identity after a commit with an unknown outcome

logger = logging.getLogger(__name__)


class _Entry(Struct, frozen=True, gc=False):
    """A line, or without one a change of documents, which is not sent but must not look like a gap."""

    writer: str
    at: Moment
    line: Movement | None


class Publisher:
    """Sends in the background. An async context: its task and its connection live in it."""

    def __init__(
        self,
        redis_url: str,
        *,
        namespace: str,
        seconds_between_messages: float = SECONDS_BETWEEN_MESSAGES,
        metrics: Metrics | None = None,
        tracing: Tracing | None = None,
    ) -> None:
        """`namespace` is the name of the database: a hub receives only what is published in its own."""
        self._channel = RedisChannel(redis_url, channel_of(namespace))
        self._metrics = metrics or Metrics()
        self._traces = LiveTraces(tracing, channel=channel_of(namespace))
        self._waiting: deque[_Entry] = deque()
        self._reached: dict[str, Moment] = {}  # by writer: how far it was sent or dropped
        self._is_behind = self._is_announcing = False
        self._seconds_between_messages = seconds_between_messages
        self._not_before = 0.0
        self._failures = LogThrottle()
        self._is_closing = False
        self._something = asyncio.Event()
        self._supervised = Supervised(self._run, name="publisher", may_return=lambda: self._is_closing)

    @property
    def tasks(self) -> Sequence[Supervised]:
        """The task that sends."""
        return (self._supervised,)

    @property
    def waiting(self) -> int:
        """How many changes are not sent yet."""
        return len(self._waiting)

    @property
    def problem(self) -> str | None:
        """Return why other processes do not receive commits now. They read the ledger, a little later."""
        return "Redis does not take what is published." if self._is_behind else None

    async def __aenter__(self) -> Self:
        self._supervised.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_closing = True
        self._something.set()
        try:
            with suppress(TimeoutError):  # what could not be sent by then is read from the ledger
                async with asyncio.timeout(FLUSH_SECONDS):
                    await self._supervised.returned()
        finally:
            await self._supervised.stop()
            await self._channel.aclose()

    def committed(self, batch: CommittedBatch) -> None:
        """Queue a committed batch for sending. Returns at once."""
        lines = sorted(batch.movements, key=lambda line: line.recorded_at)
        self._waiting.extend(_Entry(batch.writer, line.recorded_at, line) for line in lines)
        if batch.operations:
            self._waiting.append(_Entry(batch.writer, batch.to, None))
        elif not lines:  # nothing that the ledger has, but its receivers look again
            self._waiting.append(_Entry(batch.writer, self._last(batch.writer), None))
        if (self._is_behind and not self._is_announcing) or len(self._waiting) > MAX_LINES_WAITING:
            self._drop()
        self._something.set()

    def _last(self, writer: str) -> Moment:
        """Return the moment of the last entry of a writer, sent or not."""
        waiting = (entry.at for entry in reversed(self._waiting) if entry.writer == writer)
        return next(waiting, self._reached.get(writer, NEVER))

    def _drop(self) -> None:
        self._is_behind = True
        self._metrics.unpublished.inc(len(self._waiting))
        for entry in self._waiting:
            self._note(entry)
        self._waiting.clear()

    async def _run(self) -> None:
        pause = FIRST_RETRY_SECONDS
        while self._waiting or self._is_behind or not self._is_closing:
            try:
                if self._is_behind:
                    await self._announce()
                elif self._waiting:
                    await self._pace()
                    causes = self._traces.causes(each.line.trace for each in self._waiting if each.line is not None)
                    began, messages = self._traces.now, tuple(self._messages())
                    await self._channel.publish(*messages)
                    self._metrics.published.inc(len(messages))
                    self._traces.sent(causes, began=began, messages=len(messages))
                else:
                    self._something.clear()
                    with resting():
                        await self._something.wait()
            except Exception as error:
                was_behind = self._is_behind
                self._drop()
                if not was_behind and self._failures.is_due():
                    is_expected = isinstance(error, RedisError | OSError)  # a TimeoutError is an OSError
                    logger.warning("Redis does not take what is published: %s", error, exc_info=not is_expected)
                await asyncio.sleep(pause * random.uniform(0.5, 1.5))  # noqa: S311 - jitter, not a secret
                pause = min(2 * pause, MAX_RETRY_SECONDS)
            else:
                pause = FIRST_RETRY_SECONDS
            raise_if_cancelled()

    async def _pace(self) -> None:
        """Let what is committed within a moment of the last message go out together with what waits."""
        now = asyncio.get_running_loop().time()
        if now < self._not_before and not self._is_closing:
            await asyncio.sleep(self._not_before - now)
        self._not_before = max(now, self._not_before) + self._seconds_between_messages

    async def _announce(self) -> None:
        """Publish how far each writer has come. What is committed meanwhile waits, unless it is too much."""
        self._is_announcing = True
        try:
            said: dict[str, Moment] = {}
            while said != self._reached:
                said = dict(self._reached)
                await self._channel.publish(
                    *[encoded(writer, after=moment, to=moment, lines=()) for writer, moment in said.items()]
                )
            self._is_behind = False
        finally:
            self._is_announcing = False

    def _messages(self) -> Iterator[bytes]:
        """Take what waits: entries that were queued during the last send go out together."""
        entries = tuple(self._waiting)
        self._waiting.clear()
        for writer, of_writer in groupby(entries, key=lambda entry: entry.writer):
            run = tuple(of_writer)
            for start in range(0, len(run), MAX_LINES_PER_MESSAGE):
                some = run[start : start + MAX_LINES_PER_MESSAGE]
                lines = [entry.line for entry in some if entry.line is not None]
                yield encoded(writer, after=self._reached.get(writer, NEVER), to=some[-1].at, lines=lines)
                self._note(some[-1])

    def _note(self, entry: _Entry) -> None:
        self._reached[entry.writer] = max(entry.at, self._reached.get(entry.writer, NEVER))
        if len(self._reached) > MAX_WRITERS_REMEMBERED:
            del self._reached[next(iter(self._reached))]
