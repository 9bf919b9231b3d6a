"""Feeds of levels with a throttle end with what the database holds, whatever they select."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from app.services.filters import LevelFilter
from app.store.driver.client import Database
from tests.live.process import a_process, levels_in
from tests.live.test_level_feed import SELECTIONS, given_facts
from tests.live.watching import Watcher, kept
from tests.support.waiting import eventually

NAMES = ("everything", "what runs out", "words and statuses", "a category at a location")
THROTTLE_MS = 40


async def test_throttled_feeds_converge_on_the_database_under_load_from_two_processes(
    shop: Database, redis_url: str
) -> None:
    """Opened before, during and after the writes; they have fewer events than there were changes, and never go back."""
    async with a_process(shop, redis_url) as here, a_process(shop, redis_url) as there, AsyncExitStack() as stack:
        await given_facts(shop)
        watched: list[tuple[LevelFilter, Watcher]] = []

        async def watch() -> None:
            for where in map(SELECTIONS.__getitem__, NAMES):
                feed = here.live.levels(where, throttle_ms=THROTTLE_MS)
                watched.append((where, await stack.enter_async_context(Watcher(feed))))

        await watch()
        loads = [asyncio.create_task(each.work(rounds=40, seed=seed)) for seed in (1, 2) for each in (here, there)]
        await eventually(lambda: any(load.done() for load in loads))
        await watch()
        await asyncio.gather(*loads)
        await watch()
        for where, watcher in watched:
            truth = await levels_in(shop, where)
            try:
                await eventually(lambda: kept(watcher.events, where=where) == truth)  # noqa: B023
            except TimeoutError:
                pytest.fail(f"{where}: {kept(watcher.events, where=where)} is not {truth}")
            assert watcher.failure is None
        changes = sum(level.version for level in (await levels_in(shop, LevelFilter())).values())
        assert 0 < len(watched[0][1].events) < changes
