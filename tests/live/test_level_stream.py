"""A stream of levels and its subscribers, played through at random without a database."""

import asyncio
import random
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

import pytest
from msgspec.structs import replace

from app.domain.catalog.catalog import Item
from app.domain.failures import Unavailable
from app.domain.live.events import LevelEvent, LevelEventKind, SlowConsumer
from app.domain.stock.availability import LevelStatus
from app.domain.stock.level import Level, LevelKey
from app.domain.time import NEVER
from app.live.listener_registry import ListenerRegistry
from app.services.catalog.item_match_cache import ItemMatchCache
from app.services.filters import LevelFilter, LevelOrder
from app.services.live.levels.level_feed import LevelFeed
from app.services.live.levels.level_selection import LevelSelection
from app.services.live.levels.level_stream import LevelStream
from app.services.live.shared_streams import SharedStreams
from app.services.live.stream import Covered, Feed
from app.services.paging import Page, PageRequest
from tests.live.lines import TEA, a_level
from tests.live.watching import Watcher, kept
from tests.support.waiting import eventually

KEYS = [LevelKey(f"TEA-{number}", place) for number in range(4) for place in ("MAIN", "NORTH")]
PAGE = 3
OUT = LevelFilter(statuses=(LevelStatus.OUT,))
OPEN = LevelFilter(is_archived=False)
OPEN_AND_OUT = LevelFilter(words=("tea",), statuses=(LevelStatus.OUT,), is_archived=False)
HERE = LevelFilter(skus=(TEA.sku,), locations=(TEA.location,))


class World(ListenerRegistry):
    """Levels that change, news of it that is late, out of order or lost, and a reader of small pages.

    It is hub, reader of levels and catalog at once.
    """

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.present: dict[LevelKey, Level] = {}
        self.archived: set[str] = set()
        self.chance = random.Random(seed)  # noqa: S311 - a repeatable course of events
        self._news: list[Level] = []
        self._lost: set[LevelKey] = set()
        self.rounds = 0
        self._expected: set[tuple[LevelKey, int]] = set()
        self.streams = SharedStreams()
        self.is_quiet = False
        self.reads = 0

    def turn(self) -> None:
        """Let some things happen."""
        for _ in range(0 if self.is_quiet else self.chance.randrange(6)):
            self._audit()
            match self.chance.randrange(12):
                case 0:
                    self._archive(self.chance.choice(KEYS).sku)
                case 1:
                    self._repair()
                case 2 if self._news:
                    self._lost.add(self._news.pop(self.chance.randrange(len(self._news))).key)
                case 3 | 4 | 5 | 6 if self._news:
                    self.tell(self._news.pop(self.chance.randrange(len(self._news))))
                case _:
                    self.change(self.chance.choice(KEYS), on_hand=self.chance.choice((0, 5)))

    def _audit(self) -> None:
        """Verify that nothing is under way any more of what was at the last audit, if that is so."""
        under_way = {(level.key, level.version) for level in self._news}
        under_way |= {(key, self.present[key].version) for key in self._lost}
        if self._expected.isdisjoint(under_way) and not any(key in self._lost for key, _ in self._expected):
            self._expected = under_way
            self.rounds += 1

    def settle(self) -> None:
        """Let all news come."""
        self.chance.shuffle(self._news)
        while self._news:
            self.tell(self._news.pop())
        self._repair()

    def change(self, key: LevelKey, *, on_hand: int) -> Level:
        """Commit a change; it is told later."""
        old = self.present.get(key)
        level = a_level(key, version=old.version + 1 if old else 1, on_hand=on_hand)
        level = self.present[key] = replace(level, closed=key.sku in self.archived)
        self._news.append(level)
        return level

    def tell(self, level: Level, kind: LevelEventKind = LevelEventKind.CHANGE) -> None:
        """Let a message come."""
        self.dispatch(LevelEvent(kind=kind, level=level))

    def _archive(self, sku: str) -> None:
        (self.archived.remove if sku in self.archived else self.archived.add)(sku)
        for key in KEYS:
            if key.sku == sku and key in self.present:
                self.change(key, on_hand=self.present[key].on_hand)

    def _repair(self) -> None:
        for key in self._lost:
            self.tell(self.present[key], LevelEventKind.RESYNC)
        self._lost.clear()

    def item(self, sku: str) -> Item:
        """Return an item of the catalog."""
        return Item(sku=sku, name="Tea", is_archived=sku in self.archived, created_at=NEVER, updated_at=NEVER)

    def matches(self, where: LevelFilter, level: Level) -> bool:
        """Tell whether the database would show a level."""
        return where.matches_state(level) and where.matches_item(self.item(level.key.sku))

    async def ready(self) -> None:
        """Be ready."""
        await self._while_things_happen()

    async def items(self, skus: Sequence[str]) -> Mapping[str, Item]:
        """Look up items while things happen."""
        await self._while_things_happen()
        found = {sku: self.item(sku) for sku in skus}
        await self._while_things_happen()
        return found

    async def levels(self, where: LevelFilter, *, order: LevelOrder, page: PageRequest) -> Page[Level]:
        """Read a page while things happen."""
        self.reads += 1
        await self._while_things_happen()
        found = sorted((level for level in self.present.values() if self.matches(where, level)), key=lambda x: x.key)
        rest = [level for level in found if page.after is None or tuple(level.key) > page.after]
        await self._while_things_happen()
        shown = tuple(rest[:PAGE])
        positions = tuple(tuple(level.key) for level in shown)
        return Page(nodes=shown, positions=positions, order="SKU", has_next=len(rest) > PAGE)

    async def _while_things_happen(self) -> None:
        self.turn()
        await asyncio.sleep(0)
        self.turn()


