"""Feeds of figures that are computed again as something changes: sums, counts and rankings (ADR 49).

Rule: once writes stop, the last event is what the database says. A figure is read at once, and again after each sign
that something was written, at most once per throttle; who watches the same figure shares the reads.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from app.domain.failures import BadArgument, Unavailable
from app.domain.live.recomputed import Recomputed
from app.services.background import woken
from app.services.cancellation import raise_if_cancelled
from app.services.heartbeat import resting
from app.services.live.growth import Growth
from app.services.live.ledger_feed import RETRY_SECONDS
from app.services.live.stream import TAKEN_AT_ONCE, Entry, Stream
from app.services.ports import Monotonic

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
        raise BadArgument(f"`throttleMs` must be between {MIN_THROTTLE_MS} and {MAX_THROTTLE_MS}, not {milliseconds}.")
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
        self._watched: dict[Hashable, _Watched[Any]] = {}

    @property
    def figures(self) -> int:
        """How many figures are watched."""
        return len(self._watched)

    def feed(self, figure: Figure[V]) -> "RecomputedFeed[V]":
        """Return the feed of a figure: its value at once, then whenever it has changed, each time with the one before.

        A subscriber that lags gets the newest value only. Iterating raises what reading the figure does, but for
        Unavailable: then it is read again until it can be.
        """
        return RecomputedFeed(self, figure)

    def watch(self, figure: Figure[V]) -> "_Watched[V]":
        """Return the figure, which is read from now on unless it is already; to be left by `leave`."""
        watched = self._watched.get(figure)
        if watched is None:
            watched = self._watched[figure] = _Watched(figure, self)
        watched.watchers += 1
        return watched

    def leave(self, watched: "_Watched[V]") -> None:
        """Leave a figure, which is read no more once all have left it."""
        watched.watchers -= 1
        if not watched.watchers:
            watched.task.cancel()
            self.forget(watched)

    def forget(self, watched: "_Watched[V]") -> None:
        """Begin anew for those who watch the figure from now on."""
        if self._watched.get(watched.figure) is watched:
            del self._watched[watched.figure]


class _Watched(Generic[V]):
    """A figure that is watched: its newest value, and the task that reads it."""

    def __init__(self, figure: Figure[V], recomputing: Recomputing) -> None:
        self.figure = figure
        self.watchers = 0
        self.end = 0
        self.newest: Recomputed[V] | None = None
        self.failure: Exception | None = None
        self.callbacks: dict[object, Callable[[], None]] = {}
        self._recomputing = recomputing
        self._first = asyncio.Event()
        self.task = asyncio.create_task(self._run(), name="recomputed figure")

    async def first(self) -> Recomputed[V]:
        """Return the newest value, without the one before; wait until there is one."""
        await self._first.wait()
        if self.failure is not None:
            raise self.failure
        assert self.newest is not None
        return self.newest.alone()

    async def _run(self) -> None:
        try:
            with self._recomputing.growth.listen() as growth:
                while True:
                    await self._read(growth)
        except Exception as error:  # noqa: BLE001 - raised to those who watch; later ones begin anew
            self.failure = error
            self._recomputing.forget(self)
            self._tell()

    async def _read(self, growth: asyncio.Event) -> None:
        """Read once, then rest until there is something to be read again."""
        recomputing, figure = self._recomputing, self.figure
        began = recomputing.monotonic()
        value = await self._value(growth)
        before = None if self.newest is None else self.newest.value
        if before is None or not figure.is_same(before, value):
            self.newest = Recomputed(value=value, before=before)
            self.end += 1
            self._tell()
        took = recomputing.monotonic() - began
        with resting():
            await recomputing.sleep(max(figure.throttle_seconds, REST_FACTOR * took))
        await woken(growth, seconds=figure.good_for(value))

    async def _value(self, growth: asyncio.Event) -> V:
        while True:
            try:
                async with self._recomputing.turns:
                    growth.clear()  # before the read: what is written from now on is read again
                    value = await self.figure.read()
            except Unavailable:
                await self._recomputing.sleep(RETRY_SECONDS)
                continue
            raise_if_cancelled()
            return value

    def _tell(self) -> None:
        self._first.set()
        for callback in tuple(self.callbacks.values()):
            callback()


class RecomputedStream(Generic[V]):
    """A Stream of one subscriber's figure. A subscriber that lags gets the newest value only."""

    def __init__(self, recomputing: Recomputing, watched: _Watched[V]) -> None:
        self._recomputing = recomputing
        self._watched: _Watched[V] = watched

    @property
    def end(self) -> int:
        return self._watched.end

    def after(self, position: int, *, maximum: int = TAKEN_AT_ONCE) -> Sequence[Entry[Recomputed[V]]]:
        watched = self._watched
        if watched.failure is not None:
            raise watched.failure
        if position >= watched.end or watched.newest is None:
            return ()
        return (Entry(watched.end, watched.newest),)

    def listen(self, on_news: Callable[[], None]) -> None:
        self._watched.callbacks[self] = on_news

    def close(self) -> None:
        self._watched.callbacks.pop(self, None)
        self._recomputing.leave(self._watched)

    async def first(self) -> tuple[int, Recomputed[V]]:
        """Return the newest value, once there is one, and the position behind it."""
        value = await self._watched.first()
        return self._watched.end, value


@dataclass(slots=True)
class RecomputedOpening(Generic[V]):
    """An Opening that yields the newest value."""

    stream: RecomputedStream[V]
    position: int = 0
    is_over: bool = True

    async def __aiter__(self) -> AsyncIterator[Sequence[Recomputed[V]]]:
        self.position, value = await self.stream.first()
        yield (value,)

    def covers(self, entry: Entry[Recomputed[V]]) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class RecomputedFeed(Generic[V]):
    """A Feed of a figure."""

    recomputing: Recomputing
    key: Figure[V]

    def open(self) -> RecomputedStream[V]:
        return RecomputedStream(self.recomputing, self.recomputing.watch(self.key))

    def opening(self, stream: Stream[Recomputed[V]]) -> RecomputedOpening[V]:
        assert isinstance(stream, RecomputedStream), stream
        return RecomputedOpening(stream)

    def reopening(self, stream: Stream[Recomputed[V]], *, last: Recomputed[V] | None) -> RecomputedOpening[V]:
        raise AssertionError("the newest value is always kept")
