"""Everything that benchmarks stand on: our own databases, and the servers, started when the first of them asks."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

import httpx
from pydantic import SecretStr
from pymongo import AsyncMongoClient

from app.config import PREFIX, Settings
from app.embedded import EmbeddedServices
from app.embedded.ports import free_port
from app.security.secret_key import new_secret_key
from app.server.die_with_parent import tied_to_us
from bench.driver_loop import open_driver, stock_the_driver
from bench.mercurius_package import mercurius_command
from bench.scene import stock_the_shop

START_SECONDS = 30
STOP_SECONDS = 12  # our server takes ten at most

SERVE = ["-c", "from app.cli.main import main; main()", "serve"]  # what the installed command runs


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A server process."""

    pid: int
    port: int


@dataclass(kw_only=True)
class Stage:
    """The databases, and how each benchmark is run."""

    settings: Settings
    mongod_pid: int
    driver: AsyncMongoClient[dict[str, Any]]
    directory: Path
    seconds: float
    rounds: int
    replay_file: Path | None
    review_levels: int
    stack: AsyncExitStack
    _servers: dict[str, Server] = field(default_factory=dict)

    @property
    def mongo_url(self) -> str:
        """The URL of our mongod."""
        assert self.settings.mongo_url
        return self.settings.mongo_url.get_secret_value()

    async def api(self, serve: Sequence[str] = SERVE) -> Server:
        """Return our server, started as an operator starts it."""
        port = free_port()
        return await self._server("api", [*serve, "--port", str(port)], port=port)

    async def plain(self) -> Server:
        """Return plain Strawberry."""
        port = free_port()
        return await self._server("plain", ["-m", "bench.plain_server", self.mongo_url, str(port)], port=port)

    async def mercurius(self) -> Server | None:
        """Return Mercurius on our own database; None where the machine has no npm to install it."""
        command = mercurius_command()
        if command is None:
            return None
        port = free_port()
        arguments = [self.mongo_url, self.settings.mongo_database, str(port)]
        return await self._server("mercurius", arguments, port=port, program=command)

    async def stop_servers(self) -> None:
        """Close what uses the databases."""
        await self.stack.aclose()

    async def _server(
        self, name: str, arguments: list[str], *, port: int, program: Sequence[str] = (sys.executable,)
    ) -> Server:
        if name not in self._servers:
            process = subprocess.Popen(  # noqa: S603, ASYNC220 - our own program; it takes no time to start
                tied_to_us([*program, *arguments]), env=_environment(self.settings), stdout=subprocess.DEVNULL
            )
            self.stack.callback(_stop, process)
            await _wait_until_ready(process, port)
            self._servers[name] = Server(pid=process.pid, port=port)
        return self._servers[name]


@asynccontextmanager
async def open_stage(
    *, seconds: float, rounds: int, replay_file: Path | None = None, review_levels: int = 0
) -> AsyncIterator[Stage]:
    """Start the databases in a temporary directory, fill them, and take everything down in the end."""
    with TemporaryDirectory(prefix="stockpulse-bench-") as directory:
        services = EmbeddedServices(data_dir=Path(directory) / "data", report=print)
        with services as urls:
            assert urls.mongo_url
            assert urls.redis_url
            settings = Settings(
                mongo_url=SecretStr(urls.mongo_url),
                redis_url=SecretStr(urls.redis_url),
                mongo_database="bench",
                secret_keys=SecretStr(new_secret_key()),
                demo=False,
            )
            await stock_the_shop(settings)
            async with AsyncExitStack() as stack:
                driver = await stack.enter_async_context(open_driver(urls.mongo_url))
                await stock_the_driver(driver)
                yield Stage(
                    settings=settings,
                    mongod_pid=services.mongod_pid,
                    driver=driver,
                    directory=Path(directory),
                    seconds=seconds,
                    rounds=rounds,
                    replay_file=replay_file,
                    review_levels=review_levels,
                    stack=stack,
                )


def _environment(settings: Settings) -> dict[str, str]:
    others = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return {**others, **settings.to_environment()}


async def _wait_until_ready(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = monotonic() + START_SECONDS
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        while True:
            try:
                answer = await client.post("/graphql", json={"query": "{ __typename }"})
            except httpx.TransportError:
                if process.poll() is not None or monotonic() > deadline:
                    raise
                await asyncio.sleep(0.1)
            else:
                answer.raise_for_status()
                return


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