def a_quiet_world() -> World:
    """Return one in which nothing happens by itself."""
    world = World(0)
    world.is_quiet = True
    return world


def feed_of(world: Any, where: LevelFilter, *, maximum: int = 4_096) -> LevelFeed:  # noqa: ANN401 - it plays all parts
    """Return a feed of a world."""

    def start() -> LevelStream:
        selection = LevelSelection(where, item_matches=ItemMatchCache(world))
        return LevelStream(where, hub=world, levels=world, selection=selection, maximum=maximum)

    return LevelFeed(key=where, streams=world.streams, start=start)


@pytest.mark.parametrize(
    "where",
    [
        LevelFilter(),
        OUT,
        LevelFilter(is_archived=False),
        LevelFilter(words=("tea",), statuses=(LevelStatus.OUT,), is_archived=False),
    ],
    ids=["everything", "a state", "what is open", "words, a state, and what is open"],
)
async def test_however_news_pages_and_subscribers_interleave_each_ends_with_the_truth(where: LevelFilter) -> None:
    """News that is late, repeated, overtaken or lost, around each page of each subscriber: nothing is missing."""
    for seed in range(60):
        world = World(seed)
        async with AsyncExitStack() as stack:
            screens: list[Screen] = []
            for turn in range(30):
                if turn in (0, 1, 10, 20) or world.chance.random() < 0.1:
                    screens.append(Screen(world, where))
                    await stack.enter_async_context(screens[-1].watcher)
                if world.chance.random() < 0.05:
                    await screens[0].watcher.stop()  # others go on with what it has left behind
                world.turn()
                await asyncio.sleep(0)
            await eventually(lambda: len(world) == 1)  # noqa: B023
            world.is_quiet = True
            await quiet()
            world.settle()
            await quiet()
            truth = {key: level for key, level in world.present.items() if world.matches(where, level)}
            for screen in screens[1:]:
                kept(screen.watcher.events)
                assert (screen.watcher.failure, screen.shown) == (None, truth), f"seed {seed}"
        assert (len(world.streams), len(world)) == (0, 0)


