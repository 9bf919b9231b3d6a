"""Figures that are computed again: at once, whenever something was written, once per throttle, shared by all."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack

import pytest

from app.domain.failures import BadArgument, Unavailable
from app.domain.live.recomputed import Recomputed
from app.services.live.figures.growth import Growth
from app.services.live.figures.recomputed import REST_FACTOR, Figure, Recomputing, throttle_of
from app.services.live.patient_read import RETRY_SECONDS
from app.services.live.stream import Feed
from tests.live.watching import Watcher
from tests.support.monotonic import Seconds
from tests.support.waiting import eventually

THROTTLE_SECONDS = 5.0


class Stage:
    """A number in a database that counts its reads, and a throttle that ends when the test says so."""

    def __init__(self) -> None:
        self.number = 0
        self.reads = 0
        self.rests: list[float] = []
        self.is_away = False
        self.takes_seconds = 0.0
        self.failure: Exception | None = None
        self.good_for: Callable[[int], float | None] = lambda _: None
        self.meanwhile: Callable[[], None] = lambda: None
        self.growth = Growth()
        self._monotonic = Seconds()
        self._let_go = asyncio.Event()
        self.recomputing = Recomputing(self.growth, monotonic=self._monotonic, sleep=self._sleep)

    def feed(self, key: str = "number") -> Feed[Recomputed[int]]:
        """Return a feed of the number."""
        return self.recomputing.feed(
            Figure(
                key=key,
                throttle_seconds=THROTTLE_SECONDS,
                read=self._read,
                is_same=lambda one, other: one == other,
                good_for=self._good_for,
            )
        )

    def write(self, number: int) -> None:
        """Change the number, and tell of it."""
        self.number = number
        self.growth.wake()

    async def throttled(self, reads: int) -> None:
        """Wait until a read, the last of so many, is followed by its rest."""
        await eventually(lambda: self.reads == reads and len(self.rests) == reads)

    async def let_go(self) -> None:
        """End the rest, and let everything run that can."""
        self._let_go.set()
        for _ in range(10):
            await asyncio.sleep(0)

    async def _read(self) -> int:
        self.reads += 1
        self._monotonic.now += self.takes_seconds
        if self.failure is not None:
            raise self.failure
        if self.is_away:
            self.is_away = False
            raise Unavailable("away")
        number = self.number
        self.meanwhile()
        return number

    def _good_for(self, number: int) -> float | None:
        return self.good_for(number)

    async def _sleep(self, seconds: float) -> None:
        self.rests.append(seconds)
        self._let_go.clear()
        await self._let_go.wait()


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    """Return the number, which nobody watches any more in the end."""
    stage = Stage()
    yield stage
    assert len(stage.recomputing.streams) == 0


def told(watcher: Watcher[Recomputed[int]]) -> list[tuple[int, int | None]]:
    """Return what a subscriber got: each number, and the one before."""
    assert watcher.failure is None
    return [(event.value, event.before) for event in watcher.events]


async def test_a_figure_is_sent_at_once_and_read_no_more_while_nothing_is_written(stage: Stage) -> None:
    """However long the throttle is over."""
    async with Watcher(stage.feed()) as watcher:
        await stage.throttled(1)
        await stage.let_go()
        assert (stage.reads, told(watcher)) == (1, [(0, None)])
        # when
        stage.write(3)
        await stage.throttled(2)
    # then
    assert told(watcher) == [(0, None), (3, 0)]
    assert stage.rests == [THROTTLE_SECONDS] * 2


async def test_what_is_written_within_a_throttle_is_one_event_when_it_ends(stage: Stage) -> None:
    """With the last number; many writes are one read."""
    async with Watcher(stage.feed()) as watcher:
        await stage.throttled(1)
        for number in range(1, 9):
            stage.write(number)
        await stage.let_go()
        await stage.throttled(2)
        assert told(watcher) == [(0, None), (8, 0)]
        # and what changed back is none
        stage.write(9)
        stage.write(8)
        await stage.let_go()
        await stage.throttled(3)
        assert told(watcher) == [(0, None), (8, 0)]


async def test_what_is_written_during_a_read_is_read_again(stage: Stage) -> None:
    """The sign comes before the result of the read, which may not have it."""
    stage.meanwhile = lambda: stage.write(stage.number + 1) if stage.number < 2 else None
    async with Watcher(stage.feed()) as watcher:
        for reads in (1, 2, 3):
            await stage.throttled(reads)
            await stage.let_go()
        assert told(watcher) == [(0, None), (1, 0), (2, 1)]


async def test_all_who_watch_the_same_share_its_reads(stage: Stage) -> None:
    """One who comes later gets the newest number without a read, and without the one before; what is shared is one."""
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(Watcher(stage.feed()))
        await stage.throttled(1)
        later = [await stack.enter_async_context(Watcher(stage.feed())) for _ in range(20)]
        other = await stack.enter_async_context(Watcher(stage.feed("another")))
        await eventually(lambda: all(each.events for each in (*later, other)))
        assert (stage.reads, len(stage.recomputing.streams)) == (2, 2)
        await stage.let_go()
        stage.write(1)
        await eventually(lambda: all(len(each.events) == 2 for each in (first, *later, other)))
        assert stage.reads == 4
        assert all(told(each) == [(0, None), (1, 0)] for each in (first, *later, other))
        assert len({event.identity for each in (first, *later) for event in each.events[1:]}) == 1
        assert first.events[1].identity != other.events[1].identity
        newest = await stack.enter_async_context(Watcher(stage.feed()))
        await eventually(lambda: newest.events)
        assert told(newest) == [(1, None)]


async def test_who_lags_gets_the_newest_number_only(stage: Stage) -> None:
    """A position in the stream costs nothing, however old it is."""
    feed = stage.feed()
    stream = feed.open()
    opening = feed.opening(stream)
    assert [[event.value for event in events] async for events in opening.batches()] == [[0]]
    for number in (1, 2, 3):
        await stage.let_go()
        stage.write(number)
        await stage.throttled(number + 1)
    [entry] = stream.after(opening.position)
    assert (entry.event.value, entry.event.before, entry.position) == (3, 2, stream.end)
    assert stream.after(entry.position) == ()
    stream.close()


async def test_a_read_that_takes_long_is_followed_by_a_longer_rest(stage: Stage) -> None:
    """So that all figures together keep the database busy for a part of the time."""
    stage.takes_seconds = 30.0
    async with Watcher(stage.feed()):
        await stage.throttled(1)
    assert stage.rests == [REST_FACTOR * 30.0]


async def test_a_figure_that_changes_by_itself_is_read_when_it_does(stage: Stage) -> None:
    """Nothing is written; its value is only good for a while."""
    stage.good_for = lambda number: None if number else 0.0
    async with Watcher(stage.feed()) as watcher:
        await stage.throttled(1)
        stage.number = 7
        await stage.let_go()
        await stage.throttled(2)
        await stage.let_go()
        assert (stage.reads, told(watcher)) == (2, [(0, None), (7, 0)])


async def test_a_read_is_repeated_until_the_database_is_there(stage: Stage) -> None:
    """Subscribers wait for the first number, and keep the last one."""
    stage.is_away = True
    async with Watcher(stage.feed()) as watcher:
        await eventually(lambda: stage.rests == [RETRY_SECONDS])
        await stage.let_go()
        await stage.throttled(2)
        stage.is_away = True
        await stage.let_go()
        stage.write(1)
        await stage.throttled(3)
        await stage.let_go()
        await stage.throttled(4)
    assert told(watcher) == [(0, None), (1, 0)]
    assert stage.rests == [RETRY_SECONDS, THROTTLE_SECONDS] * 2


async def test_a_figure_that_cannot_be_had_fails_those_who_watch_it_and_begins_anew(stage: Stage) -> None:
    """Those who wait for their first event, and those who have some."""
    async with Watcher(stage.feed()) as watcher:
        await stage.throttled(1)
        stage.failure = BadArgument("too large")
        await stage.let_go()
        stage.write(1)
        await eventually(lambda: watcher.failure)
        async with Watcher(stage.feed()) as late:
            await eventually(lambda: late.failure)
        assert [watcher.failure, late.failure] == [stage.failure] * 2
        stage.failure = None
        async with Watcher(stage.feed()) as anew:
            await eventually(lambda: anew.events)
        assert told(anew) == [(1, None)]


@pytest.mark.parametrize("milliseconds", [99, 60_001, 0, -1])
def test_a_throttle_has_bounds(milliseconds: int) -> None:
    """From a tenth of a second to a minute."""
    assert (throttle_of(100), throttle_of(60_000)) == (0.1, 60.0)
    with pytest.raises(BadArgument):
        throttle_of(milliseconds)
