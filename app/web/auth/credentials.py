"""The credentials of a request: in its header `Authorization`, in the first message of a websocket, or a cookie.

Rule: never in a URL, which logs, histories and other sites keep. A cookie counts only for what a page of ours has sent
on purpose, since browsers send it along without being asked.
"""

from collections.abc import Mapping
from typing import Any, Final

from starlette.requests import HTTPConnection
from starlette.types import Scope

from app.domain.failures import Unauthenticated
from app.services.access.credentials.authentication import Credential
from app.web.auth.page_cookie import SESSION
from app.web.edge.origins import AllowedOrigins, is_from_elsewhere
from app.web.graphql.transport.cross_site import PREFLIGHTED

MISSING: Final = (
    "Sign in, or send an API key or a token: 'Authorization: Bearer …', on a websocket in the payload of "
    "connection_init."
)
NOT_ASKED: Final = (
    "A request with a session's cookie comes from a page of this server, and has the header 'GraphQL-Preflight: 1'."
)
_NOT_NAMED: Final = "A websocket with a session's cookie is opened by a page of this server or of an allowed origin."
_TWICE: Final = "Send the header 'Authorization' once."

_AUTHORIZATION = "authorization"


def credential_of_operation(scope: Scope) -> Credential:
    """Return the credential of an operation over HTTP. Raises Unauthenticated."""
    credential = _of_headers(scope)
    if isinstance(credential, str) and not is_on_purpose(scope):
        raise Unauthenticated(NOT_ASKED)
    return credential


def credential_of_page(scope: Scope) -> Credential:
    """Return the credential of a request for a page or a file, which changes nothing. Raises Unauthenticated."""
    return _of_headers(scope)


def credential_of_websocket(websocket: HTTPConnection, origins: AllowedOrigins) -> Credential:
    """Return the credential of an initialised websocket. Raises Unauthenticated."""
    credential = _in_payload(websocket.state.connection_params) or _of_headers(websocket.scope)
    if isinstance(credential, str) and not origins.names(websocket.scope["headers"]):
        raise Unauthenticated(_NOT_NAMED)
    return credential


def is_on_purpose(scope: Scope) -> bool:
    """Tell whether no page of another origin can have made a browser send this request."""
    named = dict(scope["headers"])
    has_header = any(named[name].strip() for name in PREFLIGHTED & named.keys())
    return has_header and not is_from_elsewhere(scope["headers"])


def _of_headers(scope: Scope) -> Credential:
    values = [value for name, value in scope["headers"] if name == b"authorization"]
    if len(values) > 1:
        raise Unauthenticated(_TWICE)
    if values and values[0][:6].lower() == b"bearer":
        return bytes(values[0])
    token = SESSION.value(scope["headers"])
    if token is not None:
        return token  # whatever else a browser sends by itself to a proxy that asks for a password of its own
    if values:
        return bytes(values[0])
    raise Unauthenticated(MISSING)


def _in_payload(payload: Mapping[str, Any]) -> Credential | None:
    values = [value for name, value in payload.items() if name.lower() == _AUTHORIZATION]
    if not values:
        return None
    if len(values) > 1 or not isinstance(values[0], str):
        raise Unauthenticated("The payload's 'authorization' is one text: 'Bearer …'.")
    return values[0].encode("utf-8", "surrogatepass")
