"""Feeds of figures that are computed again as something changes: sums, counts and rankings (ADR 49).

Rule: once writes stop, the last event is what the database says. A figure is read at once, and again after each sign
that something was written, at most once per throttle; who watches the same figure shares the reads.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Generic, TypeVar

from app.domain.failures import BadArgument, Unavailable
from app.domain.live.recomputed import Recomputed
from app.services.background.background import woken
from app.services.background.cancellation import raise_if_cancelled
from app.services.background.heartbeat import resting
from app.services.live.figures.growth import Growth
from app.services.live.patient_read import RETRY_SECONDS
from app.services.live.shared_streams import OpenStream, SharedStream, SharedStreams, shared_by
from app.services.live.stream import Entry, Stream
from app.services.ports import Monotonic
from app.telemetry.work import start_apart

V = TypeVar("V")

MIN_THROTTLE_MS = 100  # people do not notice less, and a read takes some milliseconds
MAX_THROTTLE_MS = 60_000
USUAL_THROTTLE_MS = 1_000
REST_FACTOR = 2.0  # times what a read took, with its wait: all figures together read for a third of the time at most
MAX_AT_ONCE = 2  # reads of one process; each may keep a core of the database busy


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure(Generic[V]):
    """A figure to be watched: how it is read, and when it has changed. Equal keys mean equal figures.

    `read` raises Unavailable, and other service errors where the figure cannot be had. `good_for` returns the seconds
    after which a value changes though nothing is written; None where it does not.
    """

    key: Hashable
    throttle_seconds: float
    read: Callable[[], Awaitable[V]] = field(compare=False)
    is_same: Callable[[V, V], bool] = field(compare=False)
    good_for: Callable[[V], float | None] = field(compare=False, default=lambda _: None)


def throttle_of(milliseconds: int) -> float:
    """Return a throttle in seconds. Raises BadArgument."""
    if not MIN_THROTTLE_MS <= milliseconds <= MAX_THROTTLE_MS:
        raise BadArgument(
            f"`throttleMs` must be between {MIN_THROTTLE_MS} and {MAX_THROTTLE_MS:,}, not {milliseconds:,}."
        )
    return milliseconds / 1_000


class Recomputing:
    """The figures that are watched now. Belongs to one event loop."""

    def __init__(
        self,
        growth: Growth,
        *,
        monotonic: Monotonic = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.growth = growth
        self.monotonic = monotonic
        self.sleep = sleep
        self.turns = asyncio.Semaphore(MAX_AT_ONCE)
        self.streams = SharedStreams()

    def feed(self, figure: Figure[V]) -> "RecomputedFeed[V]":
        """Return the feed of a figure: its value at once, then whenever it has changed, each time with the one before.

        A subscriber that lags gets the newest value only. Iterating raises what reading the figure does, but for
        Unavailable: then it is read again until it can be.
        """
        return RecomputedFeed(self, figure)


class RecomputedStream(SharedStream[Recomputed[V]]):
    """A figure that is watched: its newest value, and the task that reads it."""

    def __init__(self, figure: Figure[V], recomputing: Recomputing) -> None:
        super().__init__()
        self._figure = figure
        self._recomputing = recomputing
        self._end = 0
        self._newest: Recomputed[V] | None = None
        self._first = asyncio.Event()
        self._task = start_apart(self._run(), name="recomputed figure")

    @property
    def end(self) -> int:
        return self._end

    def stop(self) -> None:
        self._task.cancel()

    async def first(self) -> Recomputed[V]:
        """Return the newest value, without the one before; wait until there is one."""
        await self._first.wait()
        [entry] = self.after(self._end - 1)
        return entry.event.alone()

    def _after(self, position: int, *, maximum: int) -> Sequence[Entry[Recomputed[V]]]:
        if position >= self._end or self._newest is None:
            return ()
        return (Entry(self._end, self._newest),)

    async def _run(self) -> None:
        recomputing = self._recomputing
        try:
            with recomputing.growth.listen() as growth:
                while True:
                    await self._read(growth)
        except Exception as error:  # noqa: BLE001 - raised to those who watch
            self.fail(error)
            self._first.set()

    async def _read(self, growth: asyncio.Event) -> None:
        """Read once, then rest until there is something to be read again."""
        recomputing, figure = self._recomputing, self._figure
        began = recomputing.monotonic()
        value = await self._value(growth)
        before = None if self._newest is None else self._newest.value
        if before is None or not figure.is_same(before, value):
            self._newest = Recomputed(value=value, before=before)
            self._end += 1
            self._first.set()
            self._has_news()
        took = recomputing.monotonic() - began
        with resting():
            await recomputing.sleep(max(figure.throttle_seconds, REST_FACTOR * took))
        await woken(growth, seconds=figure.good_for(value))

    async def _value(self, growth: asyncio.Event) -> V:
        while True:
            try:
                async with self._recomputing.turns:
                    growth.clear()  # before the read: what is written from now on is read again
                    value = await self._figure.read()
            except Unavailable:
                await self._recomputing.sleep(RETRY_SECONDS)
                continue
            raise_if_cancelled()
            return value


@dataclass(slots=True)
class RecomputedOpening(Generic[V]):
    """An Opening that yields the newest value."""

    stream: RecomputedStream[V]
    position: int = 0
    is_over: bool = True

    async def batches(self) -> AsyncGenerator[Sequence[Recomputed[V]], None]:
        value = await self.stream.first()
        self.position = self.stream.end
        yield (value,)

    def covers(self, entry: Entry[Recomputed[V]]) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class RecomputedFeed(Generic[V]):
    """A Feed of a figure."""

    recomputing: Recomputing
    key: Figure[V]

    def open(self) -> OpenStream[Recomputed[V], RecomputedStream[V]]:
        return self.recomputing.streams.open(self.key, partial(RecomputedStream, self.key, self.recomputing))

    def opening(self, stream: Stream[Recomputed[V]]) -> RecomputedOpening[V]:
        return RecomputedOpening(shared_by(stream, RecomputedStream))

    def reopening(self, stream: Stream[Recomputed[V]], *, last: Recomputed[V] | None) -> RecomputedOpening[V]:
        raise AssertionError("the newest value is always kept")

    def still_visible(self, events: Sequence[Recomputed[V]]) -> Sequence[Recomputed[V]]:
        return events
