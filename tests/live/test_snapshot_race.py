"""The race between a snapshot and the news, played through at random without a database."""

import asyncio
import random

import pytest

from app.domain.live.events import LevelEvent, LevelEventKind
from app.domain.stock.level import Level, LevelKey, LevelStatus
from app.live.subscriber_registry import SubscriberRegistry
from app.services.catalog.item_match_cache import ItemMatchCache
from app.services.filters import LevelFilter, LevelOrder
from app.services.live.level_feed import level_feed
from app.services.paging import Page, PageRequest
from app.services.ports import LevelReader
from app.store.readers.catalog import MongoCatalog
from tests.live.lines import a_level
from tests.live.watching import Watcher, kept
from tests.support.waiting import eventually

KEYS = [LevelKey(f"TEA-{number}", place) for number in range(4) for place in ("MAIN", "NORTH")]
PAGE = 3


class World:
    """Levels that change, news of it that comes late and out of order, and a reader of small pages."""

    def __init__(self, seed: int) -> None:
        self.registry = SubscriberRegistry()
        self.levels: dict[LevelKey, Level] = {}
        self._chance = random.Random(seed)  # noqa: S311 - a repeatable course of events
        self._news: list[LevelEvent] = []

    def turn(self) -> None:
        """Let some things happen."""
        for _ in range(self._chance.randrange(6)):
            if self._chance.random() < 0.5:
                self._change(self._chance.choice(KEYS))
            elif self._news:
                self.registry.dispatch(self._news.pop(self._chance.randrange(len(self._news))))

    def settle(self) -> None:
        """Let all news come."""
        self._chance.shuffle(self._news)
        while self._news:
            self.registry.dispatch(self._news.pop())

    async def levels_page(self, where: LevelFilter, *, order: LevelOrder, page: PageRequest) -> Page[Level]:
        """Read a page while things happen."""
        self.turn()
        await asyncio.sleep(0)
        self.turn()
        found = sorted(
            filter(where.matches_state, self.levels.values()),
            key=lambda level: level.key,
        )
        rest = [level for level in found if page.after is None or tuple(level.key) > page.after]
        self.turn()
        await asyncio.sleep(0)
        self.turn()
        shown = tuple(rest[:PAGE])
        positions = tuple(tuple(level.key) for level in shown)
        return Page(nodes=shown, positions=positions, order="SKU", has_next=len(rest) > PAGE)

    def _change(self, key: LevelKey) -> None:
        old = self.levels.get(key)
        version = old.version + 1 if old else 1
        level = self.levels[key] = a_level(key, version=version, on_hand=self._chance.choice((0, 5)))
        self._news.append(LevelEvent(kind=LevelEventKind.CHANGE, level=level))


class Reader:
    """The world as a LevelReader, as far as a feed uses one."""

    def __init__(self, world: World) -> None:
        self.levels = world.levels_page


@pytest.mark.parametrize("where", [LevelFilter(), LevelFilter(statuses=(LevelStatus.OUT,))])
async def test_however_news_and_pages_interleave_the_subscriber_ends_with_the_truth(
    where: LevelFilter,
) -> None:
    """Late, repeated and overtaken news around each page: versions only grow, and nothing is missing at the end."""
    for seed in range(300):
        world = World(seed)
        reader: LevelReader = Reader(world)  # type: ignore[assignment]
        feed = level_feed(
            where,
            hub=world.registry,
            levels=reader,
            item_matches=ItemMatchCache(MongoCatalog.__new__(MongoCatalog)),
        )
        async with Watcher(feed) as watcher:
            for _ in range(30):
                world.turn()
                await asyncio.sleep(0)
            await eventually(lambda: len(world.registry) == 1)  # noqa: B023
            world.settle()
            truth = {key: level for key, level in world.levels.items() if where.matches_state(level)}
            try:
                await eventually(lambda: kept(watcher.events, where=where) == truth)  # noqa: B023
            except TimeoutError:
                pytest.fail(f"seed {seed}: {kept(watcher.events, where=where)} is not {truth}")
        assert watcher.failure is None
