"""One websocket connection of the `graphql-transport-ws` protocol: its initialisation and its operations.

Rule: a client that violates the protocol gets a close frame with the protocol's code and a reason; otherwise no
operation disturbs another.
"""

import asyncio
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, cast

from starlette.websockets import WebSocket

from app.domain.access.token_bucket import TokenBucket
from app.web.graphql.shared.member import GroupMember
from app.web.graphql.transport.encoding import encode
from app.web.graphql.transport.engine import Engine
from app.web.graphql.transport.handled import Handled
from app.web.graphql.transport.websocket.messages import (
    Complete,
    ConnectionInit,
    InvalidMessage,
    Message,
    Ping,
    Pong,
    Subscribe,
    parse_message,
)
from app.web.graphql.transport.websocket.operation import SocketOperation
from app.web.graphql.transport.websocket.prepared_text import prepared_text_of
from app.web.graphql.transport.websocket.wire import Close, Wire


class SocketConnection:
    """One accepted connection and its operations."""

    def __init__(self, engine: Engine, wire: Wire, websocket: WebSocket, request_id: str) -> None:
        self.engine, self.wire, self._websocket, self._request_id = engine, wire, websocket, request_id
        self.frames = prepared_text_of(websocket.scope) if engine.writes_frames else None
        self._running: dict[str, asyncio.Task[None] | GroupMember] = {}
        self._tasks: set[asyncio.Task[None]] = set()  # with those that a client completed and that still clean up
        self._started = 0
        self._messages = TokenBucket(
            capacity=engine.limits.messages_at_once, rate=engine.limits.messages_per_second, at=time.monotonic()
        )
        self._task: asyncio.Task[Any] | None = None
        self._ending: Close | None = None

    async def run(self) -> None:
        """Serve the connection until it closes; raise Close or Disconnected."""
        self._task = asyncio.current_task()
        try:
            self._websocket.state.connection_params = params = await self._wait_for_init()
            async with self.engine.admit(self._websocket, self.end):
                await self._send("connection_ack", self.engine.acknowledge(params))
                while True:
                    await self._handle(await self._receive())
        except asyncio.CancelledError:
            if self._ending is None or self._task is None or self._task.uncancel() > 0:
                raise
            await self._close_at_once(self._ending)
            raise self._ending from None
        finally:
            self._task = None
            await self._cancel_operations()
            self._running.clear()  # they refer to this

    def end(self, close: Close) -> None:
        """End the connection soon, whatever it does: its operations send nothing more."""
        if self._ending is None and self._task is not None:
            self._ending = close
            self._leave_groups()
            self._task.cancel()

    def _leave_groups(self) -> None:
        for running in list(self._running.values()):
            if isinstance(running, GroupMember):
                running.leave()

    async def _close_at_once(self, close: Close) -> None:
        """Close before the operations have cleaned up, which takes long where the database hangs."""
        for task in self._tasks:
            task.cancel()
        with suppress(TimeoutError):  # a client that reads nothing gets no close frame either
            async with asyncio.timeout(self.engine.limits.close_timeout_seconds):
                await self.wire.close(close.code, close.reason)

    async def _wait_for_init(self) -> dict[str, Any]:
        try:
            async with asyncio.timeout(self.engine.limits.init_timeout_seconds):
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
        operation = SocketOperation(self, id=message.id, request_id=request_id)
        limit = self.engine.limits.max_operations_per_connection
        if self._open_operations() >= limit:
            text = f"This connection has {limit} operations already: complete one first."
            handled = Handled(self._websocket.scope, request_id)
            handled.request = message.request
            errors = self.engine.masker.refusal(text, request_id, "THROTTLED")
            await operation.refuse(self.engine.refused(handled, errors))
            return
        task = asyncio.create_task(operation.run(self._websocket, message.request))
        self._running[message.id] = task
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _open_operations(self) -> int:
        """Return how many operations there are, with those that a client completed and that still clean up."""
        members = sum(isinstance(each, GroupMember) for each in self._running.values())
        return members + sum(not each.done() for each in self._tasks)  # one that has just been handed over is done

    def release(self, id: str) -> None:
        """Let the id be used again."""
        self._running.pop(id, None)

    def hand_over(self, id: str, member: GroupMember) -> None:
        """Keep the member as the operation from now on, in place of the task that calls this."""
        self._tasks.discard(cast(asyncio.Task[None], asyncio.current_task()))
        self._running[id] = member
        if self._ending is not None:
            member.leave()

    async def _receive(self) -> Message:
        text = await self.wire.receive()
        if self._messages.take(1, time.monotonic()):
            limit = self.engine.limits.messages_per_second
            close = Close(4429, f"Too many messages: {limit:g} per second are allowed.")
            raise self.engine.throttled(self._websocket.scope, self._request_id, close)
        try:
            return parse_message(text, max_id_characters=self.engine.limits.max_id_characters)
        except InvalidMessage as error:
            raise Close(4400, str(error)) from None

    async def _pong(self, payload: dict[str, Any] | None) -> None:
        try:
            await self._send("pong", payload)
        except TypeError:  # JSON is read to 1,024 levels, and written to 254
            raise Close(4400, "The payload is nested too deeply.") from None

    async def _send(self, type_: str, payload: Mapping[str, Any] | None) -> None:
        message = {"type": type_} if payload is None else {"type": type_, "payload": payload}
        await self.wire.send(encode(message).decode())

    async def _cancel_operations(self) -> None:
        """Cancel the operations that still run, and give them time to clean up."""
        self._leave_groups()
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=self.engine.limits.cleanup_timeout_seconds)
