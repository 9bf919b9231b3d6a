"""GraphQL over HTTP: one request in, one response out, be it JSON or a stream of events.

Rule: malformed input is answered with a 4xx that says what is wrong; a 5xx is always a failure of the server. A client
of events gets the errors of its document as an event, and those that it can mend by another request as a status.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from graphql import GraphQLError, OperationType
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from app.telemetry.work import begin_work
from app.web.compression import MIN_BYTES, gzipped, takes_gzip
from app.web.graphql.transport.documents.cache import OutOfScope, Rejected
from app.web.graphql.transport.encoding import encode
from app.web.graphql.transport.engine import Engine
from app.web.graphql.transport.execution import NotStarted
from app.web.graphql.transport.handled import Handled
from app.web.graphql.transport.http.event_stream import COMPLETE, CONTENT_TYPE, UNBUFFERED, events_of
from app.web.graphql.transport.http.incoming import ClientGone, HttpRefusal, read_request
from app.web.graphql.transport.http.negotiation import EVENT_STREAM, JSON, RESPONSE_JSON, accepts_events, response_type
from app.web.graphql.transport.http.streams import Streams
from app.web.graphql.transport.live_connections import LiveConnections
from app.web.graphql.transport.masking import BAD_USER_INPUT, FormattedError
from app.web.graphql.transport.request import BadRequest, GraphQLRequest
from app.web.graphql.transport.request_id import HEADER, new_request_id, request_id_from

# The status of a response without data, by the code of its first error.
STATUS_BY_CODE = {
    BAD_USER_INPUT: 400,
    "COST_EXCEEDED": 400,
    "UNAUTHENTICATED": 401,
    "FORBIDDEN": 403,
    "THROTTLED": 429,
    "OVERLOADED": 503,
    "UNAVAILABLE": 503,
}

ACTING_USER_HEADER = b"stockpulse-acting-user"  # in UTF-8: the person whom a partner app acts for
COST_HEADER = b"graphql-cost"  # with any value: the response has the cost of the operation in its extensions

_CUT_OFF = "The server stops before the response was complete. Retry, a mutation with its idempotency key."

_NEEDS_EVENTS = (
    f"A subscription needs a websocket with the subprotocol graphql-transport-ws, or 'Accept: {EVENT_STREAM}'."
)

LATER = frozenset({429, 503})

CHALLENGE = (b"www-authenticate", b"Bearer")  # RFC 9110, 11.6.1: of each 401

# What a client of events gets as a status: another request, with other credentials or later, may do. Its errors in an
# event, as the protocol has it for what is found before execution, would look final.
STATUSES_OF_STREAMS = frozenset({401, 429, 500, 503})

Headers = tuple[tuple[bytes, bytes], ...]
Names = Mapping[bytes, bytes]  # of a request's headers, to see at once which are not there; the values may be several

# Of every response: stock counts are out of date at once, and browsers must not guess the media type, nor show or embed
# an answer as a page or a picture.
_SAFE: Headers = (
    (b"vary", b"accept, accept-encoding"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),  # CORS goes on: it is about requests that ask
)
_PLAIN: Headers = (*_SAFE, (b"cache-control", b"no-store"))
_GZIPPED: Headers = (*_PLAIN, (b"content-encoding", b"gzip"))

_EVENTS: Headers = (*_SAFE, *UNBUFFERED)

_CONTENT_TYPES = {each: f"{each}; charset=utf-8".encode() for each in (JSON, RESPONSE_JSON, EVENT_STREAM)}


class Reply(NamedTuple):
    """A response before it is sent."""

    status: int
    body: bytes
    media_type: str
    headers: Headers = ()


class HttpView:
    """Answers GET and POST."""

    def __init__(self, engine: Engine, connections: LiveConnections) -> None:
        self._engine = engine
        self.streams = Streams(engine, connections)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        names: Names = dict(scope["headers"])
        request_id = request_id_from(scope["headers"]) if HEADER in names else new_request_id()
        handled = Handled(scope, request_id)
        begin_work(handled)
        try:
            reply = await self._reply(handled, receive, send, names)
        except ClientGone:
            return
        except asyncio.CancelledError:
            # The server stops, and the time for open requests is over.
            await self._send(scope, send, self._cut_off(request_id), request_id)
            raise
        if reply is not None:
            handled.status = reply.status
            await self._send(scope, send, reply, request_id)
            self._engine.observation.answered(handled)  # a stream is, once it is open

    def _cut_off(self, request_id: str) -> Reply:
        errors = self._engine.masker.refusal(_CUT_OFF, request_id, "UNAVAILABLE")
        return _refused(STATUS_BY_CODE["UNAVAILABLE"], errors, JSON)

    async def _send(self, scope: Scope, send: Send, reply: Reply, request_id: str) -> None:
        body, coding = reply.body, _EVENTS if reply.media_type == EVENT_STREAM else _PLAIN
        if coding is _PLAIN and len(body) >= MIN_BYTES and takes_gzip(scope["headers"]):
            body, coding = await gzipped(body), _GZIPPED
        headers = [
            (b"content-type", _CONTENT_TYPES[reply.media_type]),
            (b"content-length", str(len(body)).encode()),
            (HEADER, request_id.encode()),
            *coding,
            *reply.headers,
        ]
        await send({"type": "http.response.start", "status": reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _reply(self, handled: Handled, receive: Receive, send: Send, names: Names) -> Reply | None:
        """Return the response; None where it was sent as a stream, or its client has gone."""
        masker, refused, request_id = self._engine.masker, self._engine.refused, handled.request_id
        accepted = _accepted(handled.scope["headers"]) if b"accept" in names else None
        media_type = response_type(accepted)
        try:
            if media_type is None:
                raise HttpRefusal(406, f"Accept {RESPONSE_JSON}, {JSON} or {EVENT_STREAM}: there is no other form.")
            request = await self._read(handled, receive, names)
            kind = await self._prepare(handled, request)
            if kind is not OperationType.SUBSCRIPTION:
                return await self._execute(handled, request, media_type)
            if not accepts_events(accepted):
                raise Rejected(GraphQLError(_NEEDS_EVENTS))
            media_type = EVENT_STREAM
            headers = (CONTENT_TYPE, (HEADER, request_id.encode()), *_EVENTS)
            await self.streams.serve(handled, request, receive, send, headers=headers)
        except HttpRefusal as refusal:
            errors = refused(handled, masker.refusal(refusal.message, request_id))
            return _refused(refusal.status, errors, _json(media_type), refusal.headers)
        except BadRequest as error:
            return _refused(400, refused(handled, masker.refusal(str(error), request_id)), _json(media_type))
        except ClientGone:
            raise
        except Exception as error:  # noqa: BLE001 - the edge of the process: nothing may get past it unmasked
            errors = refused(handled, self._engine.errors_of(error, handled))
            if isinstance(error, Rejected) and not isinstance(error, OutOfScope):
                # A well-formed request got its response: 200 in the older media type, where the status is HTTP's alone.
                return _refused(400 if media_type == RESPONSE_JSON else 200, errors, media_type)
            return _failed(errors, media_type, is_started=isinstance(error, NotStarted))
        return None

    async def _read(self, handled: Handled, receive: Receive, names: Names) -> GraphQLRequest:
        request = await read_request(handled.scope, receive, max_bytes=self._engine.limits.max_body_bytes)
        if COST_HEADER in names:
            request = request._replace(extensions={**(request.extensions or {}), "cost": True})
        if ACTING_USER_HEADER in names:
            request = request.with_extension("actingUser", _acting_user(handled.scope["headers"]))
        handled.request = request
        return request

    async def _prepare(self, handled: Handled, request: GraphQLRequest) -> OperationType:
        engine = self._engine
        context = await engine.context(Request(handled.scope), handled, request)
        handled.document, kind = await engine.prepared(request, context)
        if kind is OperationType.MUTATION and handled.scope["method"] != "POST":
            raise HttpRefusal(405, "A mutation needs POST.", (b"allow", b"POST"))
        return kind

    async def _execute(self, handled: Handled, request: GraphQLRequest, media_type: str) -> Reply:
        assert handled.document is not None, "prepared"
        response = await self._engine.execute(handled.document, request, handled.context, handled)
        status, headers = (200, ()) if response.has_data else _status(response.errors)
        if media_type != EVENT_STREAM:
            return Reply(status, response.body, media_type, headers)
        if status in STATUSES_OF_STREAMS:
            return Reply(status, response.body, JSON, headers)
        return Reply(200, events_of([response.body]) + COMPLETE, EVENT_STREAM)


def _acting_user(headers: list[tuple[bytes, bytes]]) -> str:
    values = [value for name, value in headers if name == ACTING_USER_HEADER]
    if len(values) > 1:  # one was added on the way: records name no person that may be the wrong one
        raise BadRequest("Send the header 'Stockpulse-Acting-User' once.")
    try:
        return values[0].decode()
    except UnicodeDecodeError:
        raise BadRequest("The header 'Stockpulse-Acting-User' is not UTF-8.") from None


def _accepted(headers: list[tuple[bytes, bytes]]) -> str:
    return b",".join([value for name, value in headers if name == b"accept"]).decode("latin-1")


def _json(media_type: str | None) -> str:
    """Return the media type in which HTTP itself refuses a request."""
    return JSON if media_type is None or media_type == EVENT_STREAM else media_type


def _refused(status: int, errors: list[FormattedError], media_type: str | None, headers: Headers = ()) -> Reply:
    """Return the reply to an operation that was never executed: it has no `data`."""
    body = encode({"errors": errors})
    if media_type == EVENT_STREAM:
        return Reply(200, events_of([body]) + COMPLETE, EVENT_STREAM)
    return Reply(status, body, media_type or JSON, headers)


def _failed(errors: list[FormattedError], media_type: str | None, *, is_started: bool) -> Reply:
    extensions = errors[0]["extensions"]
    content: dict[str, Any] = {"errors": errors}
    if extensions["code"] == "THROTTLED" and "cost" in extensions:
        content["extensions"] = {"cost": extensions.pop("cost")}  # where clients that ask for it find it
    status = STATUS_BY_CODE.get(extensions["code"], 200 if is_started else 500)
    headers = (CHALLENGE,) if status == 401 else _retry_after(extensions)  # noqa: PLR2004 - HTTP's own
    if media_type == EVENT_STREAM and status not in STATUSES_OF_STREAMS:
        return _refused(200, errors, EVENT_STREAM)
    return Reply(status, encode(content), _json(media_type), headers)


def _status(errors: Sequence[FormattedError]) -> tuple[int, Headers]:
    """Return the status and headers of a response without data, for load balancers: whether to retry, and when."""
    for error in errors:
        if STATUS_BY_CODE.get(error["extensions"]["code"]) in LATER:
            return STATUS_BY_CODE[error["extensions"]["code"]], _retry_after(error["extensions"])
    return 200, ()


def _retry_after(extensions: Mapping[str, Any]) -> Headers:
    wait = extensions.get("retryAfterSeconds")
    # HTTP counts whole seconds; rounded up, so that no client retries too early.
    return ((b"retry-after", str(-int(-wait // 1)).encode()),) if isinstance(wait, int | float) else ()
