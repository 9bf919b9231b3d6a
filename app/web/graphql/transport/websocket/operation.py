"""One operation on a websocket, from `subscribe` to its last message.

Rule: exactly one `error` or `complete` ends an operation, unless the client ended it or the connection did. The next
result is only produced when the connection has taken the last one.
"""

from collections.abc import Callable
from contextlib import aclosing

from graphql import OperationType
from starlette.websockets import WebSocket

from app.web.graphql.transport.documents.cache import OutOfScope, Rejected
from app.web.graphql.transport.encoding import encode
from app.web.graphql.transport.engine import Engine
from app.web.graphql.transport.execution import Interrupted, NotStarted
from app.web.graphql.transport.handled import Handled
from app.web.graphql.transport.masking import FormattedError
from app.web.graphql.transport.request import GraphQLRequest
from app.web.graphql.transport.websocket.wire import Disconnected, Wire

# A subscription that breaks off with these codes is worth a retry, and clients retry automatically only when the
# connection closes: 1013 "try again later"; 4403 makes them fetch a new token first.
CLOSE_BY_CODE = {"OVERLOADED": 1013, "UNAVAILABLE": 1013, "UNAUTHENTICATED": 4403}


class SocketOperation:
    """Runs one request and sends its results."""

    def __init__(self, engine: Engine, wire: Wire, *, id: str, request_id: str, release: Callable[[], None]) -> None:
        self._engine, self._wire, self._release = engine, wire, release
        self._id = encode(id).decode()
        self._request_id = request_id

    async def run(self, websocket: WebSocket, request: GraphQLRequest) -> None:
        """Execute the request to its end; raise nothing but cancellation."""
        masker, request_id, refused = self._engine.masker, self._request_id, self._engine.refused
        handled = Handled(websocket.scope, request_id)
        handled.request = request
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

    async def refuse(self, errors: list[FormattedError]) -> None:
        """End the operation with errors."""
        await self._last(f'{{"id":{self._id},"type":"error","payload":{encode(errors).decode()}}}')

    async def _execute(self, websocket: WebSocket, request: GraphQLRequest, handled: Handled) -> None:
        engine = self._engine
        handled.context = context = await engine.context(websocket, self._request_id, request)
        document, kind = await engine.prepared(request, context)
        handled.document = document
        if kind is OperationType.SUBSCRIPTION:
            async with aclosing(engine.stream(document, request, context, self._request_id)) as payloads:
                async for payload in payloads:
                    await self._next(payload)
        else:
            response = await engine.execute(document, request, context, handled)
            await self._next(response.body)
        await self._last(f'{{"id":{self._id},"type":"complete"}}')

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
        self._release()
        await self._wire.send(text)