class Screen:
    """A client: it keeps what matched when it was told, and lets go what did not."""

    def __init__(self, world: World, where: LevelFilter) -> None:
        self.shown: dict[LevelKey, Level] = {}
        self._world, self._where = world, where
        self.watcher = Watcher(feed_of(world, where), on_event=self._take)

    def _take(self, event: LevelEvent) -> None:
        is_open = self._where.is_archived is None or not event.level.closed
        if is_open and self._world.matches(self._where, event.level):
            self.shown[event.level.key] = event.level
        else:
            self.shown.pop(event.level.key, None)


async def quiet() -> None:
    """Let everything that is under way come to its end: nothing here waits for time."""
    for _ in range(100):
        await asyncio.sleep(0)


@asynccontextmanager
async def watching(*feeds: Feed[LevelEvent]) -> AsyncGenerator[list[Watcher[LevelEvent]], None]:
    """Open feeds, and wait for what they show first."""
    async with AsyncExitStack() as stack:
        watchers = [await stack.enter_async_context(Watcher(feed)) for feed in feeds]
        await quiet()
        yield watchers


async def test_thousands_who_come_at_once_cause_two_reads() -> None:
    """Who comes while a page is being read shares the next read; its events are the same objects for all."""
    world = a_quiet_world()
    world.change(TEA, on_hand=5)
    first = asyncio.Event()
    read = world.levels

    async def slowly(*args: Any, **more: Any) -> Page[Level]:  # noqa: ANN401 - whatever it is asked
        found = await read(*args, **more)
        await first.wait()
        return found

    world.levels = slowly  # type: ignore[method-assign]
    feeds = [feed_of(world, LevelFilter()) for _ in range(200)]
    async with watching(feeds[0]) as (one,), watching(*feeds[1:]) as others:
        assert world.reads == 1
        first.set()
        await quiet()
        assert world.reads == 2
        assert len(world.streams) == 1
        assert [len(watcher.events) for watcher in (one, *others)] == [1] * 200
        assert len({id(watcher.events[0]) for watcher in others}) == 1


async def test_a_page_that_no_subscriber_waits_for_is_forgotten() -> None:
    """Whoever asked for it has gone while it was read; the stream goes on."""
    world = a_quiet_world()
    feed = feed_of(world, LevelFilter())
    stream = feed.open()
    for _ in range(2):
        asking = asyncio.create_task(stream.shared.page(None))
        await asyncio.sleep(0)
        assert len(stream.shared._pages) == 1
        asking.cancel()
        await quiet()
        assert (asking.cancelled(), stream.shared._pages) == (True, {})
    stream.close()


async def test_an_event_is_one_object_for_all_streams_and_their_subscribers() -> None:
    """So that what is made of it can be shared."""
    world = a_quiet_world()
    wheres = (
        LevelFilter(),
        LevelFilter(),
        LevelFilter(skus=(TEA.sku,)),
        LevelFilter(skus=(TEA.sku,), locations=("MAIN",)),
    )
    async with watching(*(feed_of(world, where) for where in wheres)) as watchers:
        world.tell(world.change(TEA, on_hand=3))
        await quiet()
        assert {id(watcher.events[-1]) for watcher in watchers} == {id(watchers[0].events[0])}
        assert (len(world.streams), len(world)) == (3, 3)


async def test_a_level_that_only_a_page_showed_is_told_when_it_leaves() -> None:
    """The message of the version shown is lost; the next one brings the level out of the filter."""
    world = a_quiet_world()
    world.change(TEA, on_hand=0)
    async with watching(feed_of(world, OUT), feed_of(world, OUT)) as (one, other):
        world.tell(world.change(TEA, on_hand=5))
        world.tell(world.change(TEA, on_hand=6))
        await quiet()
        for watcher in (one, other):
            assert [(event.level.version, event.level.on_hand) for event in watcher.events] == [(1, 0), (2, 5)]


