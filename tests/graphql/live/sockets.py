# ruff: noqa: ANN401 - JSON is of any type
"""The application behind a real uvicorn, and clients that speak `graphql-transport-ws` with it."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from starlette.types import ASGIApp
from websockets.asyncio.client import ClientConnection, connect

from app.config import Settings
from app.web.asgi import create_app
from app.web.dashboard.routes import BUILT
from app.web.edge.http.http_protocol import HttpProtocol
from app.web.protocol import WebSocketProtocol
from tests.graphql.api import DEADLINE_SECONDS, Api, with_parts_as_lists


class Feed:
    """One operation on a websocket."""

    def __init__(self, connection: ClientConnection, id: str) -> None:
        self._connection, self._id = connection, id

    async def message(self) -> Any:
        """Wait for the next message, which must be this operation's."""
        async with asyncio.timeout(DEADLINE_SECONDS):
            message = json.loads(await self._connection.recv())
        assert message.pop("id") == self._id
        return message

    async def next(self) -> Any:
        """Wait for the next result; return its one root field."""
        message = await self.message()
        assert message["type"] == "next", message
        assert message["payload"].keys() == {"data"}, message
        [value] = with_parts_as_lists(message["payload"]["data"]).values()
        return value

    async def take(self, number: int) -> list[Any]:
        """Wait for so many results."""
        return [await self.next() for _ in range(number)]

    async def stop(self) -> None:
        """Say that no more is wanted."""
        await self._connection.send(json.dumps({"type": "complete", "id": self._id}))


class Socket:
    """An initialised connection."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self._ids = count(1)

    async def start(self, query: str, **variables: Any) -> Feed:
        """Start an operation."""
        feed = Feed(self.connection, str(next(self._ids)))
        payload = {"query": query, "variables": variables}
        await self.connection.send(json.dumps({"type": "subscribe", "id": feed._id, "payload": payload}))
        return feed

    async def nothing_waits(self) -> None:
        """Prove that the server has sent nothing before it answers a ping."""
        await self.connection.send(json.dumps({"type": "ping"}))
        async with asyncio.timeout(DEADLINE_SECONDS):
            assert json.loads(await self.connection.recv()) == {"type": "pong"}

    async def closed(self) -> tuple[int | None, str | None]:
        """Wait for the end; return the server's code and reason."""
        async with asyncio.timeout(DEADLINE_SECONDS):
            await self.connection.wait_closed()
        return self.connection.close_code, self.connection.close_reason


@dataclass(frozen=True, kw_only=True)
class Served:
    """A running server."""

    port: int
    api: Api
    server: uvicorn.Server

    @property
    def websockets(self) -> int:
        """How many are open."""
        return sum(isinstance(each, WebSocketProtocol) for each in self.server.server_state.connections)

    def dial(self, **options: Any) -> contextlib.AbstractAsyncContextManager[Socket]:
        """Open a connection."""
        return dial(self.port, **options)


@contextlib.asynccontextmanager
async def dial(
    port: int, *, authorization: str | None = None, viewer: str | None = None, **options: Any
) -> AsyncIterator[Socket]:
    """Open a connection with whoever serves there, with credentials, and whom it takes for signed in, if given."""
    settings = {"subprotocols": ["graphql-transport-ws"], "ping_interval": None, "compression": None, **options}
    async with connect(f"ws://127.0.0.1:{port}/graphql", **settings) as connection:
        named = {"authorization": authorization, "viewer": viewer}
        given = {name: value for name, value in named.items() if value is not None}
        await connection.send(json.dumps({"type": "connection_init", **({"payload": given} if given else {})}))
        assert json.loads(await connection.recv()) == {"type": "connection_ack"}
        yield Socket(connection)


class _Server(uvicorn.Server):
    """uvicorn in this loop, leaving the signals to pytest."""

    def capture_signals(self) -> contextlib.AbstractContextManager[None]:
        return contextlib.nullcontext()


@contextlib.asynccontextmanager
async def served(
    settings: Settings, *, dashboard: Path = BUILT, behind: Callable[[ASGIApp], ASGIApp] | None = None, **options: Any
) -> AsyncIterator[Served]:
    """Serve on a free port with the settings that we run with, until Redis is followed; options are uvicorn's.

    `behind` is what stands before the application, as a proxy would.
    """
    app = create_app(settings, dashboard=dashboard)
    config = uvicorn.Config(
        behind(app) if behind else app,
        http=HttpProtocol,
        ws=WebSocketProtocol,
        ws_per_message_deflate=False,
        ws_max_size=65_536,
        timeout_graceful_shutdown=5,
        lifespan="on",
        log_config=None,
        **options,
    )
    server = _Server(config)
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    running = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client, asyncio.timeout(DEADLINE_SECONDS):
            while (await client.get("/readyz")).json()["status"] != "ok":  # noqa: ASYNC110 - it is the server that we wait for
                await asyncio.sleep(0.01)
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=DEADLINE_SECONDS) as client:
            yield Served(port=port, api=Api(client), server=server)
    finally:
        server.should_exit = True
        async with asyncio.timeout(DEADLINE_SECONDS):
            await running
