"""One websocket connection of the `graphql-transport-ws` protocol: its initialisation and its operations.

Rule: a client that violates the protocol gets a close frame with the protocol's code and a reason; otherwise no
operation disturbs another.
"""

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Any

from starlette.websockets import WebSocket

from app.web.graphql.transport.encoding import encode
from app.web.graphql.transport.engine import Engine
from app.web.graphql.transport.messages import (
    Complete,
    ConnectionInit,
    InvalidMessage,
    Message,
    Ping,
    Pong,
    Subscribe,
    parse_message,
)
from app.web.graphql.transport.operation import SocketOperation
from app.web.graphql.transport.wire import Close, Wire


class SocketConnection:
    """One accepted connection and its operations."""

    def __init__(self, engine: Engine, wire: Wire, websocket: WebSocket, request_id: str) -> None:
        self._engine, self._wire, self._websocket, self._request_id = engine, wire, websocket, request_id
        self._running: dict[str, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()  # with those that a client completed and that still clean up
        self._started = 0

    async def run(self) -> None:
        """Serve the connection until it closes; raise Close or Disconnected."""
        try:
            self._websocket.state.connection_params = await self._wait_for_init()
            await self._send("connection_ack", None)
            while True:
                await self._handle(await self._receive())
        finally:
            await self._cancel_operations()

    async def _wait_for_init(self) -> dict[str, Any]:
        try:
            async with asyncio.timeout(self._engine.limits.init_timeout_seconds):
                while True:
                    match await self._receive():
                        case ConnectionInit(payload):
                            return payload
                        case Ping(payload):
                            await self._pong(payload)
                        case Subscribe():
                            raise Close(4401, "Unauthorized: connection_init comes first.")
                        case Pong() | Complete():
                            pass
        except TimeoutError:
            raise Close(4408, "Connection initialisation timeout.") from None

    async def _handle(self, message: Message) -> None:
        match message:
            case Subscribe(id, _) if id in self._running:
                raise Close(4409, f"Subscriber for {id} already exists")
            case Subscribe():
                await self._subscribe(message)
            case Complete(id):
                if task := self._running.pop(id, None):
                    task.cancel()
            case Ping(payload):
                await self._pong(payload)
            case Pong():
                pass
            case ConnectionInit():
                raise Close(4429, "Too many initialisation requests")

    async def _subscribe(self, message: Subscribe) -> None:
        self._started += 1
        request_id = f"{self._request_id}.{self._started}"
        operation = SocketOperation(
            self._engine,
            self._wire,
            id=message.id,
            request_id=request_id,
            release=partial(self._release, message.id),
        )
        limit = self._engine.limits.max_operations_per_connection
        if len(self._tasks) >= limit:
            text = f"This connection has {limit} operations already: complete one first."
            await operation.refuse(self._engine.masker.refusal(text, request_id, "THROTTLED"))
            return
        task = asyncio.create_task(operation.run(self._websocket, message.request))
        self._running[message.id] = task
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _release(self, id: str) -> None:
        self._running.pop(id, None)

    async def _receive(self) -> Message:
        try:
            return parse_message(await self._wire.receive(), max_id_characters=self._engine.limits.max_id_characters)
        except InvalidMessage as error:
            raise Close(4400, str(error)) from None

    async def _pong(self, payload: dict[str, Any] | None) -> None:
        await self._send("pong", payload)

    async def _send(self, type_: str, payload: Mapping[str, Any] | None) -> None:
        message = {"type": type_} if payload is None else {"type": type_, "payload": payload}
        await self._wire.send(encode(message).decode())

    async def _cancel_operations(self) -> None:
        """Cancel the operations that still run, and give them time to clean up."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=self._engine.limits.cleanup_timeout_seconds)
