"""GraphQL as one ASGI app, for HTTP and websocket alike (ADR 9)."""

from starlette.types import Receive, Scope, Send

from app.web.graphql.transport.engine import Engine
from app.web.graphql.transport.http.view import HttpView
from app.web.graphql.transport.live_connections import LiveConnections
from app.web.graphql.transport.websocket.view import WebSocketView


class GraphQLApp:
    """Serves one engine.

    On a websocket the payload of connection_init is `connection.state.connection_params` of every operation.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.live_connections = LiveConnections(engine.limits)
        self.http = HttpView(engine, self.live_connections)
        self.websocket = WebSocketView(engine, self.live_connections)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or one connection."""
        if scope["type"] == "http":
            await self.http(scope, receive, send)
        elif scope["type"] == "websocket":
            await self.websocket(scope, receive, send)
        else:
            raise ValueError(f"GraphQL is not served over {scope['type']}.")

    def stop(self) -> None:
        """End event streams: the server stops, and would wait for them. It closes websockets itself."""
        self.http.streams.stop()
