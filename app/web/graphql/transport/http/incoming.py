"""Reading a GraphQL request from HTTP.

Rule: a body is read up to the limit and no further, and no input raises anything but HttpRefusal, BadRequest or
ClientGone.
"""

from urllib.parse import parse_qs

from starlette.types import Receive, Scope

from app.web.graphql.transport.cross_site import NEEDED, is_asked_for
from app.web.graphql.transport.encoding import MalformedJson, decode
from app.web.graphql.transport.http.negotiation import JSON, is_json_body
from app.web.graphql.transport.request import BadRequest, GraphQLRequest

_MAX_PARAMETERS = 20  # we read four

# A body of 1 MiB needs no compression, and a compressed one could unpack to a thousand times its size.
_PLAIN = {b"", b"identity"}
_COMPRESSED = "The body must be sent as it is, without a Content-Encoding."


class HttpRefusal(Exception):
    """The request is refused by a status of HTTP, before GraphQL."""

    def __init__(self, status: int, message: str, *headers: tuple[bytes, bytes]) -> None:
        self.status, self.message, self.headers = status, message, headers
        super().__init__(message)


class ClientGone(Exception):
    """The client disconnected before its request was complete: there is no response to send."""


async def read_request(scope: Scope, receive: Receive, *, max_bytes: int) -> GraphQLRequest:
    """Read the request from the body of a POST or the query string of a GET."""
    method = scope["method"]
    if method == "POST":
        return GraphQLRequest.from_object(await _read_json(scope, receive, max_bytes))
    if method == "GET":
        if not is_asked_for(scope["headers"]):
            raise HttpRefusal(400, NEEDED)
        return _from_query_string(scope["query_string"])
    raise HttpRefusal(405, "GraphQL takes GET and POST.", (b"allow", b"GET, POST"))


async def _read_json(scope: Scope, receive: Receive, max_bytes: int) -> object:
    content_type, length = None, b""
    for name, value in scope["headers"]:
        if name == b"content-encoding" and value.strip().lower() not in _PLAIN:
            raise HttpRefusal(415, _COMPRESSED, (b"accept-encoding", b"identity"))
        if name == b"content-type":
            # A second one makes both invalid: a proxy before us may have read the other.
            content_type = value.decode("latin-1") if content_type is None else ""
        elif name == b"content-length":
            length = value
    if not is_json_body(content_type):
        raise HttpRefusal(415, f"The body must have the content type {JSON}, in UTF-8.")
    if length.isdigit() and int(length) > max_bytes:
        raise _too_large(max_bytes)
    return _json(await _read_body(receive, max_bytes), "The body")


async def _read_body(receive: Receive, max_bytes: int) -> bytes:
    chunks: list[bytes] = []
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientGone
        chunks.append(message.get("body", b""))
        more = message.get("more_body", False)
        size += len(chunks[-1])
        if size > max_bytes:
            raise _too_large(max_bytes)
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _too_large(max_bytes: int) -> HttpRefusal:
    # The rest of the body is not read, so the connection cannot be kept.
    return HttpRefusal(413, f"The body exceeds the limit of {max_bytes} bytes.", (b"connection", b"close"))


def _from_query_string(query_string: bytes) -> GraphQLRequest:
    try:
        parameters = parse_qs(
            query_string.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MAX_PARAMETERS
        )
    except ValueError:
        raise BadRequest("The query string is not percent-encoded UTF-8, or has too many parameters.") from None
    data: dict[str, object] = {name: values[0] for name, values in parameters.items()}
    for name in ("variables", "extensions"):
        if name in data:
            text = parameters[name][0]
            data[name] = _json(text, f"The parameter '{name}'") if text else None
    return GraphQLRequest.from_object(data)


def _json(text: bytes | str, what: str) -> object:
    try:
        return decode(text)
    except MalformedJson as error:
        raise BadRequest(f"{what} is not valid JSON: {error}.") from None
