"""The credentials of a request: in its header `Authorization`, or in the first message of a websocket.

Rule: never in a URL, which logs, histories and other sites keep.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from app.domain.failures import Unauthenticated
from app.services.access.authentication import Credential

Headers = Iterable[tuple[bytes, bytes]]

MISSING = "Send an API key or a token: 'Authorization: Bearer …', on a websocket as the payload of connection_init."
_AUTHORIZATION = "authorization"


def credential_of(headers: Headers) -> Credential:
    """Return the credential that the headers carry. Raises Unauthenticated."""
    values = [value for name, value in headers if name == b"authorization"]
    if not values:
        raise Unauthenticated(MISSING)
    if len(values) > 1:
        raise Unauthenticated("Send the header 'Authorization' once.")
    return values[0]


def credential_in(payload: Mapping[str, Any]) -> Credential | None:
    """Return the credential in the payload of connection_init, None without one. Raises Unauthenticated."""
    values = [value for name, value in payload.items() if name.lower() == _AUTHORIZATION]
    if not values:
        return None
    if len(values) > 1 or not isinstance(values[0], str):
        raise Unauthenticated("The payload's 'authorization' is one text: 'Bearer …'.")
    return values[0].encode("utf-8", "surrogatepass")
