"""Feeds of levels that send each level at most once per throttle: what changes within it is one event.

Rule: a subscriber's last event of a level is its newest version, as without a throttle; it only comes later. Deltas add
up where every change between is known. What has become invisible within the throttle is not sent.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Protocol

from msgspec import structs

from app.domain.failures import BadArgument
from app.domain.live.events import LevelEvent, LevelEventKind, SlowConsumer
from app.domain.stock.level import LevelKey
from app.services.live.levels.level_log import MAX_LEVELS_KEPT, LevelLog
from app.services.live.shared_streams import OpenStream, SharedStream, SharedStreams, shared_by
from app.services.live.stream import Entry, Feed, Opening, Stream
from app.services.ports import Monotonic

MAX_LEVEL_THROTTLE_MS = 60_000


class Timer(Protocol):
    """A call that is to come."""

    def cancel(self) -> None:
        """Call no more."""


CallLater = Callable[[float, Callable[[], None]], Timer]


def level_throttle_of(milliseconds: int) -> float:
    """Return a throttle of levels in seconds; 0 for none. Raises BadArgument."""
    if not 0 <= milliseconds <= MAX_LEVEL_THROTTLE_MS:
        raise BadArgument(f"`throttleMs` must be between 0 and {MAX_LEVEL_THROTTLE_MS:,}, not {milliseconds:,}.")
    return milliseconds / 1_000


def gathered(former: LevelEvent | None, event: LevelEvent) -> LevelEvent:
    """Return the event that stands for both, of which the former may have been gathered already.

    Where a change between them is not known, its delta is that of the last one.
    """
    if former is None:
        return event
    before, now = former.delta, event.delta
    if before is None or now is None or now.since != former.level.version:
        return event
    return structs.replace(event, gathered=before.then(now))


class ThrottledStream(SharedStream[LevelEvent]):
    """Gathers what comes in a stream of levels. A timer runs only while something waits."""

    def __init__(
        self,
        feed: Feed[LevelEvent],
        *,
        seconds: float,
        maximum: int = MAX_LEVELS_KEPT,
        call_later: CallLater | None = None,
    ) -> None:
        super().__init__()
        self._still_visible = feed.still_visible
        self._looking_up: asyncio.Task[None] | None = None
        self._call_later = call_later or asyncio.get_running_loop().call_later
        self.maximum = maximum
        self.seconds = seconds
        self._log = LevelLog(maximum=maximum)
        self._gathered: dict[LevelKey, LevelEvent] = {}
        self._timer: Timer | None = None
        self.source = feed.open()
        self._position = self.source.end
        self.source.listen(self._gather)

    @property
    def end(self) -> int:
        return self._log.end

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._looking_up is not None:
            self._looking_up.cancel()
        self.source.close()

    def _after(self, position: int, *, maximum: int) -> Sequence[Entry[LevelEvent]]:
        return self._log.after(position, maximum=maximum)

    def _gather(self) -> None:
        try:
            while entries := self.source.after(self._position):
                self._position = entries[-1].position
                for entry in entries:
                    key = entry.event.level.key
                    self._gathered[key] = gathered(self._gathered.get(key), entry.event)
        except Exception as error:  # noqa: BLE001 - raised to all subscribers
            self.fail(error)
        if len(self._gathered) >= self.maximum:
            self._flush()  # sooner than it should, rather than without bounds
        elif self._gathered and self._timer is None:
            self._timer = self._call_later(self.seconds, self._flush)

    def _flush(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._looking_up is None:
            waiting = dict(self._gathered)
            visible = self._still_visible(tuple(waiting.values()))
            if isinstance(visible, Sequence):
                self._send(waiting, visible)
            else:
                self._looking_up = asyncio.create_task(self._look_up(waiting, visible))
        elif len(self._gathered) >= 2 * self.maximum:  # the database does not answer
            self.fail(SlowConsumer(waiting_max=self.maximum))

    async def _look_up(self, waiting: Mapping[LevelKey, LevelEvent], visible: Awaitable[Sequence[LevelEvent]]) -> None:
        try:
            self._send(waiting, await visible)
        except Exception as error:  # noqa: BLE001 - raised to all subscribers
            self.fail(error)
        finally:
            self._looking_up = None

    def _send(self, waiting: Mapping[LevelKey, LevelEvent], visible: Sequence[LevelEvent]) -> None:
        """Send of what waited what is visible, and what has come meanwhile, which has just been judged."""
        hidden = waiting.keys() - {event.level.key for event in visible}
        shown = [event for key, event in self._gathered.items() if key not in hidden or event is not waiting[key]]
        self._gathered = {}
        for event in shown:
            self._log.append(event)
        if shown:
            self._has_news()


class ThrottledOpening:
    """An Opening of the levels as they are, at once."""

    def __init__(
        self, opening: Opening[LevelEvent], stream: ThrottledStream, *, monotonic: Monotonic = time.monotonic
    ) -> None:
        self.position = stream.end
        self._opening = opening
        self._delay = stream.seconds
        self._monotonic = monotonic
        self._sent: dict[LevelKey, int] = {}  # versions of levels that changed meanwhile
        self._over_at: float | None = None

    async def batches(self) -> AsyncGenerator[Sequence[LevelEvent], None]:
        async with aclosing(self._opening.batches()) as pages:
            async for events in pages:
                changed = (event.level for event in events if event.kind is not LevelEventKind.SNAPSHOT)
                self._sent |= {level.key: level.version for level in changed}
                yield events

    def covers(self, entry: Entry[LevelEvent]) -> bool:
        level = entry.event.level
        return level.version <= self._sent.get(level.key, 0) or self._opening.covers(entry)

    @property
    def is_over(self) -> bool:
        """Whether what the snapshot showed cannot be gathered any more either."""
        if self._over_at is None and self._opening.is_over:
            self._over_at = self._monotonic() + self._delay
        return self._over_at is not None and self._monotonic() > self._over_at


@dataclass(frozen=True, slots=True, kw_only=True)
class ThrottledFeed:
    """A Feed of levels, over one without a throttle."""

    feed: Feed[LevelEvent]
    seconds: float
    streams: SharedStreams
    maximum: int = MAX_LEVELS_KEPT
    call_later: CallLater | None = None

    @property
    def key(self) -> Hashable:
        return "throttled", self.feed.key, self.seconds

    def open(self) -> OpenStream[LevelEvent, ThrottledStream]:
        return self.streams.open(self.key, self._start)

    def opening(self, stream: Stream[LevelEvent]) -> ThrottledOpening:
        throttled = shared_by(stream, ThrottledStream)
        return ThrottledOpening(self.feed.opening(throttled.source), throttled)

    def reopening(self, stream: Stream[LevelEvent], *, last: LevelEvent | None) -> ThrottledOpening:
        raise SlowConsumer(waiting_max=self.maximum)

    def still_visible(self, events: Sequence[LevelEvent]) -> Sequence[LevelEvent] | Awaitable[Sequence[LevelEvent]]:
        return self.feed.still_visible(events)

    def _start(self) -> ThrottledStream:
        return ThrottledStream(
            self.feed,
            seconds=self.seconds,
            maximum=self.maximum,
            call_later=self.call_later,
        )
