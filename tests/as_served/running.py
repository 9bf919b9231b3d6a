"""A server that serves as an operator runs it, whose parts a test may kill, freeze and let go on."""

import asyncio
import os
import re
import shutil
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from secrets import token_urlsafe

import httpx

from tests.support.stockpulse import Served, database_pids
from tests.support.waiting import eventually

KEY = f"sp_ring234567_{token_urlsafe(32)}"  # as `stockpulse bootstrap-key` makes them
BEARER = f"Bearer {KEY}"


class Running:
    """`stockpulse serve` with its embedded servers. It keeps its port and its data when it is killed."""

    def __init__(self, data_dir: Path, *options: str, **settings: str) -> None:
        self._data_dir, self._options = data_dir, options
        self._settings = {"STOCKPULSE_BOOTSTRAP_KEY": KEY, **settings}
        self.server = Served(data_dir, "--no-demo", *options, **self._settings)
        self.port = 0
        self._printed_before: list[str] = []

    @property
    def output(self) -> str:
        """All that it printed, since before it was killed."""
        return "\n".join([*self._printed_before, *self.server.lines])

    @property
    def pids(self) -> dict[str, int]:
        """The process ids of the parts, by the names that the server gives them."""
        mongod, redis = database_pids(self._data_dir)
        return {"mongod": mongod, "redis-server": redis, "stockpulse": self.server.process.pid}

    async def begin(self) -> None:
        """Return once it serves."""
        url = await asyncio.to_thread(lambda: self.server.url)
        self.port = int(url.rpartition(":")[2])

    async def kill(self, part: str) -> None:
        """End it as `kill -9` does, and return once it is there again: by itself, or started by us."""
        again = len(re.findall(f"{part}: ready again", self.server.output))
        os.kill(self.pids[part], signal.SIGKILL)
        if part != "stockpulse":
            await eventually(lambda: len(re.findall(f"{part}: ready again", self.server.output)) > again)
            return
        await self.restart()

    async def restart(self) -> None:
        """Start the server again, once it has ended, on its port."""
        await self.ended()
        self._printed_before += self.server.lines
        self.server = Served(self._data_dir, "--no-demo", "--port", str(self.port), *self._options, **self._settings)
        await self.begin()

    async def freeze(self, part: str) -> None:
        """Let it stand still until that was noticed, and then go on."""
        with frozen(self.pids[part]):
            await eventually(self.is_worse)

    async def ended(self) -> int:
        """Wait for its end, and return the exit code."""
        return await asyncio.to_thread(self.server.end)

    async def is_ready(self) -> bool:
        """Return whether all is well, by its own account."""
        return await self._status() == "ok"

    async def is_worse(self) -> bool:
        """Return whether it says that something is wrong, or nothing at all."""
        return await self._status() != "ok"

    async def problems(self) -> dict[str, str]:
        """Return what it says is wrong, by the names of its checks."""
        checks: dict[str, str] = (await self._readiness()).json()["checks"]
        return {name: said for name, said in checks.items() if said != "ok"}

    async def _status(self) -> str:
        try:
            return str((await self._readiness()).json()["status"])
        except httpx.TransportError:
            return "silent"

    async def _readiness(self) -> httpx.Response:
        async with httpx.AsyncClient() as client:
            return await client.get(f"http://127.0.0.1:{self.port}/readyz", timeout=4)


@asynccontextmanager
async def started(data_dir: Path, *options: str, **settings: str) -> AsyncIterator[Running]:
    """Serve, and end it whatever the test did."""
    running = Running(data_dir, *options, **settings)
    try:
        await running.begin()
        yield running
    finally:
        running.server.process.kill()
        await running.ended()
        shutil.rmtree(data_dir, ignore_errors=True)  # it takes 300 MB


@contextmanager
def frozen(pid: int) -> Iterator[None]:
    """Let a process stand still, with its connections left open."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)
