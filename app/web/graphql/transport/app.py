"""GraphQL as one ASGI app, for HTTP and websocket alike."""

from collections.abc import Callable

import strawberry
from starlette.types import Receive, Scope, Send

from app.web.graphql.fast.execution import BeforeEvent
from app.web.graphql.transport.connection import OnConnect
from app.web.graphql.transport.engine import ContextFactory, Engine, Stream
from app.web.graphql.transport.limits import Limits
from app.web.graphql.transport.masking import ErrorMapper
from app.web.graphql.transport.view import HttpView
from app.web.graphql.transport.websocket import WebSocketView


class GraphQLApp:
    """Serves one Strawberry schema.

    `make_context(connection, request_id)` is called once per operation, on a websocket too, and may be a coroutine
    function. On a websocket the payload of connection_init is `connection.state.connection_params`, and what
    `on_connect` puts on `connection.state` stays there for every operation. `before_event(context)` is called before
    each event of a subscription is executed. `wrap_stream` may replace how subscriptions run, for example to execute
    once for many.
    """

    def __init__(
        self,
        schema: strawberry.Schema,
        *,
        make_context: ContextFactory,
        map_error: ErrorMapper | None = None,
        on_connect: OnConnect | None = None,
        before_event: BeforeEvent | None = None,
        wrap_stream: Callable[[Stream], Stream] | None = None,
        limits: Limits | None = None,
    ) -> None:
        engine = Engine(
            schema,
            make_context=make_context,
            map_error=map_error,
            before_event=before_event,
            wrap_stream=wrap_stream,
            limits=limits or Limits(),
        )
        self.engine = engine
        self.http = HttpView(engine)
        self.websocket = WebSocketView(engine, on_connect)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request or one connection."""
        if scope["type"] == "http":
            await self.http(scope, receive, send)
        elif scope["type"] == "websocket":
            await self.websocket(scope, receive, send)
        else:
            raise ValueError(f"GraphQL is not served over {scope['type']}.")
