"""The response to a request that the edge refuses.

Rule: it has the form of a GraphQL error, whatever was requested, so that clients show the sentence.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus

from starlette.types import Receive, Scope, Send

from app.web.edge.security_headers import NOTHING
from app.web.graphql.transport.encoding import encode
from app.web.graphql.transport.masking import BAD_USER_INPUT
from app.web.graphql.transport.request_id import HEADER, new_request_id, request_id_from

Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A status and a sentence for the client."""

    status: int
    message: str
    code: str = BAD_USER_INPUT
    headers: Headers = ()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it as the response to a request or to a websocket handshake."""
        kind = "websocket.http.response" if scope["type"] == "websocket" else "http.response"
        headers, body = self._answer(request_id_from(scope["headers"]))
        await send({"type": f"{kind}.start", "status": self.status, "headers": headers})
        await send({"type": f"{kind}.body", "body": b"" if scope.get("method") == "HEAD" else body})

    def as_http(self, more_headers: Iterable[tuple[bytes, bytes]]) -> bytes:
        """Return it as bytes of HTTP/1.1, for what was never parsed as a request."""
        headers, body = self._answer(new_request_id())
        head = b"".join(b"%b: %b\r\n" % header for header in (*more_headers, *headers))
        return b"HTTP/1.1 %d %b\r\n%b\r\n%b" % (self.status, _phrase(self.status), head, body)

    def _answer(self, request_id: str) -> tuple[list[tuple[bytes, bytes]], bytes]:
        error = {"message": self.message, "extensions": {"code": self.code, "requestId": request_id}}
        body = encode({"errors": [error]})
        headers = [
            (b"content-type", b"application/json; charset=utf-8"),
            (b"content-length", b"%d" % len(body)),
            (HEADER, request_id.encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"content-security-policy", NOTHING.encode()),
            (b"cross-origin-resource-policy", b"same-origin"),
            (b"cache-control", b"no-store"),
            (b"connection", b"close"),  # the client would repeat the mistake
            *self.headers,
        ]
        return headers, body


def _phrase(status: int) -> bytes:
    return HTTPStatus(status).phrase.encode()
