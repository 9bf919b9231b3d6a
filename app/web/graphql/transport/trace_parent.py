"""Where a client says that its request belongs in a trace: W3C's `traceparent` and `tracestate`.

Over HTTP they are headers. On a websocket they are members of the operation's `extensions`, or else of the payload of
`connection_init`. Rule: what is not of the form counts as not there.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from starlette.requests import HTTPConnection

from app.web.graphql.transport.request import GraphQLRequest

_PARENT, _STATE = "traceparent", "tracestate"


class TraceParent(NamedTuple):
    """What a client says, unchecked."""

    parent: str | None
    state: str | None


def trace_parent_of(connection: HTTPConnection, request: GraphQLRequest) -> TraceParent:
    """Return what came with a request."""
    if connection.scope["type"] == "http":
        return _of_headers(connection.scope["headers"])
    found = _of_members(request.extensions or {})
    return found if found.parent is not None else _of_members(connection.state.connection_params)


def _of_headers(headers: list[tuple[bytes, bytes]]) -> TraceParent:
    parents = [value for name, value in headers if name == b"traceparent"]
    if len(parents) != 1:  # several say nothing, as the specification has it
        return TraceParent(None, None)
    states = [value.decode("latin-1") for name, value in headers if name == b"tracestate"]
    return TraceParent(parents[0].decode("latin-1"), ",".join(states) or None)


def _of_members(members: Mapping[str, Any]) -> TraceParent:
    parent, state = members.get(_PARENT), members.get(_STATE)
    return TraceParent(parent if isinstance(parent, str) else None, state if isinstance(state, str) else None)
