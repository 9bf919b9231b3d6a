"""The head of a request, as the parser has read it: what is refused, and which host it names.

Rule: a head that two parsers could take for different requests is refused, and so is one beyond a limit.
"""

import httptools

from app.web.edge.http.http_limits import HttpLimits
from app.web.edge.refusal import Refusal

MALFORMED = Refusal(400, "The request is no well-formed HTTP/1.1.")
TARGET_TOO_LONG = Refusal(414, "The address of the request is too long.")
HEAD_TOO_LARGE = Refusal(431, "The headers of the request are too many or too large.")
_UNKNOWN_CODING = Refusal(400, "The only transfer coding is 'chunked'.")  # RFC 9112 has 501, a server error

_MAX_LINE_OF_HANDSHAKE_BYTES = 8_000  # the websocket library parses the head again, with lines of at most 8,192

Headers = list[tuple[bytes, bytes]]


class RequestRefused(Exception):
    """Ends the parser's work from within one of its callbacks."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(refusal.message)


def refusal_of(error: BaseException) -> Refusal:
    """Return why the parser stopped: one of our reasons, or its own."""
    cause = error.__context__ or error.__cause__
    return cause.refusal if isinstance(cause, RequestRefused) else MALFORMED


def check_head(target: bytes, headers: Headers, limits: HttpLimits) -> None:
    """Check a head as a whole; raise RequestRefused."""
    if len(target) > limits.max_target_bytes:
        raise RequestRefused(TARGET_TOO_LONG)
    size = len(target) + sum([len(name) + len(value) for name, value in headers])
    if size > limits.max_head_bytes or len(headers) > limits.max_headers:
        raise RequestRefused(HEAD_TOO_LARGE)
    codings = [value for name, value in headers if name == b"transfer-encoding"]
    if codings and codings[0].strip().lower() != b"chunked":
        raise RequestRefused(_UNKNOWN_CODING)


def check_handshake(target: bytes, headers: Headers) -> None:
    """Check the head of a websocket handshake; raise RequestRefused."""
    if any(name in {b"content-length", b"transfer-encoding"} for name, _ in headers):
        raise RequestRefused(MALFORMED)  # the body would be read before the handshake is checked
    if max([len(target), *(len(name) + len(value) for name, value in headers)]) > _MAX_LINE_OF_HANDSHAKE_BYTES:
        raise RequestRefused(HEAD_TOO_LARGE)


def origin_form(target: bytes, headers: Headers) -> bytes:
    """Return an absolute address as path and query. Its host takes the place of the header; raise RequestRefused.

    So (RFC 9112, 3.2.2) the host is checked once, wherever it stood.
    """
    parsed = httptools.parse_url(target)
    if parsed.userinfo or not parsed.host:
        raise RequestRefused(MALFORMED)  # userinfo can pass for another host (RFC 9110, 4.2.4)
    host = b"[%b]" % parsed.host if b":" in parsed.host else parsed.host
    port = b":%d" % parsed.port if parsed.port else b""
    headers[:] = [*(header for header in headers if header[0] != b"host"), (b"host", host + port)]
    return (parsed.path or b"/") + (b"?%b" % parsed.query if parsed.query else b"")
