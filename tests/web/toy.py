# ruff: noqa: ANN401, D101 - JSON and toy types are of any kind, and say what they are by their names
"""A small schema, and a real server for it: what the tests of the transport run against."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import strawberry
import uvicorn
from graphql import GraphQLError
from starlette.requests import HTTPConnection
from strawberry.types import Info
from websockets.asyncio.client import ClientConnection, connect

from app.web.edge.http.http_protocol import HttpProtocol
from app.web.graphql import Engine, Execution, GraphQLApp
from app.web.graphql.fast.execution import CompiledExecution
from app.web.protocol import WebSocketProtocol

DEADLINE_SECONDS = 60  # reached only by a failure


class Overloaded(Exception):
    """The toy's own exception, known to its error mapper."""


@dataclass
class Context:
    """The context of the toy's resolvers."""

    connection: HTTPConnection
    request_id: str
    events: list[str] = field(default_factory=list)


@dataclass
class Log:
    """A record of what the toy's resolvers did."""

    pulled: int = 0
    open: int = 0
    executed: list[str] = field(default_factory=list)


LOG = Log()


@strawberry.input
class LineInput:
    sku: str
    quantity: int


@strawberry.input
class AdjustInput:
    idempotency_key: str
    lines: list[LineInput]


@strawberry.type
class Level:
    sku: str
    on_hand: int


@strawberry.type
class Query:
    @strawberry.field
    def hello(self, name: str = "world") -> str:
        return f"Hello, {name}."

    @strawberry.field
    def count(self, to: int) -> int | None:
        return to

    @strawberry.field
    def defaulted(self, to: int = 3) -> int | None:
        return to

    @strawberry.field
    def level(self) -> "Level | None":
        return Level(sku="A", on_hand=1)

    @strawberry.field
    def levels(self, first: int = 3) -> list[Level]:
        return [Level(sku=f"S{n}", on_hand=n) for n in range(first)]

    @strawberry.field
    def crash(self) -> str | None:
        raise RuntimeError("the password is hunter2")

    @strawberry.field
    def refuse(self) -> str | None:
        raise GraphQLError("Not for you.", extensions={"code": "FORBIDDEN", "scope": "stock:write"})

    @strawberry.field
    def uncoded(self) -> str | None:
        raise GraphQLError("internal detail")

    @strawberry.field
    def overloaded(self) -> str | None:
        raise Overloaded

    @strawberry.field
    def huge(self) -> int | None:
        return 2**40

    @strawberry.field
    def request_id(self, info: Info) -> str:
        return str(info.context.request_id)

    @strawberry.field
    def params(self, info: Info) -> str:
        return json.dumps(getattr(info.context.connection.state, "connection_params", None))

    @strawberry.field
    def extensions(self, info: Info) -> str:
        return json.dumps(info._raw_info.operation_extensions)


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def adjust(self, input: AdjustInput) -> list[Level]:
        LOG.executed.append(input.idempotency_key)
        return [Level(sku=line.sku, on_hand=line.quantity) for line in input.lines]


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def count(self, to: int) -> AsyncIterator[int]:
        for number in range(to):
            await asyncio.sleep(0)
            yield number

    @strawberry.subscription
    async def levels(self, events: int) -> AsyncIterator[list[Level]]:
        for number in range(events):
            yield [Level(sku="A", on_hand=number), Level(sku="B", on_hand=number)]

    @strawberry.subscription
    async def endless(self, characters: int = 1) -> AsyncIterator[str]:
        LOG.open += 1
        try:
            while True:
                await asyncio.sleep(0)
                LOG.pulled += 1
                yield "x" * characters
        finally:
            LOG.open -= 1

    @strawberry.subscription
    async def silent(self) -> AsyncIterator[int]:
        LOG.open += 1
        try:
            await asyncio.Event().wait()
            yield 0
        finally:
            LOG.open -= 1

    @strawberry.subscription
    async def seen(self, info: Info, events: int) -> AsyncIterator[str]:
        for number in range(events):
            info.context.events.append(str(number))
            yield ",".join(info.context.events)

    @strawberry.subscription
    async def crash(self, at_once: bool = False, overloaded: bool = False) -> AsyncIterator[int]:
        if not at_once:
            yield 1
        raise Overloaded if overloaded else RuntimeError("the password is hunter2")

    @strawberry.subscription
    async def broken_event(self) -> AsyncIterator[Level]:
        yield Level(sku="A", on_hand=None)  # type: ignore[arg-type]


schema = strawberry.Schema(Query, Mutation, Subscription)


def map_error(error: BaseException) -> tuple[str, str, Mapping[str, object]] | None:
    """Map the toy's own exception."""
    if isinstance(error, Overloaded):
        return "OVERLOADED", "Too much to do.", {"retryAfterSeconds": 1.5}
    return None


def toy_app(served: strawberry.Schema = schema, **options: Any) -> GraphQLApp:
    """Build an app on the toy schema."""
    return app_of(CompiledExecution(served), **options)


def app_of(execution: Execution, **options: Any) -> GraphQLApp:
    """Build an app that executes in this way."""
    return GraphQLApp(Engine(execution, **{"make_context": Context, "map_error": map_error, **options}))


def http_client(app: Any) -> httpx.AsyncClient:
    """Return a client that calls the app in this process; a crash of the app is an exception here."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://toy")


class Server(uvicorn.Server):
    """uvicorn in this loop, leaving the signals to pytest."""

    def capture_signals(self) -> contextlib.AbstractContextManager[None]:
        return contextlib.nullcontext()


@contextlib.asynccontextmanager
async def serve(app: Any, **options: Any) -> AsyncIterator[tuple[Server, int]]:
    """Serve on a free port, with the settings that we run with; yield the server and its port."""
    settings = {
        "http": HttpProtocol,
        "ws": WebSocketProtocol,
        "ws_per_message_deflate": False,
        "ws_max_size": 65_536,
        "timeout_graceful_shutdown": 5,
        "lifespan": "off",
        "log_config": None,
        **options,
    }
    server = Server(uvicorn.Config(app, **settings))
    listening = socket.create_server(("127.0.0.1", 0))
    task = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield server, listening.getsockname()[1]
    finally:
        server.should_exit = True
        async with asyncio.timeout(DEADLINE_SECONDS):
            await task


@contextlib.asynccontextmanager
async def dial(port: int, *, init: bool = True, **options: Any) -> AsyncIterator[ClientConnection]:
    """Open a websocket and, by default, initialise it."""
    settings = {
        "uri": f"ws://127.0.0.1:{port}/",
        "subprotocols": ["graphql-transport-ws"],
        "ping_interval": None,
        "compression": None,
        **options,
    }
    async with connect(**settings) as client:
        if init:
            await say(client, type="connection_init")
            assert await hear(client) == {"type": "connection_ack"}
        yield client


async def say(client: ClientConnection, **message: Any) -> None:
    """Send one message."""
    await client.send(json.dumps(message))


async def subscribe(client: ClientConnection, query: str, id: str = "1", **payload: Any) -> None:
    """Start an operation."""
    await say(client, type="subscribe", id=id, payload={"query": query, **payload})


async def hear(client: ClientConnection) -> Any:
    """Wait for the next message, which must be a text frame."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        message = await client.recv()
    assert isinstance(message, str)
    return json.loads(message)


async def closed(client: ClientConnection) -> tuple[int | None, str | None]:
    """Wait for the connection to close; return the server's code and reason."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        await client.wait_closed()
    return client.close_code, client.close_reason
