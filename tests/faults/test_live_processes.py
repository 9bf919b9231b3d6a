"""Two processes over one Redis that is cut, frozen and killed, and they too; their clocks are two minutes apart.

The tills of a shop are served by one, its watchers by the other.
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.store.driver.client import Database
from tests.as_served.proofs import everybody_was_told, nothing_is_lost_or_doubled
from tests.as_served.running import KEY
from tests.as_served.shop import busy, opened
from tests.live.redis_process import RestartableRedis
from tests.support.served import Server

FAST_CLOCK = """
import time

true_time, true_time_ns = time.time, time.time_ns
time.time = lambda: true_time() + 120
time.time_ns = lambda: true_time_ns() + 120 * 10**9
"""


@pytest.fixture
async def redis(tmp_path: Path) -> AsyncIterator[RestartableRedis]:
    """Return a Redis of the test alone."""
    redis = RestartableRedis(tmp_path)
    await redis.start()
    yield redis
    redis.kill()


async def test_watchers_of_one_process_know_what_another_did_whatever_was_harmed(
    database: Database, mongo_url: str, redis: RestartableRedis, tmp_path: Path
) -> None:
    """Changes arrive as such soon after each repair, and at the end every watcher knows what the database holds."""
    (tmp_path / "sitecustomize.py").write_text(FAST_CLOCK)
    tills, watchers = (
        Server(
            mongo_url=mongo_url,
            redis_url=redis.url,
            database=database.name,
            settings={"STOCKPULSE_AUTH": "required", "STOCKPULSE_BOOTSTRAP_KEY": KEY, **more},
        )
        for more in ({"PYTHONPATH": str(tmp_path)}, {})
    )
    try:
        for server in (tills, watchers):
            await asyncio.to_thread(server.start)
        async with opened(_port(tills), watched_at=_port(watchers)) as shop:
            async with busy(shop):
                await redis.cut_subscribers()
                await shop.changes_arrive_at_once()
                redis.freeze()
                await shop.adjust("PROBE", 1)  # nothing that is recorded waits for it
                redis.thaw()
                await shop.changes_arrive_at_once()
                redis.kill()
                await shop.is_told("PROBE", await shop.adjust("PROBE", 1))
                await redis.start()
                await shop.changes_arrive_at_once()
                for server in (tills, watchers):
                    server.kill()
                    await asyncio.to_thread(server.start)
                    await shop.changes_arrive_at_once()
            await nothing_is_lost_or_doubled(shop)
            await everybody_was_told(shop)
    finally:
        for server in (tills, watchers):
            server.kill()


def _port(server: Server) -> int:
    return int(server.url.removesuffix("/graphql").rpartition(":")[2])
