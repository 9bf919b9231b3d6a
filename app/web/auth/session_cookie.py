"""The cookie of a session.

Over TLS it is `__Host-…`, which a browser takes only from this very host and sends only over TLS. On plain HTTP no
browser keeps such a cookie, except that Chrome and Firefox, but not Safari, take loopback for secure. So pages on
loopback get one of another name, which is accepted there only: elsewhere a neighbouring host could plant it.

Rule: no script reads the token, and no request of another site carries it.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from starlette.types import Scope

from app.server.authority import parse_authority, parse_origin
from app.web.edge.client_address import is_secure

Headers = Iterable[tuple[bytes, bytes]]

SECURE_NAME: Final = "__Host-stockpulse-session"
LOCAL_NAME: Final = "stockpulse-session"

_COOKIE = re.compile(rf"(?:^|;)[ \t]*({SECURE_NAME}|{LOCAL_NAME})=([A-Za-z0-9_-]{{43}})[ \t]*(?=;|$)".encode())
_REMEMBERED = 4_096  # sessions in use at a time; each takes some hundred bytes
_ATTRIBUTES = "Path=/; HttpOnly; SameSite=Strict"


class InsecurePageError(Exception):
    """The page was loaded over plain HTTP from another machine: a browser would not keep its cookie."""

    def __init__(self) -> None:
        super().__init__("This page was loaded over http://. Sign in over https://, or on the server's own machine.")


def session_token(headers: Headers) -> str | None:
    """Return the token that the cookie of a request carries, None without one or with several."""
    named = dict(headers)
    cookie = named.get(b"cookie")
    return None if cookie is None else _token(cookie, named.get(b"host", b""))


@lru_cache(maxsize=_REMEMBERED)  # a browser sends the same cookie with each request
def _token(cookie: bytes, host: bytes) -> str | None:
    found: dict[bytes, set[bytes]] = {}
    for name, token in _COOKIE.findall(cookie):
        found.setdefault(name, set()).add(token)
    tokens = found.get(SECURE_NAME.encode())
    if tokens is None and _is_local(host):
        tokens = found.get(LOCAL_NAME.encode())
    return tokens.pop().decode() if tokens is not None and len(tokens) == 1 else None


def session_cookie(scope: Scope, token: str) -> str:
    """Return the header `Set-Cookie` for the page that signs in. Raises InsecurePageError."""
    if _is_secure(scope):
        return f"{SECURE_NAME}={token}; {_ATTRIBUTES}; Secure"
    if not is_local(scope["headers"]):
        raise InsecurePageError
    return f"{LOCAL_NAME}={token}; {_ATTRIBUTES}"


def expired_cookies() -> list[str]:
    """Return the headers `Set-Cookie` that remove the cookie, whatever it is called."""
    return [f"{SECURE_NAME}=; {_ATTRIBUTES}; Secure; Max-Age=0", f"{LOCAL_NAME}=; {_ATTRIBUTES}; Max-Age=0"]


def is_local(headers: Headers) -> bool:
    """Tell whether a request names this machine as browsers do, whatever DNS says."""
    return _is_local(dict(headers).get(b"host", b""))


def _is_local(host: bytes) -> bool:
    authority = parse_authority(host.decode("latin-1"))
    return authority is not None and (authority.is_loopback or authority.host.endswith(".localhost"))


def _is_secure(scope: Scope) -> bool:
    """Tell whether the page was loaded over TLS: browsers say so, also where a proxy ends it."""
    origins = [value.decode("latin-1") for name, value in scope["headers"] if name == b"origin"]
    if len(origins) == 1 and (origin := parse_origin(origins[0])) is not None:
        return origin.scheme == "https"
    return is_secure(scope)
