"""Levels with a throttle: each at most once per window, the newest state last, and deltas that add up."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.failures import BadArgument, Unavailable
from app.domain.live.events import LevelEvent, LevelEventKind
from app.domain.live.level_delta import LevelDelta
from app.domain.stock.level import Level, LevelKey
from app.domain.stock.level_change import LevelChange
from app.domain.stock.movement import Movement, MovementReason
from app.domain.time import Moment
from app.services.access.visible_items import VisibleItems
from app.services.live.levels.level_log import LevelLog
from app.services.live.levels.throttled import MAX_LEVEL_THROTTLE_MS, ThrottledFeed, level_throttle_of
from app.services.live.shared_streams import OpenStream, SharedStream, SharedStreams
from app.services.live.still_visible import StillVisible
from app.services.live.stream import Entry, Stream
from tests.support.waiting import eventually

SECONDS = 5.0
KEYS = [LevelKey(f"TEA-{number}", "MAIN") for number in range(3)]


class Source(SharedStream[LevelEvent]):
    """A stream of levels that a test changes."""

    def __init__(self, *, maximum: int = 100) -> None:
        super().__init__()
        self.log = LevelLog(maximum=maximum)
        self.levels = {key: Level(key=key) for key in KEYS}
        self.is_open = True
        self.visible: StillVisible[LevelEvent] = StillVisible(None, sku_of=lambda _: None)

    @property
    def end(self) -> int:
        return self.log.end

    def stop(self) -> None:
        self.is_open = False

    def change(self, key: LevelKey, units: int, *, is_known: bool = True) -> None:
        """Change a level; without its movement where that is not known."""
        change = LevelChange(on_hand=units, reserved=abs(units) % 2)
        before = self.levels.get(key, Level(key=key))
        after = self.levels[key] = before.changed(change, at=Moment(before.version + 1))
        line = Movement(
            operation_id="0" * 32,
            writer="a",
            recorded_at=Moment(after.version),
            reason=MovementReason.CORRECTION,
            change=change,
            after=after,
        )
        kind = LevelEventKind.CHANGE if is_known else LevelEventKind.RESYNC
        self.log.append(LevelEvent(kind=kind, level=after, movement=line if is_known else None))
        self._has_news()

    def _after(self, position: int, *, maximum: int) -> Sequence[Entry[LevelEvent]]:
        return self.log.after(position, maximum=maximum)


class Opening:
    """The levels as they are, and what comes meanwhile."""

    def __init__(self, source: Source) -> None:
        self.position = source.end
        self.is_over = False
        self._source = source
        self._shown: dict[LevelKey, int] = {}

    async def batches(self) -> AsyncGenerator[Sequence[LevelEvent], None]:
        self._shown = {key: level.version for key, level in self._source.levels.items()}
        yield [LevelEvent(kind=LevelEventKind.SNAPSHOT, level=level) for level in self._source.levels.values()]
        entries = self._source.after(self.position)
        yield [entry.event for entry in entries if not self.covers(entry)]
        self.position = self._source.end

    def covers(self, entry: Entry[LevelEvent]) -> bool:
        return entry.event.level.version <= self._shown.get(entry.event.level.key, 0)


@dataclass(frozen=True)
class SourceFeed:
    """A Feed over it."""

    streams: SharedStreams
    start: Callable[[], Source]
    key: str = "source"

    def open(self) -> OpenStream[LevelEvent, Source]:
        return self.streams.open(self.key, self.start)

    def opening(self, stream: Stream[LevelEvent]) -> Opening:
        assert isinstance(stream, OpenStream)
        return Opening(stream.shared)

    def reopening(self, stream: Stream[LevelEvent], *, last: LevelEvent | None) -> Opening:
        raise AssertionError

    def still_visible(self, events: Sequence[LevelEvent]) -> Sequence[LevelEvent] | Awaitable[Sequence[LevelEvent]]:
        return self.start().visible.among(events)


@dataclass
class Clock:
    """Calls back when the test says so."""

    waiting: list[tuple[float, Callable[[], None]]] = field(default_factory=list)

    def call_later(self, seconds: float, call: Callable[[], None]) -> "Clock":
        """Keep a call."""
        self.waiting.append((seconds, call))
        return self

    def cancel(self) -> None:
        """Forget it."""
        self.waiting.clear()

    def strike(self) -> None:
        """Make the call that waits."""
        [(_, call)] = self.waiting
        call()


class Stage:
    """A source, and a subscriber of its throttled feed."""

    def __init__(self, *, maximum: int = 100) -> None:
        self.source = Source()
        self.clock = Clock()
        streams = SharedStreams()
        self.feed = ThrottledFeed(
            feed=SourceFeed(streams, lambda: self.source),
            seconds=SECONDS,
            streams=streams,
            maximum=maximum,
            call_later=self.clock.call_later,
        )
        self.stream = self.feed.open()
        self.opening = self.feed.opening(self.stream)
        self.position = 0
        self.held: dict[LevelKey, Level] = {}

    async def begin(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        """Take the snapshot."""
        async for events in self.opening.batches():
            self.take(events)
            meanwhile()
        self.position = self.opening.position

    def taken(self) -> list[LevelEvent]:
        """Take what is there; return it."""
        entries = self.stream.after(self.position)
        events = [entry.event for entry in entries if not self.opening.covers(entry)]
        if entries:
            self.position = entries[-1].position
        self.take(events)
        return events

    def take(self, events: Sequence[LevelEvent]) -> None:
        """Do what a client does: use the delta if it fits, and hold the newest level in any case."""
        for event in events:
            held, delta = self.held.get(event.level.key), event.delta
            assert held is None or held.version < event.level.version
            if held is not None and delta is not None and delta.since == held.version:
                assert (held.on_hand + delta.on_hand, held.reserved + delta.reserved) == (
                    event.level.on_hand,
                    event.level.reserved,
                )
                assert held.available + delta.available == event.level.available
            self.held[event.level.key] = event.level


async def settled() -> None:
    """Let the streams tell of their news."""
    for _ in range(3):
        await asyncio.sleep(0)


async def test_the_changes_of_a_window_are_one_event_per_level_when_it_ends() -> None:
    """With the newest state, the last movement, and the sum of what changed; then nothing waits any more."""
    stage = Stage()
    await stage.begin()
    for units in (5, -2, 4):
        stage.source.change(KEYS[0], units)
        await settled()
        assert stage.taken() == []
    stage.source.change(KEYS[1], 1)
    await settled()
    assert [seconds for seconds, _ in stage.clock.waiting] == [SECONDS]
    # when
    stage.clock.strike()
    one, other = stage.taken()
    # then
    assert (one.level.version, one.level.on_hand, one.kind) == (3, 7, LevelEventKind.CHANGE)
    assert one.movement is not None
    assert one.movement.change.on_hand == 4
    assert one.delta == LevelDelta(since=0, on_hand=7, reserved=1, available=6)
    assert (other.level.key, other.delta) == (KEYS[1], LevelDelta(since=0, on_hand=1, reserved=1))
    assert stage.clock.waiting == []


async def test_what_changed_while_the_snapshot_was_read_is_sent_once() -> None:
    """By the opening, or by the stream."""
    stage = Stage()
    stage.source.change(KEYS[0], 1)
    await stage.begin(meanwhile=lambda: stage.source.change(KEYS[1], 2))
    await settled()
    stage.clock.strike()
    stage.taken()
    assert stage.held == stage.source.levels


async def test_where_a_change_between_is_not_known_deltas_do_not_add_up() -> None:
    """The level is read again: its delta is none, and that of the next change begins after it."""
    stage = Stage()
    await stage.begin()
    stage.source.change(KEYS[0], 5)
    await settled()
    stage.source.change(KEYS[0], 3, is_known=False)
    await settled()
    stage.clock.strike()
    [event] = stage.taken()
    assert (event.kind, event.delta) == (LevelEventKind.RESYNC, None)
    stage.source.change(KEYS[0], 2, is_known=False)
    await settled()
    stage.source.change(KEYS[0], 1)
    await settled()
    stage.clock.strike()
    [event] = stage.taken()
    assert event.delta == LevelDelta(since=3, on_hand=1, reserved=1)


async def test_what_has_become_invisible_within_the_throttle_is_not_sent() -> None:
    """It was visible when it changed. What comes while that is looked up goes along."""
    stage = Stage()
    stage.source.visible = StillVisible(
        cast(VisibleItems, Seen({KEYS[0].sku})), sku_of=lambda event: event.level.key.sku
    )
    await stage.begin()
    for key in KEYS[:2]:
        stage.source.change(key, 5)
    await settled()
    stage.clock.strike()
    stage.source.change(KEYS[2], 1)
    await eventually(lambda: stage.stream.end > 0)
    assert [event.level.key for event in stage.taken()] == [KEYS[0], KEYS[2]]


class Seen(NamedTuple):
    """VisibleItems that are these."""

    skus: set[str]

    def verdict(self, _: str) -> None:
        """Say that it has to be looked up."""

    async def lately_among(self, skus: Collection[str]) -> Collection[str]:
        """Look them up, which takes a moment."""
        await settled()
        return self.skus.intersection(skus)


async def test_all_subscribers_of_one_throttle_get_the_same_events() -> None:
    """One window for all, whose events are told apart from those without a throttle."""
    stage = Stage()
    await stage.begin()
    other = stage.feed.open()
    assert other.shared is stage.stream.shared
    stage.source.change(KEYS[0], 4)
    stage.source.change(KEYS[0], 4)
    await settled()
    stage.clock.strike()
    [entry] = other.after(0)
    assert [entry.event] == stage.taken()
    [plain] = stage.source.after(0)
    assert plain.event.level == entry.event.level
    assert entry.event.identity != plain.event.identity


async def test_a_throttle_keeps_no_more_levels_than_a_stream_does() -> None:
    """They are sent before the window ends."""
    stage = Stage(maximum=2)
    await stage.begin()
    for key in KEYS[:2]:
        stage.source.change(key, 1)
    await settled()
    assert (len(stage.taken()), stage.clock.waiting) == (2, [])


async def test_what_ends_the_source_ends_the_throttled_stream() -> None:
    """What has ended it is raised to all who ask."""
    stage = Stage()
    stage.source.fail(Unavailable("away"))
    await settled()
    with pytest.raises(Unavailable):
        stage.taken()


async def test_the_last_to_leave_ends_it() -> None:
    """With its timer, and its place in the source."""
    stage = Stage()
    other = stage.feed.open()
    stage.source.change(KEYS[0], 1)
    await settled()
    stage.stream.close()
    assert stage.source.is_open
    other.close()
    assert (stage.source.is_open, stage.clock.waiting) == (False, [])


@given(st.lists(st.tuples(st.sampled_from(KEYS), st.integers(1, 5), st.sampled_from(["seen", "lost", "end", "quick"]))))
@settings(max_examples=60, deadline=None)
def test_any_course_of_changes_ends_with_the_levels_as_they_are(course: list[tuple[LevelKey, int, str]]) -> None:
    """No level twice in a window, no version twice, and every delta that fits leads to the level."""

    async def run() -> None:
        stage = Stage()
        await stage.begin()
        for key, units, then in course:
            stage.source.change(key, units, is_known=then != "lost")
            if then != "quick":
                await settled()
            if then == "end":
                stage.clock.strike()
                sent = [event.level.key for event in stage.taken()]
                assert len(sent) == len(set(sent))
        await settled()
        if stage.clock.waiting:
            stage.clock.strike()
        stage.taken()
        assert stage.held == stage.source.levels
        stage.stream.close()

    asyncio.run(run())


def test_a_throttle_of_levels_has_bounds() -> None:
    """None at all, and a minute at most."""
    assert (level_throttle_of(0), level_throttle_of(250), level_throttle_of(MAX_LEVEL_THROTTLE_MS)) == (0.0, 0.25, 60.0)
    for milliseconds in (-1, MAX_LEVEL_THROTTLE_MS + 1):
        with pytest.raises(BadArgument):
            level_throttle_of(milliseconds)
