"""Everything that benchmarks stand on: our own databases, and the servers, started when the first of them asks."""

import asyncio
import os
import secrets
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic
from typing import Any

import httpx
from pydantic import SecretStr
from pymongo import AsyncMongoClient

from app.config import PREFIX, Settings, environment_of
from app.embedded import EmbeddedServices
from app.embedded.ports import free_port
from app.security.secret_key import new_secret_key
from app.server.process.die_with_parent import tied_to_us
from bench.driver_loop import open_driver, stock_the_driver
from bench.mercurius_package import mercurius_command
from bench.scene import stock_the_shop

START_SECONDS = 30
LIVE_SOCKETS = 20_000  # more than any benchmark opens
STOP_SECONDS = 12  # our server takes ten at most

SERVE_UNOBSERVED = ["-c", "import bench.unobserved; from app.cli.main import main; main()", "serve"]
SERVE_UNAUDITED = ["-c", "import bench.unaudited; from app.cli.main import main; main()", "serve"]
SERVE_UNMETERED = ["-c", "import bench.unmetered; from app.cli.main import main; main()", "serve"]
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
    live_messages: int
    stack: AsyncExitStack
    key: str = field(default_factory=lambda: f"sp_{secrets.token_hex(5)}_{secrets.token_urlsafe(32)}", repr=False)
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

    async def secured_api(self, serve: Sequence[str] = SERVE) -> Server:
        """Return our server with authentication, and what comes with it: `key` is its admin's."""
        port = free_port()
        settings = {"auth": "required", "bootstrap_key": SecretStr(self.key)}
        return await self._server("secured", [*serve, "--port", str(port)], port=port, settings=settings)

    async def unaudited_api(self) -> Server:
        """Return our server without the audit."""
        port = free_port()
        return await self._server("unaudited", [*SERVE_UNAUDITED, "--port", str(port)], port=port)

    async def unobserved_api(self) -> Server:
        """Return our server without metrics, request log and traces."""
        port = free_port()
        return await self._server("unobserved", [*SERVE_UNOBSERVED, "--port", str(port)], port=port)

    async def traced_api(self) -> Server:
        """Return our server as it is observed: it traces one request of a hundred, for a collector that drops them."""
        sink, port = free_port(), free_port()
        process = subprocess.Popen(  # noqa: S603, ASYNC220 - our own program; it takes no time to start
            tied_to_us([sys.executable, "-m", "bench.trace_sink", str(sink)])
        )
        self.stack.callback(process.terminate)
        settings = {"otlp_endpoint": f"http://127.0.0.1:{sink}"}
        return await self._server("traced", [*SERVE, "--port", str(port)], port=port, settings=settings)

    async def unmetered_api(self) -> Server:
        """Return our server without metrics."""
        port = free_port()
        return await self._server("unmetered", [*SERVE_UNMETERED, "--port", str(port)], port=port)

    async def plain(self) -> Server:
        """Return plain Strawberry."""
        port = free_port()
        return await self._server("plain", ["-m", "bench.plain_server", self.mongo_url, str(port)], port=port)

    async def live(self, name: str = "live") -> Server:
        """Return our server with room for thousands of websockets; one for each name."""
        port = free_port()
        settings = {"max_websockets": LIVE_SOCKETS, "max_websockets_per_client": LIVE_SOCKETS}
        return await self._server(name, [*SERVE, "--port", str(port)], port=port, settings=settings)

    async def broadcast(self, name: str = "broadcast") -> Server:
        """Return the least that delivers events by uvicorn; one for each name."""
        port = free_port()
        return await self._server(name, ["-m", "bench.live_broadcast", str(port)], port=port)

    async def live_strawberry(self) -> Server:
        """Return plain Strawberry that delivers events."""
        port = free_port()
        return await self._server("live strawberry", ["-m", "bench.live_strawberry", str(port)], port=port)

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
        self,
        name: str,
        arguments: list[str],
        *,
        port: int,
        program: Sequence[str] = (sys.executable,),
        settings: Mapping[str, Any] | None = None,
    ) -> Server:
        if name not in self._servers:
            environment = _environment(self.settings.model_copy(update=dict(settings or {})))
            process = subprocess.Popen(  # noqa: S603, ASYNC220 - our own program; it takes no time to start
                tied_to_us([*program, *arguments]), env=environment, stdout=subprocess.DEVNULL
            )
            self.stack.callback(_stop, process)
            await _wait_until_ready(process, port, key=self.key)
            self._servers[name] = Server(pid=process.pid, port=port)
        return self._servers[name]


@asynccontextmanager
async def open_stage(
    *, seconds: float, rounds: int, replay_file: Path | None = None, review_levels: int = 0, live_messages: int = 0
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
                auth="none",  # what else could be used has no authentication
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
                    live_messages=live_messages,
                    stack=stack,
                )


def _environment(settings: Settings) -> dict[str, str]:
    others = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    return {**others, **environment_of(settings)}


async def _wait_until_ready(process: subprocess.Popen[bytes], port: int, *, key: str) -> None:
    deadline = monotonic() + START_SECONDS
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        while True:
            try:
                headers = {"authorization": f"Bearer {key}"}  # which servers without authentication ignore
                answer = await client.post("/graphql", json={"query": "{ __typename }"}, headers=headers)
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
