"""Snapshot, then changes: what a subscriber holds is what the database holds, whatever it selects."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from app.domain.catalog.commands.upsert_item import ItemChange
from app.domain.live.events import LevelEventKind, SlowConsumer
from app.domain.replenishment.policy import ReplenishmentMethod
from app.domain.stock.availability import LevelStatus
from app.domain.stock.level import LevelKey
from app.services.filters import LevelFilter
from app.services.live.levels import level_stream
from app.services.live.levels.level_stream import LevelPage, LevelStream
from app.services.live.stream import follow
from app.services.page_cursor import KeysetPosition
from app.store.driver.client import Database
from tests.live.process import KEYS, a_process, given_shop, levels_in
from tests.live.watching import Watcher, kept
from tests.support.scene import request_info
from tests.support.store import mongo_store
from tests.support.waiting import eventually

MIN_MAX = ReplenishmentMethod.MIN_MAX
LOW_OR_OUT = (LevelStatus.LOW, LevelStatus.OUT)
TEA = KEYS[0]
SELECTIONS = {
    "everything": LevelFilter(),
    "one SKU": LevelFilter(skus=(TEA.sku,)),
    "some SKUs at a location": LevelFilter(skus=tuple(f"TEA-{n}" for n in range(0, 30, 3)), locations=("NORTH",)),
    "a location": LevelFilter(locations=("MAIN",)),
    "what runs out": LevelFilter(statuses=LOW_OR_OUT),
    "what runs out at a location": LevelFilter(locations=("NORTH",), statuses=(LevelStatus.OUT,)),
    "words": LevelFilter(words=("tea", "7")),
    "words and statuses": LevelFilter(words=("tea",), statuses=(LevelStatus.IN_STOCK,)),
    "the beginning of a word": LevelFilter(words=("gree",)),
    "the beginning of the SKU": LevelFilter(sku_prefix="TEA-1"),
    "a barcode": LevelFilter(barcode="4007"),
    "a category at a location": LevelFilter(category="Odd", locations=("NORTH",)),
    "tags and statuses": LevelFilter(tags=("new", "third"), statuses=LOW_OR_OUT),
    "what is to be ordered": LevelFilter(needs_reorder=True),
    "a method": LevelFilter(methods=(MIN_MAX,), locations=("NORTH",)),
    "no method": LevelFilter(methods=(ReplenishmentMethod.NONE, ReplenishmentMethod.PERIODIC), words=("green",)),
    "archived ones": LevelFilter(is_archived=True),
    "what is open and everything else": LevelFilter(
        is_archived=False,
        sku_prefix="TEA-",
        category="Even",
        tags=("new",),
        words=("tea", "green"),
        locations=("MAIN",),
    ),
    "nothing": LevelFilter(skus=()),
}


async def given_facts(database: Database) -> None:
    """Give the items names, categories, tags and barcodes."""
    store = mongo_store(database)
    await asyncio.gather(
        *(
            store.shop.change_item(
                ItemChange(
                    sku=f"TEA-{number}",
                    name="Black tea" if number % 5 else "Green tea",
                    category="Odd" if number % 2 else "Even",
                    tags=("new",) if number % 3 else ("new", "third"),
                    barcodes=(f"40{number:02}",),
                ),
                request=request_info(),
            )
            for number in range(30)
        )
    )
    await store.close()


async def test_every_selection_converges_on_the_database_under_load_from_two_processes(
    shop: Database, redis_url: str
) -> None:
    """Feeds opened before, during and after the writes end with what the database holds, and never go back."""
    async with a_process(shop, redis_url) as here, a_process(shop, redis_url) as there:
        await given_facts(shop)
        for key in KEYS[::4]:
            await here.configure(key, method=MIN_MAX, reorder_point=4, target_level=9)
        for key in KEYS[::6]:
            await here.configure(key, method=ReplenishmentMethod.PERIODIC, target_level=9, review_days=7)
        async with AsyncExitStack() as stack:
            watchers = []

            async def open_all() -> None:
                for name, where in SELECTIONS.items():
                    for process in (here, there):
                        watcher = await stack.enter_async_context(Watcher(process.live.levels(where)))
                        watchers.append((name, where, watcher))

            await open_all()
            loads = [asyncio.create_task(p.work(rounds=30, seed=s)) for s in range(4) for p in (here, there)]
            await eventually(lambda: any(load.done() for load in loads))
            await open_all()
            for key in KEYS[::3]:
                await there.configure(key, method=ReplenishmentMethod.NONE)
            await asyncio.gather(*loads)
            await open_all()
            for name, where, watcher in watchers:
                truth = await levels_in(shop, where)
                try:
                    await eventually(lambda: kept(watcher.events, where=where) == truth)  # noqa: B023
                except TimeoutError:
                    pytest.fail(f"{name}: {kept(watcher.events, where=where)} is not {truth}")
                assert watcher.failure is None


async def test_a_snapshot_of_several_pages_meets_no_gap(
    database: Database, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one feed reads a hundred levels in fifty pages, none of the changes behind or ahead of it is lost."""
    monkeypatch.setattr(level_stream, "MAX_PAGE_SIZE", 2)
    keys = [LevelKey(f"CUP-{number}", "MAIN") for number in range(100)]
    await given_shop(database, keys)
    without = LevelFilter(statuses=(LevelStatus.OUT,))
    ends: list[int] = []
    pages = LevelStream.page

    async def page(stream: LevelStream, after: KeysetPosition | None) -> LevelPage:
        if stream._where == LevelFilter():
            ends.append(stream.end)
            if len(ends) == 25:
                await eventually(lambda: stream.end >= ends[0] + 20)  # changes, half of which are of pages before
        return await pages(stream, after)

    monkeypatch.setattr(LevelStream, "page", page)
    async with a_process(database, redis_url) as process:
        await process.adjust(*((key, 2) for key in keys))
        loads = [asyncio.create_task(process.work(rounds=50, seed=seed, keys=keys)) for seed in range(2)]
        async with (
            Watcher(process.live.levels(LevelFilter())) as all_levels,
            Watcher(process.live.levels(without)) as out,
        ):
            await asyncio.gather(*loads)
            truth = await levels_in(database, LevelFilter())
            await eventually(lambda: kept(all_levels.events) == truth)
            no_stock = {key: level for key, level in truth.items() if level.status is LevelStatus.OUT}
            await eventually(lambda: kept(out.events, where=without) == no_stock)
        kinds = [event.kind for event in all_levels.events]
        assert LevelEventKind.CHANGE in kinds[: len(keys)], "no change came between its pages"
        snapshots = [event.level.key for event in all_levels.events if event.kind is LevelEventKind.SNAPSHOT]
        assert sorted(snapshots) == sorted(keys)


