"""The lossless feed: each ledger line once and in order, whatever happens between."""

import asyncio
import random
from contextlib import aclosing

import pytest

from app.domain.failures import BadArgument
from app.domain.live.events import MovementEvent
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import Movement
from app.services.filters import MovementFilter
from app.services.live.ledger.shared_tail import MAX_LINES_WAITING
from app.services.live.live import Live
from app.services.live.stream import follow
from app.store.driver.client import Database
from tests.live.process import KEYS, Process, a_process, ledger_of
from tests.live.redis_process import RestartableRedis
from tests.live.watching import Watcher
from tests.support.waiting import eventually

TEA = KEYS[0]


def assert_lossless(heard: list[Movement], ledger: list[Movement]) -> None:
    """Compare with the ledger: the same lines, each once, and those of each level in order."""
    assert len(heard) == len(ledger)
    assert by_level(heard) == by_level(ledger)


def by_level(lines: list[Movement]) -> dict[LevelKey, list[Movement]]:
    """Return the lines of each level in their order."""
    found: dict[LevelKey, list[Movement]] = {}
    for line in lines:
        found.setdefault(line.after.key, []).append(line)
    return found


async def begin(live: Live, process: Process, *, where: MovementFilter = MovementFilter()) -> str:  # noqa: B008 - frozen
    """Return a cursor behind one movement of the first level, which is made for it."""
    async with Watcher(live.movements(where)) as watcher:
        await eventually(lambda: len(watcher.events) == 1)
        await process.adjust((TEA, 100))
        await eventually(lambda: len(watcher.events) == 2)
    return watcher.events[1].cursor


async def test_three_writers_and_feeds_that_resume_anywhere_lose_nothing(shop: Database, redis_url: str) -> None:
    """Feeds that break off and resume at random cursors, in any process, hear each line once and in order."""
    async with (
        a_process(shop, redis_url, batch_lines=20) as one,
        a_process(shop, redis_url) as two,
        a_process(shop, redis_url, is_mute=True) as mute,
    ):
        cursor = await begin(one.live, one)
        begun = len(await ledger_of(shop))
        loads = [asyncio.create_task(p.work(rounds=40, seed=s)) for s in range(2) for p in (one, two, mute)]
        heard: dict[int, list[Movement]] = {0: [], 1: [], 2: []}

        async def keep_up(number: int) -> None:
            chance = random.Random(number)  # noqa: S311 - a repeatable course of events
            at = cursor
            while True:
                feed = follow(chance.choice((one, two)).live.movements(MovementFilter(), after=at))
                async with aclosing(feed):
                    for _ in range(chance.randrange(1, 60)):
                        event = await anext(feed)
                        heard[number].append(event.movement)
                        at = event.cursor

        followers = [asyncio.create_task(keep_up(number)) for number in heard]
        await asyncio.gather(*loads)
        ledger = (await ledger_of(shop))[begun:]
        await eventually(lambda: all(len(lines) >= len(ledger) for lines in heard.values()))
        for follower in followers:
            follower.cancel()
        await asyncio.gather(*followers, return_exceptions=True)
        for lines in heard.values():
            assert_lossless(lines, ledger)


async def test_any_cursor_resumes_behind_its_own_line(shop: Database, redis_url: str) -> None:
    """Resumed from each cursor in turn, by a process that started later, the feed gives exactly what followed."""
    async with a_process(shop, redis_url) as one, a_process(shop, redis_url) as two:
        cursor = await begin(one.live, one)
        async with Watcher(one.live.movements(MovementFilter(), after=cursor)) as watcher:
            await asyncio.gather(one.work(rounds=8, seed=1), two.work(rounds=8, seed=2))
            expected = len(await ledger_of(shop)) - 1
            await eventually(lambda: len(watcher.events) == expected)
    async with a_process(shop, redis_url, batch_lines=5) as later:
        for number, event in enumerate(watcher.events):
            async with Watcher(later.live.movements(MovementFilter(), after=event.cursor)) as resumed:
                await eventually(lambda: len(resumed.events) == expected - number - 1)  # noqa: B023
            assert_lossless(
                [told.movement for told in (*watcher.events[: number + 1], *resumed.events)],
                (await ledger_of(shop))[1:],
            )


