"""GraphQL over websocket: which connections are accepted.

Close codes, here, in `connection.py`, in `operation.py` and where connections are admitted: 4400 invalid message, 4401
not initialised or not authenticated, 4403 a new token or another connection is needed, 4406 subprotocol, 4408 no
initialisation in time, 4409 id in use, 4429 initialised twice or too many messages, 1013 try again later. Clients give
up on 4400, 4401, 4406, 4409 and 4429, and retry the others.
"""

from typing import NoReturn

from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket

from app.telemetry.work import begin_work
from app.web.graphql.transport.engine import Engine
from app.web.graphql.transport.handled import ConnectionWork
from app.web.graphql.transport.live_connections import LiveConnections, TooManyConnections
from app.web.graphql.transport.request_id import HEADER, request_id_from
from app.web.graphql.transport.websocket.connection import SocketConnection
from app.web.graphql.transport.websocket.wire import Close, Disconnected, Wire

SUBPROTOCOL = "graphql-transport-ws"  # and no other: the legacy graphql-ws has had three of seven advisories


class WebSocketView:
    """Accepts connections, up to the limits of the process and of an address."""

    def __init__(self, engine: Engine, connections: LiveConnections) -> None:
        self._engine, self._connections = engine, connections

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection to its end."""
        request_id = request_id_from(scope["headers"])
        begin_work(ConnectionWork(request_id))
        wire = Wire(receive, send)
        try:
            with self._connections.counted(scope) as no_room:
                await self._serve(scope, wire, request_id, no_room)
        except Disconnected:
            return
        except Close as close:
            await wire.close(close.code, close.reason)

    async def _serve(self, scope: Scope, wire: Wire, request_id: str, no_room: TooManyConnections | None) -> None:
        spoken = SUBPROTOCOL if SUBPROTOCOL in scope["subprotocols"] else None
        await wire.accept(spoken, [(HEADER, request_id.encode())])
        if spoken is None:
            raise Close(4406, f"Subprotocol not acceptable: speak {SUBPROTOCOL}.")
        if no_room is not None:
            close = Close(1013, no_room.value)
            raise (
                self._engine.throttled(scope, request_id, close) if no_room is TooManyConnections.FOR_ADDRESS else close
            )
        # Contexts see the connection but cannot use it: the wire is ours.
        websocket = WebSocket(scope, _unusable, _unusable)
        await SocketConnection(self._engine, wire, websocket, request_id).run()


async def _unusable(*_: object) -> NoReturn:
    raise RuntimeError("The connection belongs to the GraphQL protocol.")
