"""A computer that slept comes back: its program was frozen for longer than the server waits for an answer to a ping."""

import asyncio
import os
import signal
from asyncio.subprocess import PIPE
from collections.abc import Sequence
from pathlib import Path

from app.domain.stock.level import LevelKey
from app.store.client import Database
from tests.graphql.api import Api, settings_of
from tests.graphql.live.sockets import served
from tests.support.scene import given_catalog
from tests.support.store import mongo_store
from tests.support.waiting import eventually

PING_SECONDS = 0.3
BACK_SECONDS = 6  # 2 where the machine has nothing else to do, the pause before the new connection included
ADJUST = """
mutation ($delta: Int!) {
  stockAdjust(input: {sku: "TEA-1", location: "LONDON", delta: $delta, reason: CORRECTION}) { userErrors { message } }
}
"""


async def test_a_client_that_slept_shows_the_last_state_within_seconds(
    node: Sequence[str | Path], examples: Path, database: Database, mongo_url: str, redis_url: str
) -> None:
    """The server let go of it meanwhile, with a code after which graphql-ws connects again; nothing is left behind."""
    await given_catalog(mongo_store(database), LevelKey("TEA-1", "LONDON"))
    pings = {"ws_ping_interval": PING_SECONDS, "ws_ping_timeout": PING_SECONDS}
    async with served(settings_of(mongo_url, redis_url, database.name), **pings) as server:
        await _adjust(server.api, 100)
        process = await asyncio.create_subprocess_exec(
            *node,
            "--import",
            examples / "browser.mjs",
            examples / "dist" / "graphql-ws.js",
            stdout=PIPE,
            env={**os.environ, "SERVER_URL": f"http://127.0.0.1:{server.port}/graphql", "STOCKPULSE_KEY": "none"},
        )
        lines: list[str] = []
        reading = asyncio.create_task(_read(process, lines))
        try:
            await eventually(lambda: "LEVELS TEA-1 100" in lines)

            # when
            process.send_signal(signal.SIGSTOP)
            await eventually(lambda: server.websockets == 0)
            await _adjust(server.api, -1)

            # then
            process.send_signal(signal.SIGCONT)
            async with asyncio.timeout(BACK_SECONDS):
                await eventually(lambda: "LEVELS TEA-1 99" in lines)
            assert server.websockets == 1
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()
            await reading


async def _adjust(api: Api, delta: int) -> None:
    assert await api.run(ADJUST, delta=delta) == {"userErrors": []}


async def _read(process: asyncio.subprocess.Process, lines: list[str]) -> None:
    assert process.stdout
    while line := await process.stdout.readline():
        lines.append(line.decode().strip())
