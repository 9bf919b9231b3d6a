"""Streams of movements over a ledger that a test controls: what is shared, and who stands where."""

from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from inspect import CORO_CLOSED, getcoroutinestate
from types import SimpleNamespace
from typing import Any

import pytest

from app.domain.access.visibility import Visibility
from app.domain.live.events import MovementEvent, SlowConsumer
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import Movement
from app.domain.time import Moment
from app.services.access.visible_items import VisibleItems
from app.services.filters import MovementFilter
from app.services.live.ledger.ledger_feed import LedgerStep
from app.services.live.ledger.ledger_stream import MAX_EVENTS_KEPT, LedgerStream
from app.services.live.ledger.movement_feed import MovementSource, movement_feed
from app.services.live.ledger.resumable_feed import ResumableFeed
from app.services.live.ledger.shared_tail import MAX_LINES_WAITING, SharedTail
from app.services.live.ledger_offset import LedgerBatch, LedgerOffset, cursor_of, offset_of
from app.services.live.shared_streams import SharedStreams
from app.services.live.stream import FellBehind
from tests.live.lines import TEA, a_line
from tests.live.watching import Watcher
from tests.support.waiting import eventually

Feed = ResumableFeed[MovementEvent, LedgerOffset]
ALL = MovementFilter()


class Ledger:
    """A LedgerTail of given lines, that counts its reads, and a catalog that knows nothing."""

    def __init__(self) -> None:
        self.lines: list[Movement] = []
        self.reads = 0
        self.asked = 0
        self.base = Moment(50)
        self.categories: dict[str, str] = {}

    def add(self, number: int = 1, *, writer: str = "a", key: LevelKey = TEA) -> None:
        """Commit some lines."""
        for _ in range(number):
            version = len(self.lines) + 1
            self.lines.append(a_line(key, writer=writer, version=version, at=100 + version))

    async def check(self, offset: LedgerOffset) -> None: ...

    async def now(self) -> LedgerOffset:
        every = LedgerOffset(base=Moment(50), reached={}).after(*self.lines)
        return every.joined(LedgerOffset(base=self.base, reached={}))

    async def read(self, after: LedgerOffset) -> LedgerBatch:
        self.reads += 1
        found = [line for line in self.lines if not after.is_past(line)]
        return LedgerBatch(lines=found, operations=(), size=len(found), offset=after.after(*found), is_complete=True)

    async def items(self, skus: Sequence[str]) -> dict[str, Any]:
        self.asked += 1
        return {sku: SimpleNamespace(category=self.categories[sku]) for sku in skus if sku in self.categories}


@asynccontextmanager
async def a_stage() -> AsyncIterator[tuple[Ledger, SharedTail, SharedStreams]]:
    """Run a tail; at the end nothing may be left."""
    ledger, streams = Ledger(), SharedStreams()
    async with SharedTail(ledger) as tail:
        yield ledger, tail, streams
        assert (len(streams), tail._feeds) == (0, set())


def feed_of(
    stage: tuple[Ledger, SharedTail, SharedStreams],
    where: MovementFilter = ALL,
    *,
    after: str | None = None,
    **more: Any,  # noqa: ANN401 - visibility
) -> Feed:
    """Return a feed."""
    ledger, tail, streams = stage
    offset = None if after is None else offset_of(after)
    return movement_feed(where, after=offset, ledger=ledger, tail=tail, streams=streams, **more)


def versions(events: Sequence[MovementEvent]) -> list[int]:
    """Return what was told."""
    return [event.movement.after.version for event in events if event.movement is not None]


async def test_subscribers_share_one_stream_one_read_and_the_events() -> None:
    """Fifty of one filter, some of them resumed: one read for what comes, and the same objects for all."""
    async with a_stage() as stage, AsyncExitStack() as stack:
        ledger, tail, streams = stage
        first = await stack.enter_async_context(Watcher(feed_of(stage)))
        await eventually(lambda: len(first.events) == 1)
        ledger.add(3)
        tail.wake()
        await eventually(lambda: versions(first.events) == [1, 2, 3])
        cursors = [event.cursor for event in first.events] * 12
        others = [await stack.enter_async_context(Watcher(feed_of(stage, after=cursor))) for cursor in cursors]
        expected = [[1, 2, 3], [2, 3], [3], []] * 12
        await eventually(lambda: [versions(each.events) for each in others] == expected)
        await eventually(lambda: len(tail._feeds) == 1)  # all share
        reads = ledger.reads
        ledger.add()
        tail.wake()
        await eventually(lambda: all(versions(each.events)[-1:] == [4] for each in others))
        assert (ledger.reads, len(streams)) == (reads + 1, 1)
        assert len({id(each.events[-1]) for each in (first, *others)}) == 1


async def test_a_cursor_of_the_stream_is_right_for_those_who_had_read_further() -> None:
    """Who read a line before the stream had it goes on by itself until the stream has it, too."""
    async with a_stage() as stage, Watcher(feed_of(stage)) as early:
        ledger, tail, _ = stage
        await eventually(lambda: len(early.events) == 1)
        ledger.add(2, writer="b")  # and nobody wakes the reader
        async with Watcher(feed_of(stage, after=early.events[0].cursor)) as late:
            await eventually(lambda: versions(late.events) == [1, 2])
            ledger.add(1, writer="a")
            tail.wake()
            await eventually(lambda: versions(late.events) == versions(early.events) == [1, 2, 3])
        async with Watcher(feed_of(stage, after=late.events[-1].cursor)) as again:
            ledger.add()
            tail.wake()
            await eventually(lambda: versions(again.events) == [4])