async def test_a_level_that_leaves_the_statuses_is_told_once_more(shop: Database, redis_url: str) -> None:
    """The subscriber to what is out sees a level go, once, and not what becomes of it afterwards."""
    async with a_process(shop, redis_url) as process:
        await process.adjust((TEA, 1))
        await process.adjust((TEA, -1))
        where = LevelFilter(skus=(TEA.sku,), statuses=(LevelStatus.OUT,))
        async with Watcher(process.live.levels(where)) as out, Watcher(process.live.levels(LevelFilter())) as every:
            await eventually(lambda: len(out.events) == 1 and len(every.events) == 1 and process.hub.is_resting)
            for version, delta in ((3, 5), (4, 1), (5, -6)):
                await process.adjust((TEA, delta))
                await eventually(lambda: every.events[-1].level.version == version)  # noqa: B023
            await eventually(lambda: len(out.events) == 3)
        assert [(event.kind, event.level.version, event.level.on_hand) for event in out.events] == [
            (LevelEventKind.SNAPSHOT, 2, 0),
            (LevelEventKind.CHANGE, 3, 5),
            (LevelEventKind.CHANGE, 5, 0),
        ]


async def test_a_change_carries_its_movement(shop: Database, redis_url: str) -> None:
    """A subscriber learns why the level changed, from whichever process it was changed."""
    async with a_process(shop, redis_url) as here, a_process(shop, redis_url) as there:
        async with Watcher(here.live.levels(LevelFilter(skus=(TEA.sku,)))) as watcher:
            await eventually(lambda: here.hub.is_resting and len(here.hub._listeners) == 1)
            await there.adjust((TEA, 3))
            await eventually(lambda: len(watcher.events) == 1)
        (event,) = watcher.events
        assert event.kind is LevelEventKind.CHANGE
        assert event.movement is not None
        assert event.movement.after == event.level
        assert (event.movement.writer, event.movement.change.on_hand) == (there.writer.identity, 3)


async def test_a_slow_consumer_is_closed_alone(shop: Database, redis_url: str) -> None:
    """The feed that nobody reads ends with SlowConsumer; its neighbour, on the same levels, misses nothing."""
    async with a_process(shop, redis_url, levels_kept=10) as process:
        await process.adjust((TEA, 1))
        slow = follow(process.live.levels(LevelFilter()))
        assert (await anext(slow)).kind is LevelEventKind.SNAPSHOT
        async with Watcher(process.live.levels(LevelFilter())) as quick:
            await eventually(lambda: len(quick.events) == 1)
            for key in KEYS:
                await process.adjust((key, 1))
                await eventually(lambda: quick.events[-1].level.key == key)  # noqa: B023
            assert kept(quick.events) == await levels_in(shop, LevelFilter())
            assert quick.failure is None
        with pytest.raises(SlowConsumer, match="More than 10 changed levels waited"):
            await anext(slow)


def tasks_of_ours() -> set[asyncio.Task[object]]:
    """Return the tasks that are not the driver's, which begins and ends some of its own with each answer."""
    return {
        task
        for task in asyncio.all_tasks()
        if not task.done() and "pymongo" not in repr(task.get_coro()) and "pymongo" not in repr(task)
    }


async def test_nothing_is_left_of_feeds_that_were_closed(shop: Database, redis_url: str) -> None:
    """Opening and closing feeds leaves no subscriber, no index entry and no task behind."""
    async with a_process(shop, redis_url) as process:
        await process.adjust(*((key, 1) for key in KEYS))
        before = tasks_of_ours()
        for where in SELECTIONS.values():
            async with Watcher(process.live.levels(where)) as watcher:
                expected = len(await levels_in(shop, where))
                await eventually(lambda: len(watcher.events) >= expected)  # noqa: B023
        listeners = process.hub._listeners
        assert (len(process.streams), len(listeners), process.hub._progress) == (0, 0, None)
        assert not any((listeners._by_key, listeners._by_sku, listeners._by_location, listeners._everywhere))
        await eventually(lambda: tasks_of_ours() == before)
    assert not {task for task in asyncio.all_tasks() if task.get_name().startswith(("hub", "publisher", "shared"))}
