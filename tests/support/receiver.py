"""A partner's endpoint: a real HTTP server on loopback that keeps what it is sent, and answers as a test says."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Received:
    """One request, and whether it was the first of its connection."""

    path: str
    headers: dict[str, str]
    body: str
    connection: int

    @property
    def id(self) -> str:
        """The id of its message."""
        return self.headers["webhook-id"]

    @property
    def message(self) -> Any:  # noqa: ANN401 - JSON
        """What it says."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Response:
    """What is answered. A response without a status is none: the connection is closed."""

    status: int | None = 204
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


Answering = Callable[[Received], Awaitable[Response]]


async def take(_: Received) -> Response:
    """Take everything."""
    return Response()


async def fail(_: Received) -> Response:
    """Take nothing."""
    return Response(500)


class Receiver:
    """An async context: the server runs in it, and may be stopped and started again on its port."""

    def __init__(self, answer: Answering = take) -> None:
        self.answer = answer
        self.requests: list[Received] = []
        self.taken: list[Received] = []
        self.concurrent = self.most_concurrent = 0
        self._port = 0
        self._connections = 0
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[Any]] = set()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self._port}/hook"

    async def start(self) -> None:
        """Listen, on the port that it had before."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self._port, reuse_address=True)
        self._port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Be down: refuse connections, and break those that there are."""
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._connections += 1
        number = self._connections
        try:
            while await self._exchange(reader, writer, number):
                pass
        except (asyncio.CancelledError, ConnectionError, asyncio.IncompleteReadError):
            pass  # stopped, or left by the client
        finally:
            self._tasks.discard(task)
            writer.close()
            with suppress(ConnectionError, asyncio.CancelledError):
                await writer.wait_closed()

    async def _exchange(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, number: int) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        request_line, *lines = head.strip().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = await reader.readexactly(int(headers["content-length"]))
        received = Received(request_line.split()[1], headers, body.decode(), number)
        self.requests.append(received)
        self.concurrent += 1
        self.most_concurrent = max(self.concurrent, self.most_concurrent)
        try:
            response = await self.answer(received)
        finally:
            self.concurrent -= 1
        if response.status is None:
            return False
        if 200 <= response.status < 300:
            self.taken.append(received)
        told = {"content-length": str(len(response.body)), **response.headers}
        head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
        writer.write(f"HTTP/1.1 {response.status} Said\r\n{head}\r\n".encode() + response.body)
        await writer.drain()
        return True
