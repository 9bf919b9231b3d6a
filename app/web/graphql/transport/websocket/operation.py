"""One operation on a websocket, from `subscribe` to its last message.

Rule: exactly one `error` or `complete` ends an operation, unless the client ended it or the connection did. The next
result is only produced when the connection has taken the last one.
"""

from contextlib import aclosing
from typing import Protocol

from graphql import OperationType
from starlette.websockets import WebSocket

from app.telemetry.work import begin_work
from app.web.graphql.shared.member import GroupMember
from app.web.graphql.transport.documents.cache import OutOfScope, ParsedDocument, Rejected
from app.web.graphql.transport.encoding import encode
from app.web.graphql.transport.engine import Engine
from app.web.graphql.transport.execution import Interrupted, NotStarted
from app.web.graphql.transport.handled import Handled
from app.web.graphql.transport.masking import FormattedError
from app.web.graphql.transport.request import GraphQLRequest
from app.web.graphql.transport.websocket.frame_sink import FrameSink
from app.web.graphql.transport.websocket.prepared_text import PreparedText
from app.web.graphql.transport.websocket.wire import Close, Disconnected, Wire

# A subscription that breaks off with these codes is worth a retry, and clients retry automatically only when the
# connection closes: 1013 "try again later"; 4403 makes them fetch a new token first.
CLOSE_BY_CODE = {"OVERLOADED": 1013, "UNAVAILABLE": 1013, "UNAUTHENTICATED": 4403}


class OperationOwner(Protocol):
    """The connection of operations."""

    engine: Engine
    wire: Wire
    frames: PreparedText | None  # where the server offers it

    def release(self, id: str) -> None:
        """Let the id be used again."""

    def hand_over(self, id: str, member: GroupMember) -> None:
        """Keep the member as the operation from now on; its task ends."""

    def end(self, close: Close) -> None:
        """End the connection."""


class SocketOperation:
    """Runs one request and sends its results."""

    __slots__ = ("_connection", "_engine", "_id", "_name", "_request_id", "_wire")

    def __init__(self, connection: "OperationOwner", *, id: str, request_id: str) -> None:
        self._connection, self._engine, self._wire = connection, connection.engine, connection.wire
        self._name, self._id = id, encode(id).decode()
        self._request_id = request_id

    async def run(self, websocket: WebSocket, request: GraphQLRequest) -> None:
        """Execute the request to its end; raise nothing but cancellation."""
        masker, request_id, refused = self._engine.masker, self._request_id, self._engine.refused
        handled = Handled(websocket.scope, request_id)
        handled.request = request
        begin_work(handled)
        try:
            try:
                await self._execute(websocket, request, handled)
            except Rejected as rejected:
                if isinstance(rejected, OutOfScope):
                    handled.document = rejected.document
                await self.refuse(refused(handled, masker.client_errors(rejected.errors, request_id)))
            except NotStarted as failure:
                await self.refuse(refused(handled, masker.failures(failure.errors, request_id)))
            except Interrupted as interruption:
                await self._break_off(refused(handled, masker.exception(interruption.cause, request_id)))
            except Disconnected:
                raise
            except Exception as error:  # noqa: BLE001 - the edge of the process: nothing may get past it unmasked
                await self.refuse(refused(handled, masker.exception(error, request_id)))
        except Disconnected:
            return
        operation = handled.operation
        is_subscription = operation is not None and operation.type is OperationType.SUBSCRIPTION
        if not (is_subscription and handled.is_executed):  # that may have run for hours
            self._engine.observation.answered(handled)

    async def refuse(self, errors: list[FormattedError]) -> None:
        """End the operation with errors."""
        await self._last(f'{{"id":{self._id},"type":"error","payload":{encode(errors).decode()}}}')

    async def _execute(self, websocket: WebSocket, request: GraphQLRequest, handled: Handled) -> None:
        engine = self._engine
        context = await engine.context(websocket, handled, request)
        document, kind = await engine.prepared(request, context)
        handled.document = document
        if kind is OperationType.SUBSCRIPTION:
            if await self._share(document, request, handled):
                return
            async with aclosing(engine.results(document, request, context, handled)) as batches:
                async for results in batches:
                    for result in results:
                        await self._next(result)
        else:
            response = await engine.execute(document, request, context, handled)
            await self._next(response.body)
            engine.observation.answered(handled)
        await self._last(f'{{"id":{self._id},"type":"complete"}}')

    async def _share(self, document: ParsedDocument, request: GraphQLRequest, handled: Handled) -> bool:
        """Join those who ask for the same, where the server writes prepared text; return whether that may be.

        The operation has no task from here on: the connection keeps its member.
        """
        frames = self._connection.frames
        if frames is None:
            return False
        sink = FrameSink(frames, id=self._id, on_failure=self._failed)
        member = await self._engine.share(document, request, handled, sink)
        if member is None:
            return False
        member.start(lambda: self._engine.observation.answered(handled))
        self._connection.hand_over(self._name, member)
        return True

    def _failed(self, error: Exception) -> None:
        """End the operation, whose source has failed, when it has no task any more."""
        frames = self._connection.frames
        assert frames is not None
        errors = self._engine.masker.exception(error, self._request_id)
        code = CLOSE_BY_CODE.get(errors[0]["extensions"]["code"])
        self._connection.release(self._name)
        if code is not None:
            self._connection.end(Close(code, errors[0]["message"]))
        else:
            frames.write_texts(f'{{"id":{self._id},"type":"error","payload":'.encode(), [encode(errors)], b"}")

    async def _next(self, payload: bytes) -> None:
        await self._wire.send(f'{{"id":{self._id},"type":"next","payload":{payload.decode()}}}')

    async def _break_off(self, errors: list[FormattedError]) -> None:
        """End a subscription that was running: by closing the connection when the client should retry."""
        code = CLOSE_BY_CODE.get(errors[0]["extensions"]["code"])
        if code is None:
            await self.refuse(errors)
        else:
            await self._wire.close(code, errors[0]["message"])

    async def _last(self, text: str) -> None:
        # Released first: a client may use the id again as soon as it has read this message.
        self._connection.release(self._name)
        await self._wire.send(text)