async def test_without_a_cursor_a_feed_starts_now(shop: Database, redis_url: str) -> None:
    """It says where it starts. What was recorded before that is not told; what is recorded after is, also later on."""
    async with a_process(shop, redis_url) as process:
        await process.adjust((TEA, 1))
        async with Watcher(process.live.movements(MovementFilter())) as watcher:
            await eventually(lambda: len(watcher.events) == 1)
            await process.adjust((TEA, 2))
            await eventually(lambda: len(watcher.events) == 2)
        start, first = watcher.events
        assert (start.movement, first.movement.after.version) == (None, 2)
        async with Watcher(process.live.movements(MovementFilter(), after=start.cursor)) as resumed:
            await eventually(lambda: len(resumed.events) == 1)
        assert resumed.events[0].movement == first.movement


async def test_a_filter_narrows_what_is_told_and_not_what_is_passed(shop: Database, redis_url: str) -> None:
    """A feed of one SKU tells its lines only, and resumes without going through the others again."""
    where = MovementFilter(sku=TEA.sku)
    async with a_process(shop, redis_url) as process:
        cursor = await begin(process.live, process)
        async with Watcher(process.live.movements(where, after=cursor)) as watcher:
            await process.work(rounds=40, seed=3)
            await process.adjust((TEA, 7))
            ledger = await ledger_of(shop)
            expected = [line for line in ledger[1:] if line.after.key.sku == TEA.sku]
            await eventually(lambda: len(watcher.events) == len(expected))
        assert_lossless([event.movement for event in watcher.events], expected)
        resumed = follow(process.live.movements(MovementFilter(), after=watcher.events[-1].cursor))
        await process.adjust((KEYS[2], 1))
        assert (await anext(resumed)).movement.after.key == KEYS[2]
        await resumed.aclose()


async def test_the_feed_needs_no_redis(shop: Database, own_redis: RestartableRedis) -> None:
    """With Redis down the lines still come, from the database alone."""
    own_redis.kill()
    async with a_process(shop, own_redis.url) as process:
        cursor = await begin(process.live, process)
        async with Watcher(process.live.movements(MovementFilter(), after=cursor)) as watcher:
            await process.work(rounds=20, seed=1)
            ledger = (await ledger_of(shop))[1:]
            await eventually(lambda: len(watcher.events) == len(ledger))
        assert_lossless([event.movement for event in watcher.events], ledger)


async def test_a_feed_that_falls_behind_loses_nothing_and_keeps_nobody_waiting(shop: Database, redis_url: str) -> None:
    """A feed not read while thousands of lines come is dropped from the shared reader, and then reads for itself."""
    async with a_process(shop, redis_url) as process:
        cursor = await begin(process.live, process)
        async with Watcher(process.live.movements(MovementFilter(), after=cursor)) as quick:
            await eventually(lambda: any(feed.has_begun for feed in process.tail._feeds))
            slow = follow(process.live.movements(MovementFilter(), after=cursor))
            await process.adjust((TEA, 1))
            told: list[MovementEvent] = [await anext(slow)]
            rounds = MAX_LINES_WAITING // len(KEYS) + 20
            for number in range(rounds):
                await process.adjust(*((key, 1) for key in KEYS))
                if number % 10 == 0:
                    expected = 1 + (number + 1) * len(KEYS)
                    await eventually(lambda: len(quick.events) == expected)  # noqa: B023
            total = 1 + rounds * len(KEYS)
            await eventually(lambda: len(quick.events) == total)
        async with asyncio.timeout(60):
            while len(told) < total:
                told.append(await anext(slow))
        await slow.aclose()
        ledger = (await ledger_of(shop))[1:]
        assert_lossless([event.movement for event in told], ledger)
        assert_lossless([event.movement for event in quick.events], ledger)
        assert process.tail._feeds == set()


async def test_a_cursor_of_another_kind_is_refused_before_anything_is_read(shop: Database, redis_url: str) -> None:
    """The fault is raised by the call itself, not by the first event."""
    async with a_process(shop, redis_url) as process:
        with pytest.raises(BadArgument):
            process.live.movements(MovementFilter(), after="WyJORVdFU1QiLDEsImEiXQ==")
