"""The cookies of our pages: under which name each is set, and what is read of it.

Over TLS a cookie is `__Host-…`, which a browser takes only from this very host and sends only over TLS. On plain HTTP
no browser keeps such a cookie, except that Chrome and Firefox, but not Safari, take loopback for secure. So pages on
loopback get one of another name, which is accepted there only: elsewhere a neighbouring host could plant it.

Rule: no script reads a value, and no request of another site carries it.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from starlette.types import Scope

from app.server.authority import parse_authority, parse_origin
from app.services.access.sign_in.known_browsers import FORM, KNOWN_BROWSER_SECONDS
from app.web.edge.client_address import is_secure

Headers = Iterable[tuple[bytes, bytes]]

_ATTRIBUTES: Final = "Path=/; HttpOnly; SameSite=Strict"
_REMEMBERED: Final = 4_096  # browsers in use at a time; each takes some hundred bytes


class InsecurePageError(Exception):
    """The page was loaded over plain HTTP from another machine: a browser would not keep its cookie."""

    def __init__(self) -> None:
        super().__init__("This page was loaded over http://. Sign in over https://, or on the server's own machine.")


class PageCookie:
    """One of the cookies."""

    def __init__(self, name: str, *, form: str, max_age_seconds: int | None = None) -> None:
        """Values have this `form`, a regular expression. The cookie lasts for so long; None: as the browser runs."""
        self.secure_name, self.local_name = f"__Host-{name}", name
        self._found = re.compile(rf"(?:^|;)[ \t]*({self.secure_name}|{name})=({form})[ \t]*(?=;|$)".encode())
        self._lasts = "" if max_age_seconds is None else f"; Max-Age={max_age_seconds}"
        self._value = lru_cache(maxsize=_REMEMBERED)(self._read)  # a browser sends the same cookies each time

    def value(self, headers: Headers) -> str | None:
        """Return what a request carries, None without the cookie or with several."""
        cookies = [value for name, value in headers if name == b"cookie"]
        return self._value(b";".join(cookies), _host(headers)) if cookies else None

    def set(self, scope: Scope, value: str) -> str:
        """Return the header `Set-Cookie` for the page that sends a request. Raises InsecurePageError."""
        if _is_secure(scope):
            return f"{self.secure_name}={value}; {_ATTRIBUTES}; Secure{self._lasts}"
        if not is_local(scope["headers"]):
            raise InsecurePageError
        return f"{self.local_name}={value}; {_ATTRIBUTES}{self._lasts}"

    def expired(self) -> list[str]:
        """Return the headers `Set-Cookie` that remove the cookie, whatever it is called."""
        return [
            f"{self.secure_name}=; {_ATTRIBUTES}; Secure; Max-Age=0",
            f"{self.local_name}=; {_ATTRIBUTES}; Max-Age=0",
        ]

    def _read(self, cookies: bytes, host: bytes) -> str | None:
        found: dict[bytes, set[bytes]] = {}
        for name, value in self._found.findall(cookies):
            found.setdefault(name, set()).add(value)
        values = found.get(self.secure_name.encode())
        if values is None and _is_local(host):
            values = found.get(self.local_name.encode())
        return values.pop().decode() if values is not None and len(values) == 1 else None


# The token of a session.
SESSION: Final = PageCookie("stockpulse-session", form="[A-Za-z0-9_-]{43}")
# By what the sign-in knows a browser again: see `KnownBrowsers`.
BROWSER: Final = PageCookie("stockpulse-browser", form=FORM, max_age_seconds=KNOWN_BROWSER_SECONDS)


def is_local(headers: Headers) -> bool:
    """Tell whether a request names this machine as browsers do, whatever DNS says."""
    return _is_local(_host(headers))


def _host(headers: Headers) -> bytes:
    return dict(headers).get(b"host", b"")


def _is_local(host: bytes) -> bool:
    authority = parse_authority(host.decode("latin-1"))
    return authority is not None and (authority.is_loopback or authority.host.endswith(".localhost"))


def _is_secure(scope: Scope) -> bool:
    """Tell whether the page was loaded over TLS: browsers say so, also where a proxy ends it."""
    origins = [value.decode("latin-1") for name, value in scope["headers"] if name == b"origin"]
    if len(origins) == 1 and (origin := parse_origin(origins[0])) is not None:
        return origin.scheme == "https"
    return is_secure(scope)
