"""The examples of docs/clients as processes, and a server that closes their connections."""

import asyncio
import json
import os
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from websockets.asyncio.server import ServerConnection, serve

from tests.as_served.running import KEY

CUT = None  # instead of a close code
DEADLINE_SECONDS = 60  # reached only by a failure
LEVEL = {"id": "L", "version": 1, "available": 1, "status": "IN_STOCK", "item": {"id": "I", "sku": "TEA-1"}}
SNAPSHOT = {"stockLevels": {"kind": "SNAPSHOT", "level": LEVEL}}


class Example:
    """A running example. `lines` are what it has printed, in words."""

    def __init__(self, name: str, process: Process) -> None:
        self.name = name
        self.lines: list[list[str]] = []
        self._process = process
        self._reading = asyncio.create_task(self._read())

    def told(self, *kinds: str) -> list[list[str]]:
        """Return what follows these words at the beginning of lines."""
        return [rest for kind, *rest in self.lines if kind in kinds]

    @property
    def shown(self) -> list[str]:
        """The levels as it shows them now: the item and what is available, one after the other."""
        return self.told("LEVELS")[-1] if self.told("LEVELS") else []

    async def end(self) -> None:
        """End it."""
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()
        await self._reading

    async def _read(self) -> None:
        assert self._process.stdout
        async for line in self._process.stdout:
            self.lines.append(line.decode().replace(",", "").split())


class ClosingServer:
    """Sends each connection one level, and closes it with the next code."""

    def __init__(self, codes: Sequence[int | None]) -> None:
        self._codes: Iterator[int | None] = iter(codes)
        self.connections = 0

    async def handle(self, connection: ServerConnection) -> None:
        """Serve one connection."""
        self.connections += 1
        async for text in connection:
            message = json.loads(text)
            if message["type"] == "connection_init":
                await connection.send(json.dumps({"type": "connection_ack"}))
            if message["type"] == "subscribe" and "stockLevels" in message["payload"]["query"]:
                payload = {"data": SNAPSHOT}
                await connection.send(json.dumps({"type": "next", "id": message["id"], "payload": payload}))
                break
        code = next(self._codes)
        if code is CUT:
            connection.transport.abort()
        else:
            await connection.close(code)


@asynccontextmanager
async def running(url: str, name: str, command: Sequence[str | Path]) -> AsyncIterator[Example]:
    """Run an example, with a key that may do everything."""
    environment = {**os.environ, "SERVER_URL": url, "STOCKPULSE_KEY": KEY}
    process = await asyncio.create_subprocess_exec(*command, stdout=PIPE, env=environment)
    example = Example(name, process)
    try:
        yield example
    finally:
        await example.end()


async def ended_by(codes: Sequence[int | None], command: Sequence[str | Path]) -> tuple[int, int]:
    """Close the connections of an example with these codes; return its exit code, and how often it has connected."""
    closing = ClosingServer(codes)
    async with serve(closing.handle, "127.0.0.1", 0, subprotocols=["graphql-transport-ws"]) as server:
        port = server.sockets[0].getsockname()[1]
        return await exit_code(command, f"http://127.0.0.1:{port}/graphql"), closing.connections


async def exit_code(command: Sequence[str | Path], url: str) -> int:
    """Run an example to its end, with a key that is not valid, and return its exit code."""
    environment = {**os.environ, "SERVER_URL": url, "STOCKPULSE_KEY": "unknown"}
    process = await asyncio.create_subprocess_exec(*command, stdout=DEVNULL, stderr=DEVNULL, env=environment)
    try:
        async with asyncio.timeout(DEADLINE_SECONDS):
            return await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
