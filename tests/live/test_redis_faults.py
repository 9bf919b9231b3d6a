"""Redis is only a hint: whatever becomes of it, subscribers converge and mutations go on."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from app.domain.live.events import LevelEvent, LevelEventKind
from app.domain.stock.availability import LevelStatus
from app.services.filters import LevelFilter
from app.store.driver.client import Database
from tests.live.process import KEYS, Process, a_process, levels_in
from tests.live.redis_process import RestartableRedis
from tests.live.watching import Watcher, kept
from tests.support.waiting import eventually

OUT = LevelFilter(statuses=(LevelStatus.OUT,))


async def cut(server: RestartableRedis, process: Process) -> None:
    """Cut the subscriptions, as often as they come back."""
    for _ in range(5):
        await eventually(lambda: process.hub.problem() is None)
        await server.cut_subscribers()


async def restart(server: RestartableRedis, process: Process) -> None:
    """Restart the server, once that it is gone was noticed."""
    server.kill()
    await eventually(lambda: process.hub.problem() is not None)
    await server.start()


async def freeze(server: RestartableRedis, process: Process) -> None:
    """Freeze the server until the publisher has given up on it."""
    server.freeze()
    await eventually(lambda: process.publisher._is_behind)
    server.thaw()


@asynccontextmanager
async def subscribers(*processes: Process) -> AsyncIterator[list[tuple[LevelFilter, Watcher[LevelEvent]]]]:
    """Subscribe to everything, and to what is out, in each process."""
    async with (
        Watcher(processes[0].live.levels(LevelFilter())) as first,
        Watcher(processes[-1].live.levels(LevelFilter())) as second,
        Watcher(processes[-1].live.levels(OUT)) as third,
    ):
        yield [(LevelFilter(), first), (LevelFilter(), second), (OUT, third)]


async def converged(database: Database, watchers: list[tuple[LevelFilter, Watcher[LevelEvent]]]) -> None:
    """Return once each subscriber holds what the database holds."""
    for where, watcher in watchers:
        truth = await levels_in(database, where)
        await eventually(lambda: kept(watcher.events, where=where) == truth)  # noqa: B023
        assert watcher.failure is None


@pytest.mark.parametrize("break_it", [cut, restart, freeze])
async def test_subscribers_converge_when_redis_fails_under_load(
    shop: Database,
    own_redis: RestartableRedis,
    break_it: Callable[[RestartableRedis, Process], Awaitable[None]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Subscriptions cut, the server restarted or frozen while two processes write: nothing stays missing.

    However often that happens, each process tells of it once.
    """
    async with (
        a_process(shop, own_redis.url) as here,
        a_process(shop, own_redis.url) as there,
        subscribers(here, there) as watchers,
    ):
        loads = [asyncio.create_task(p.work(rounds=150, seed=s)) for s in range(3) for p in (here, there)]
        await eventually(lambda: len(watchers[0][1].events) > 20)
        await break_it(own_redis, here)
        await asyncio.gather(*loads)
        await converged(shop, watchers)
        await eventually(lambda: here.hub.problem() is None and there.hub.problem() is None)
    assert caplog.text.count("The subscription was lost") <= 2


async def test_dashboards_stay_live_and_mutations_go_on_while_redis_is_down(
    shop: Database, own_redis: RestartableRedis
) -> None:
    """Without Redis changes come from the ledger; with it again they come as changes, after no flood."""
    async with (
        a_process(shop, own_redis.url) as here,
        a_process(shop, own_redis.url) as there,
        subscribers(here, there) as watchers,
    ):
        own_redis.kill()
        await eventually(lambda: here.hub.problem() is not None)
        await asyncio.gather(here.work(rounds=50, seed=1), there.work(rounds=50, seed=2))
        await converged(shop, watchers)
        assert {event.kind for event in watchers[0][1].events[-10:]} == {LevelEventKind.RESYNC}

        await own_redis.start()
        await eventually(lambda: here.hub.problem() is None and there.hub.problem() is None)
        await eventually(lambda: not there.publisher._is_behind)

        async def comes_as_a_change() -> bool:
            await there.adjust((KEYS[0], 1))
            await converged(shop, watchers)
            return watchers[0][1].events[-1].kind is LevelEventKind.CHANGE

        await eventually(comes_as_a_change)


async def test_a_process_starts_without_redis(shop: Database, own_redis: RestartableRedis) -> None:
    """It says what is wrong, serves its feeds from the ledger, and uses Redis as soon as it is there."""
    own_redis.kill()
    async with a_process(shop, own_redis.url) as process, subscribers(process) as watchers:
        assert process.hub.problem() is not None
        await process.work(rounds=20, seed=1)
        await converged(shop, watchers)
        await own_redis.start()
        await eventually(lambda: process.hub.problem() is None)


async def test_what_a_crashed_writer_did_not_publish_is_told_all_the_same(
    shop: Database, own_redis: RestartableRedis
) -> None:
    """A process that commits and never publishes leaves nothing untold, though Redis is well and nobody else writes."""
    async with a_process(shop, own_redis.url) as alive, subscribers(alive) as watchers:
        await eventually(lambda: alive.hub.problem() is None)
        async with a_process(shop, own_redis.url, is_mute=True) as crashed:
            await crashed.work(rounds=10, seed=1)
        await converged(shop, watchers)