async def test_a_message_overtaken_by_a_page_does_not_hide_that_the_level_is_inside() -> None:
    """An old message that says outside comes after a page that showed it inside again."""
    world = a_quiet_world()
    world.change(TEA, on_hand=0)
    late = world.change(TEA, on_hand=5)
    world.change(TEA, on_hand=0)
    async with watching(feed_of(world, OUT)) as (watcher,):
        world.tell(late)
        world.tell(world.change(TEA, on_hand=7))
        await quiet()
        assert [event.level.version for event in watcher.events] == [3, 4]


async def test_what_a_page_showed_stays_known_to_who_takes_its_message_late() -> None:
    """Also where the hub has verified meanwhile that all such messages have come: this one came before that."""
    world = a_quiet_world()
    feed = feed_of(world, LevelFilter())
    stream = feed.open()
    shown = world.change(TEA, on_hand=5)
    opening = feed.opening(stream)
    assert [event.level async for events in opening.batches() for event in events] == [shown]
    covered = Covered(opening, stream)
    world.tell(shown)
    world.rounds += 3
    [entry] = stream.after(opening.position)
    assert (covered.has(entry), covered.is_passed) == (True, False)
    world.tell(world.change(TEA, on_hand=6))
    [later] = stream.after(entry.position)
    assert (covered.has(later), covered.is_passed) == (False, True)
    stream.close()


async def test_who_lags_gets_each_level_once_and_beyond_the_maximum_has_to_start_anew() -> None:
    """Levels are conflated for whoever lags; what was dropped is not passed over in silence."""
    world = a_quiet_world()
    feed = feed_of(world, LevelFilter(), maximum=4)
    stream = feed.open()
    for _ in range(50):
        for key in KEYS[:4]:
            world.tell(world.change(key, on_hand=5))
    assert [(entry.position, entry.event.level.version) for entry in stream.after(0)] == [
        (197, 50), (198, 50), (199, 50), (200, 50)
    ]  # fmt: skip
    assert [entry.position for entry in stream.after(198, maximum=1)] == [199]
    world.tell(world.change(KEYS[4], on_hand=5))
    assert [entry.position for entry in stream.after(197)] == [198, 199, 200, 201]
    assert len(stream.shared._log._in_order) < 100
    async with watching(feed) as (watcher,):
        opening = feed.opening(stream)
        assert opening.position == stream.end == 201
        assert watcher.failure is None
    with pytest.raises(SlowConsumer, match="More than 4"):
        feed.reopening(stream, last=None)
    stream.close()
    assert (len(world.streams), len(world)) == (0, 0)


async def test_a_stream_that_breaks_takes_no_event_from_others() -> None:
    """An error of our own ends the subscribers of that stream alone."""
    world = a_quiet_world()
    world.change(TEA, on_hand=0)
    async with watching(feed_of(world, OUT), feed_of(world, LevelFilter())) as (broken, other):
        (stream,) = [each.stream for key, each in world.streams._open.items() if key == OUT]
        stream._selection._matches_state = lambda level: level.nothing
        world.tell(world.change(TEA, on_hand=5))
        await quiet()
        assert isinstance(broken.failure, AttributeError)
        assert [event.level.version for event in other.events] == [1, 2]


async def test_without_the_database_who_comes_is_refused_and_may_come_again() -> None:
    """A failed read is raised to all whom it would have served; the next one is another read."""
    world = a_quiet_world()
    world.change(TEA, on_hand=0)
    read, world.levels = world.levels, unavailable  # type: ignore[method-assign, assignment]
    feed = feed_of(world, LevelFilter())
    async with watching(feed, feed) as refused:
        assert [type(each.failure) for each in refused] == [Unavailable] * 2
        world.levels = read  # type: ignore[method-assign]
        async with watching(feed) as (served,):
            assert [event.level.version for event in served.events] == [1]


async def unavailable(*_: Any, **__: Any) -> Page[Level]:  # noqa: ANN401 - whatever it is asked
    """Fail like a reader without its database."""
    raise Unavailable("it is away")
