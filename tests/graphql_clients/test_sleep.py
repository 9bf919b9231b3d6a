"""A computer that slept comes back: its program was frozen for longer than the server waits for an answer to a ping."""

import asyncio
import os
import signal
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from app.domain.stock.level import LevelKey
from app.store.driver.client import Database
from tests.graphql.api import Api, settings_of
from tests.graphql.live.sockets import served
from tests.support.scene import given_catalog
from tests.support.store import mongo_store
from tests.support.waiting import eventually

PING_SECONDS = 0.3
SLEEP_SECONDS = 4.5  # the example takes three, and a look at the clock each second, for sleep
BACK_SECONDS = 6  # 2 where the machine has nothing else to do, the pause before the new connection included
ADJUST = """
mutation ($delta: Int!) {
  stockAdjust(input: {sku: "TEA-1", location: "LONDON", delta: $delta, reason: CORRECTION}) { userErrors { message } }
}
"""


class Network:
    """Passes on what two sides send, until it forgets their connections: then both hear nothing any more."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._passing: list[asyncio.Task[None]] = []
        self._writers: list[asyncio.StreamWriter] = []

    async def connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass one connection on."""
        to_reader, to_writer = await asyncio.open_connection("127.0.0.1", self._port)
        self._writers += [writer, to_writer]
        self._passing += [
            asyncio.create_task(self._pass(reader, to_writer)),
            asyncio.create_task(self._pass(to_reader, writer)),
        ]

    async def forget(self) -> None:
        """Pass nothing of what is open on any more, not even that it was closed."""
        for task in self._passing:
            task.cancel()
        await asyncio.gather(*self._passing, return_exceptions=True)
        self._passing.clear()

    async def end(self) -> None:
        """Close everything."""
        await self.forget()
        for writer in self._writers:
            writer.transport.abort()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            writer.write(data)
        writer.close()


@asynccontextmanager
async def network(port: int) -> AsyncIterator[tuple[Network, int]]:
    """Open a network before a server; yield its port, too."""
    passing = Network(port)
    server = await asyncio.start_server(passing.connect, "127.0.0.1", 0)
    async with server:
        yield passing, server.sockets[0].getsockname()[1]
        await passing.end()


@pytest.mark.parametrize("is_forgotten", [False, True], ids=["closed meanwhile", "forgotten by the network"])
async def test_a_client_that_slept_shows_the_last_state_within_seconds(
    node: Sequence[str | Path],
    examples: Path,
    database: Database,
    mongo_url: str,
    redis_url: str,
    *,
    is_forgotten: bool,
) -> None:
    """The server let go of it meanwhile, with a code after which graphql-ws connects again, if it hears of it."""
    await given_catalog(mongo_store(database), LevelKey("TEA-1", "LONDON"))
    pings = {"ws_ping_interval": PING_SECONDS, "ws_ping_timeout": PING_SECONDS}
    async with (
        served(settings_of(mongo_url, redis_url, database.name), **pings) as server,
        network(server.port) as (between, port),
    ):
        await _adjust(server.api, 100)
        process = await asyncio.create_subprocess_exec(
            *node,
            "--import",
            examples / "browser.mjs",
            examples / "dist" / "graphql-ws.js",
            stdout=PIPE,
            env={**os.environ, "SERVER_URL": f"http://127.0.0.1:{port}/graphql", "STOCKPULSE_KEY": "none"},
        )
        lines: list[str] = []
        reading = asyncio.create_task(_read(process, lines))
        try:
            await eventually(lambda: "LEVELS TEA-1 100" in lines)

            # when
            process.send_signal(signal.SIGSTOP)
            if is_forgotten:
                await between.forget()
                await asyncio.sleep(SLEEP_SECONDS)
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