async def test_who_falls_behind_reads_on_from_the_ledger_and_loses_nothing() -> None:
    """The stream keeps a limited number of events; behind that a subscriber goes on from its last cursor."""
    async with a_stage() as stage:
        ledger, tail, _ = stage
        feed = feed_of(stage)
        stream = feed.open()
        opening = feed.opening(stream)
        (events,) = [events async for events in opening.batches()]
        position = opening.position
        ledger.add(MAX_EVENTS_KEPT + 10)
        tail.wake()
        await eventually(lambda: stream.end == MAX_EVENTS_KEPT + 10)
        assert stream.after(10, maximum=1)[0].event.movement == ledger.lines[10]
        with pytest.raises(FellBehind):
            stream.after(position)
        reopening = feed.reopening(stream, last=events[0])
        found = [event async for events in reopening.batches() for event in events]
        assert versions(found) == [line.after.version for line in ledger.lines]
        assert (reopening.position, reopening.is_over) == (stream.end, True)
        stream.close()


async def test_what_has_to_be_looked_up_comes_in_its_order() -> None:
    """Items are looked up once for all subscribers of a visibility, and nothing overtakes."""
    sight = Visibility(categories=frozenset({"Tea"}))
    async with a_stage() as stage:
        ledger, tail, _ = stage
        visible = VisibleItems(ledger, visibility=sight)  # type: ignore[arg-type] # as far as it uses a catalog
        feed = feed_of(stage, visibility=sight, visible=visible)
        async with Watcher(feed) as one, Watcher(feed) as other:
            await eventually(lambda: len(one.events) == len(other.events) == 1)
            for _ in range(3):
                ledger.add()
                tail.wake()
            await eventually(lambda: ledger.asked > 0)
            await eventually(lambda: tail._offset is not None and tail._offset.reached == {"a": 103})
            assert (ledger.asked, versions(one.events), versions(other.events)) == (1, [], [])


async def test_a_stream_that_cannot_go_on_ends_all_its_subscribers() -> None:
    """They are told to come again, and those who come get a new stream."""
    async with a_stage() as stage:
        feed = feed_of(stage)
        async with Watcher(feed) as one, Watcher(feed) as other:
            await eventually(lambda: len(one.events) == len(other.events) == 1)
            stream = feed.open()
            stream.shared.fail(SlowConsumer(waiting_max=1))
            await eventually(lambda: one.failure is not None and other.failure is not None)
            async with Watcher(feed) as again:
                await eventually(lambda: len(again.events) == 1)
                stream.close()
                assert (len(stage[2]), again.failure) == (1, None)


async def test_an_opening_that_falls_behind_the_reader_reads_on() -> None:
    """It is not taken for one that stands where the stream stands, which is further."""
    async with a_stage() as stage, Watcher(feed_of(stage)) as current:
        ledger, tail, _ = stage
        await eventually(lambda: len(current.events) == 1)
        feed = feed_of(stage)
        stream = feed.open()
        batches = feed.opening(stream).batches()
        events = [*await anext(batches)]  # and then it is not looked at for a while
        await eventually(lambda: all(each.has_begun for each in tail._feeds))
        ledger.add(MAX_LINES_WAITING + 1)
        tail.wake()
        await eventually(lambda: len(current.events) == MAX_LINES_WAITING + 2)
        events += [event async for some in batches for event in some]
        assert versions(events) == versions(current.events)
        stream.close()


async def test_an_opening_that_was_not_looked_at_for_minutes_misses_nothing() -> None:
    """Where the reader begins then names only writers of the last minutes, of whom there is none."""
    async with a_stage() as stage:
        ledger, *_ = stage
        ledger.add()
        feed = feed_of(stage, after=cursor_of(LedgerOffset(base=Moment(50), reached={})))
        stream = feed.open()
        batches = feed.opening(stream).batches()
        events = [*await anext(batches)]
        ledger.add()
        ledger.base = Moment(1_000)
        events += [event async for some in batches for event in some]
        assert versions(events) == [1, 2]
        stream.close()


async def test_no_line_is_lost_where_a_verdict_expires_while_it_is_used() -> None:
    """What was known when the batch was looked at decides for all of it."""
    times = iter([0.0] * 3 + [2.0] + [4.0] * 100)
    async with a_stage() as stage:
        ledger, *_ = stage
        limited = Visibility(categories=frozenset({"tea"}))
        visible = VisibleItems(ledger, visibility=limited, monotonic=lambda: next(times))
        ledger.categories[TEA.sku] = "tea"
        await visible.lately_among({TEA.sku})
        ledger.add(3)
        source = MovementSource(ALL, visibility=limited, visible=visible)
        start = LedgerOffset(base=Moment(50), reached={})
        found = source.events(LedgerStep(start, await ledger.read(start), is_late=False))
        assert versions(found if isinstance(found, Sequence) else await found) == [1, 2, 3]


async def test_a_stream_that_stops_before_a_look_up_begins_leaves_nothing_behind() -> None:
    """What was to be awaited is closed: pytest turns what is collected without into an error."""
    # given
    looked_up = None

    async def look_up() -> Sequence[MovementEvent]:
        return []

    class Source:
        def events(self, _: LedgerStep) -> Coroutine[Any, Any, Sequence[MovementEvent]]:
            nonlocal looked_up
            looked_up = look_up()
            return looked_up

    offset = LedgerOffset(base=Moment(50), reached={})
    stream = LedgerStream[MovementEvent](Source(), tail=SharedTail(Ledger()))
    stream.begin(offset)
    # when
    stream.put(LedgerBatch(lines=(), operations=(), size=1, offset=offset, is_complete=True))
    stream.stop()
    # then
    assert looked_up is not None
    assert getcoroutinestate(looked_up) == CORO_CLOSED
