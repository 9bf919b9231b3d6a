"""What the transport calls of the application that it serves, and what stands for it where there is nothing to call."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Any

from starlette.requests import HTTPConnection
from starlette.websockets import WebSocket

from app.web.graphql.transport.websocket.wire import Close

# Called once per operation with the Request or WebSocket and the operation's request id; may be a coroutine function.
ContextFactory = Callable[[HTTPConnection, str], object | Awaitable[object]]

# Called with the context of an operation that names an acting user, and with what it names; raises where it may not.
ActFor = Callable[[Any, object], None]

# Called with an initialised websocket, whose `state.connection_params` are set, and a callback that ends it. The
# context lasts as long as the connection; entering it raises Close where the connection is refused.
Admit = Callable[[WebSocket, Callable[[Close], None]], AbstractAsyncContextManager[None]]

# Called with the request of an event stream, and a callback that ends it. The context lasts as long as the stream;
# entering it raises what contexts may.
AdmitStream = Callable[[HTTPConnection, Callable[[], None]], AbstractAsyncContextManager[None]]

# Called with an operation's context and the hash of a document that it names; returns the text that is registered under
# it, or None. May raise what contexts may.
TrustedText = Callable[[Any, str], Awaitable[str | None]]

# Called with the payload of `connection_init`; returns the payload of `connection_ack`, None for none.
Acknowledge = Callable[[Mapping[str, Any]], Mapping[str, Any] | None]


def no_acting_user(_: object, __: object) -> None:
    """Let every client name anyone: it makes no difference."""


def unchecked(_: HTTPConnection, __: object) -> AbstractAsyncContextManager[None]:
    """Admit every connection."""
    return nullcontext()


def silently(_: Mapping[str, Any]) -> None:
    """Acknowledge without a payload."""
