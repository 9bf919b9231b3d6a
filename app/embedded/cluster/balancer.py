"""A balancer of TCP connections, in a process of its own: a stand-in for the proxy that an installation has.

`python balancer.py PORT HEALTH_PATH UPSTREAM_PORT…` listens on loopback. It asks each upstream for its health, gives
new connections in turn to those that are ready, and cuts the connections to one that does not answer.

Rule: it never repeats what a client sent: a connection that an upstream has broken is broken for the client, too.
"""

import asyncio
import sys
from collections.abc import Iterator
from contextlib import suppress

LOOPBACK = "127.0.0.1"
CHECK_SECONDS = 0.25  # between two checks of an upstream
ANSWER_SECONDS = 2.5  # for a check: `/readyz` allows itself two
SILENT_CHECKS = 2  # in a row without an answer, then it is away
CHUNK_BYTES = 65_536
READY, UNREADY, AWAY = "ready", "unready", "away"


class Upstream:
    """A server behind the balancer, and the connections to it."""

    def __init__(self, port: int, *, health: str) -> None:
        self.port, self.state = port, UNREADY
        self._health = health
        self._silences = 0
        self.connections: set[asyncio.StreamWriter] = set()

    async def watch(self) -> None:
        """Check its health for good."""
        while True:
            try:
                async with asyncio.timeout(ANSWER_SECONDS):
                    self.state = READY if await self._is_ready() else UNREADY
                self._silences = 0
            except OSError as error:  # a TimeoutError is one
                self._silences += 1
                if self._silences >= SILENT_CHECKS or isinstance(error, ConnectionRefusedError):
                    self.state = AWAY
                    self._cut()
            await asyncio.sleep(CHECK_SECONDS)

    async def _is_ready(self) -> bool:
        reader, writer = await asyncio.open_connection(LOOPBACK, self.port)
        try:
            writer.write(f"GET {self._health} HTTP/1.1\r\nhost: {LOOPBACK}\r\nconnection: close\r\n\r\n".encode())
            return b" 200 " in await reader.readline()
        finally:
            writer.transport.abort()

    def _cut(self) -> None:
        for connection in self.connections:
            connection.transport.abort()


class Balancer:
    """Gives connections to upstreams."""

    def __init__(self, upstreams: list[Upstream]) -> None:
        self._upstreams = upstreams
        self._turn = 0

    async def serve(self, port: int) -> None:
        """Listen until the process ends."""
        async with asyncio.TaskGroup() as tasks:
            for upstream in self._upstreams:
                tasks.create_task(upstream.watch())
            server = await asyncio.start_server(self._connected, LOOPBACK, port, backlog=1024)
            tasks.create_task(server.serve_forever())

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for upstream in self._in_turn():
            try:
                async with asyncio.timeout(1):
                    theirs, ours = await asyncio.open_connection(LOOPBACK, upstream.port)
            except OSError:
                continue
            both = (writer, ours)
            upstream.connections.update(both)
            try:
                async with asyncio.TaskGroup() as ways:
                    ways.create_task(_passed_on(reader, ours, both))
                    ways.create_task(_passed_on(theirs, writer, both))
            finally:
                upstream.connections.difference_update(both)
            break
        writer.transport.abort()

    def _in_turn(self) -> Iterator[Upstream]:
        """Yield upstreams, the ready ones first: where none is ready each is as good as another."""
        self._turn += 1
        turn = self._turn % len(self._upstreams)
        turned = [*self._upstreams[turn:], *self._upstreams[:turn]]
        yield from sorted(turned, key=lambda upstream: (READY, UNREADY, AWAY).index(upstream.state))


async def _passed_on(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, both: tuple[asyncio.StreamWriter, ...]
) -> None:
    """Pass on what arrives until one side ends; then end both."""
    with suppress(OSError):
        while data := await reader.read(CHUNK_BYTES):
            writer.write(data)
            await writer.drain()
    with suppress(OSError):
        async with asyncio.timeout(1):
            await writer.drain()
    for connection in both:
        connection.close()


if __name__ == "__main__":
    own, path, *ports = sys.argv[1:]
    asyncio.run(Balancer([Upstream(int(port), health=path) for port in ports]).serve(int(own)))
