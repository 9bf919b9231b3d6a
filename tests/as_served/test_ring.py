"""`stockpulse serve` with all its parts, each of which is killed and frozen while changes go on.

Tests of parts build them in their own process, without the log that `serve` configures, the loop that it takes and the
servers that it keeps: what only wiring breaks is found here.
"""

import asyncio
import json
import os
import signal
import sys
import sysconfig
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from tests.as_served.proofs import everybody_was_told, nothing_is_lost_or_doubled
from tests.as_served.running import BEARER, KEY, Running, frozen, started
from tests.as_served.scraping import scraped
from tests.as_served.shop import ADJUST, busy, opened
from tests.support.waiting import eventually

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")

STOP_SECONDS = 10
BENCH_LIVE = [
    *(str(Path(sysconfig.get_path("scripts"), "stockpulse")), "bench", "live", "--json", "--quiet"),
    *("--subscribers", "6", "--levels", "4", "--levels-each", "2", "--rate", "40", "--seconds", "0.2"),
]
PARTS = ("redis-server", "mongod", "stockpulse")


@pytest.fixture(scope="module")
async def running(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Running]:
    """Return a server that the tests of the module share: each has a shop of its own."""
    async with started(tmp_path_factory.mktemp("served")) as running:
        yield running


@pytest.mark.complaint("V1")
@pytest.mark.parametrize("part", PARTS)
async def test_after_a_part_was_killed_and_frozen_everything_is_as_before(running: Running, part: str) -> None:
    """Changes arrive as changes, with their movements; nothing acknowledged is lost or doubled, and all are told."""
    async with opened(running.port) as shop:
        async with busy(shop):
            await shop.changes_arrive_at_once()
            for harm in (running.kill, running.freeze):
                await harm(part)
                await shop.changes_arrive_at_once()
        await nothing_is_lost_or_doubled(shop)
        await everybody_was_told(shop)
    await eventually(running.is_ready)
    assert "Traceback" not in running.output


async def test_a_measurement_finds_every_subscriber_right(running: Running) -> None:
    """`stockpulse bench live` counts each change for each subscriber, and compares their last states with a query."""
    command = [
        *BENCH_LIVE,
        "--url",
        f"http://127.0.0.1:{running.port}",
        "--server-pid",
        str(running.pids["stockpulse"]),
    ]
    process = await asyncio.create_subprocess_exec(
        *command, env={**os.environ, "STOCKPULSE_KEY": KEY}, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    figures = json.loads(output)
    assert process.returncode == 0, figures
    assert figures["outcome"]["sentences"] == ["The last state of 6 subscribers is the database's."]
    assert figures["subscribers"]["sets_of_variables"] == 2
    assert figures["changes"]["made"] == 8
    assert 6 <= figures["received"]["messages"] <= 24  # each of three subscribers once at least; conflated or not
    assert figures["milliseconds"].keys() >= {"commit_to_frame", "schedule_to_last_subscriber"}
    assert figures["server"]["memory_mib"] > 0


async def test_several_workers_that_log_everything_recover_too_and_stop_while_their_databases_hang(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """What one worker commits the watchers of another see as a change; the stop asks nobody who does not answer.

    Meanwhile both are named, and a change that hangs is answered as one that may be asked for again. Whichever worker
    is scraped tells the metrics of both, with the databases frozen as well.
    """
    async with (
        started(tmp_path_factory.mktemp("workers"), "--workers", "2", STOCKPULSE_LOG_LEVEL="debug") as running,
        opened(running.port) as shop,
    ):
        async with busy(shop):
            await running.kill("redis-server")
            await shop.changes_arrive_at_once()
        await nothing_is_lost_or_doubled(shop)
        await everybody_was_told(shop)
        await eventually(lambda: _tells_of_both(running))
        with frozen(running.pids["redis-server"]), frozen(running.pids["mongod"]):
            async with httpx.AsyncClient(headers={"authorization": BEARER}, timeout=2 * STOP_SECONDS) as client:
                asked = {"sku": shop.sku("TEA"), "location": shop.name, "delta": 1, "reason": "FOUND"}
                body = {"query": ADJUST, "variables": {"input": asked}}
                hanging = asyncio.create_task(client.post(f"http://127.0.0.1:{running.port}/graphql", json=body))
                await eventually(lambda: _names_both(running))
                assert (await scraped(running.port))["stockpulse_processes"] == 2
                running.server.process.send_signal(signal.SIGTERM)
                assert await running.ended() == 0, running.output
                assert (await hanging).status_code == httpx.codes.SERVICE_UNAVAILABLE
        assert "Traceback" not in running.output


async def _tells_of_both(running: Running) -> bool:
    told = await scraped(running.port)
    return told["stockpulse_processes"] == 2 and told["stockpulse_ledger_lines_total"] > 0


async def _names_both(running: Running) -> bool:
    return {"mongo", "redis"} <= (await running.problems()).keys()
