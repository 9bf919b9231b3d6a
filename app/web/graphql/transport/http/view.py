"""GraphQL over HTTP: one request in, one response out.

Rule: malformed input is answered with a 4xx that says what is wrong; a 5xx is always a failure of the server.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from graphql import GraphQLError, OperationType
from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from app.web.compression import MIN_BYTES, gzipped, takes_gzip
from app.web.graphql.transport.documents.cache import OutOfScope, Rejected
from app.web.graphql.transport.encoding import encode
from app.web.graphql.transport.engine import Engine
from app.web.graphql.transport.handled import Handled
from app.web.graphql.transport.http.incoming import ClientGone, HttpRefusal, read_request
from app.web.graphql.transport.http.negotiation import JSON, RESPONSE_JSON, response_type
from app.web.graphql.transport.masking import BAD_USER_INPUT, FormattedError
from app.web.graphql.transport.request import BadRequest
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

LATER = frozenset({429, 503})

CHALLENGE = (b"www-authenticate", b"Bearer")  # RFC 9110, 11.6.1: of each 401

Headers = tuple[tuple[bytes, bytes], ...]
Names = Mapping[bytes, bytes]  # of a request's headers, to see at once which are not there; the values may be several

# Of every response: stock counts are out of date at once, and browsers must not guess the media type, nor show or embed
# an answer as a page or a picture.
_PLAIN: Headers = (
    (b"vary", b"accept, accept-encoding"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),  # CORS goes on: it is about requests that ask
)
_GZIPPED: Headers = (*_PLAIN, (b"content-encoding", b"gzip"))

_CONTENT_TYPES = {each: f"{each}; charset=utf-8".encode() for each in (JSON, RESPONSE_JSON)}


class Reply(NamedTuple):
    """A response before it is sent."""

    status: int
    body: bytes
    media_type: str
    headers: Headers = ()


class HttpView:
    """Answers GET and POST."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        names: Names = dict(scope["headers"])
        request_id = request_id_from(scope["headers"]) if HEADER in names else new_request_id()
        try:
            reply = await self._reply(scope, receive, request_id, names)
        except ClientGone:
            return
        except asyncio.CancelledError:
            # The server stops, and the time for open requests is over.
            await self._send(scope, send, self._cut_off(request_id), request_id)
            raise
        await self._send(scope, send, reply, request_id)

    def _cut_off(self, request_id: str) -> Reply:
        errors = self._engine.masker.refusal(_CUT_OFF, request_id, "UNAVAILABLE")
        return _refused(STATUS_BY_CODE["UNAVAILABLE"], errors, JSON)

    async def _send(self, scope: Scope, send: Send, reply: Reply, request_id: str) -> None:
        body, coding = reply.body, _PLAIN
        if len(body) >= MIN_BYTES and takes_gzip(scope["headers"]):
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

    async def _reply(self, scope: Scope, receive: Receive, request_id: str, names: Names) -> Reply:
        masker, refused = self._engine.masker, self._engine.refused
        handled = Handled(scope, request_id)
        media_type = response_type(_accepted(scope["headers"]) if b"accept" in names else None)
        try:
            if media_type is None:
                raise HttpRefusal(406, f"Accept {RESPONSE_JSON} or {JSON}: there is no other form.")
            return await self._execute(handled, receive, media_type, names)
        except HttpRefusal as refusal:
            errors = refused(handled, masker.refusal(refusal.message, request_id))
            return _refused(refusal.status, errors, media_type, refusal.headers)
        except BadRequest as error:
            return _refused(400, refused(handled, masker.refusal(str(error), request_id)), media_type)
        except OutOfScope as forbidden:
            handled.document = forbidden.document
            return _failed(refused(handled, masker.client_errors(forbidden.errors, request_id)), media_type)
        except Rejected as rejected:
            # A well-formed request got its response: 200 in the older media type, where the status is HTTP's alone.
            status = 200 if media_type == JSON else 400
            return _refused(status, refused(handled, masker.client_errors(rejected.errors, request_id)), media_type)
        except ClientGone:
            raise
        except Exception as error:  # noqa: BLE001 - the edge of the process: nothing may get past it unmasked
            return _failed(refused(handled, masker.exception(error, request_id)), media_type)

    async def _execute(self, handled: Handled, receive: Receive, media_type: str, names: Names) -> Reply:
        engine, scope = self._engine, handled.scope
        request = await read_request(scope, receive, max_bytes=engine.limits.max_body_bytes)
        if COST_HEADER in names:
            request = request._replace(extensions={**(request.extensions or {}), "cost": True})
        if ACTING_USER_HEADER in names:
            request = request.with_extension("actingUser", _text(names[ACTING_USER_HEADER]))
        handled.request = request
        handled.context = context = await engine.context(Request(scope), handled.request_id, request)
        handled.document, kind = await engine.prepared(request, context)
        if kind is OperationType.SUBSCRIPTION:
            raise Rejected(GraphQLError("Subscriptions need a websocket with the subprotocol graphql-transport-ws."))
        if kind is OperationType.MUTATION and scope["method"] != "POST":
            raise HttpRefusal(405, "A mutation needs POST.", (b"allow", b"POST"))
        response = await engine.execute(handled.document, request, context, handled)
        status, headers = (200, ()) if response.has_data else _status(response.errors)
        return Reply(status, response.body, media_type, headers)


def _text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise BadRequest("The header 'Stockpulse-Acting-User' is not UTF-8.") from None


def _accepted(headers: list[tuple[bytes, bytes]]) -> str:
    return b",".join([value for name, value in headers if name == b"accept"]).decode("latin-1")


def _refused(status: int, errors: list[FormattedError], media_type: str | None, headers: Headers = ()) -> Reply:
    """Return the reply to an operation that was never executed: it has no `data`."""
    return Reply(status, encode({"errors": errors}), media_type or JSON, headers)


def _failed(errors: list[FormattedError], media_type: str | None) -> Reply:
    extensions = errors[0]["extensions"]
    content: dict[str, Any] = {"errors": errors}
    if extensions["code"] == "THROTTLED" and "cost" in extensions:
        content["extensions"] = {"cost": extensions.pop("cost")}  # where clients that ask for it find it
    status = STATUS_BY_CODE.get(extensions["code"], 500)
    headers = (CHALLENGE,) if status == 401 else _retry_after(extensions)  # noqa: PLR2004 - HTTP's own
    return Reply(status, encode(content), media_type or JSON, headers)


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
