"""The origins whose pages may open a websocket to this server.

Browsers open a websocket to any server for any page, and only name the page's origin in `Origin`. For HTTP they send a
preflight: see `cors.py`.

Rule: a page of our own host is accepted, and one whose origin is configured. A client without `Origin` is no browser.
"""

from collections.abc import Iterable

from app.server.authority import ANY, parse_authority, parse_origin
from app.web.edge.refusal import Refusal

Headers = Iterable[tuple[bytes, bytes]]

# A proxy that ends TLS speaks ws:// to us where the page is https://, so the scheme is not compared.
_DEFAULT_PORTS = {"http": 80, "https": 443}


class AllowedOrigins:
    """The origins that are configured, and our own."""

    def __init__(self, origins: Iterable[str]) -> None:
        self._allows_all = ANY in origins
        self._origins = {parse_origin(origin) for origin in origins if origin != ANY}

    def refusal(self, headers: Headers) -> Refusal | None:
        """Return why a websocket is not opened for the page; None if it is."""
        origins, host = _origins_and_host(headers)
        if self._allows_all or not origins:
            return None
        if len(origins) == 1 and self._allows(origins[0], host):
            return None
        return Refusal(403, _unknown(origins[0]))

    def names(self, headers: Headers) -> bool:
        """Tell whether a request or handshake says that it is from a page of ours, or of an origin that is configured.

        `*` names none: this is for cookies, which browsers send without being asked.
        """
        origins, host = _origins_and_host(headers)
        return len(origins) == 1 and self._allows(origins[0], host)

    def _allows(self, text: str, host: str) -> bool:
        return parse_origin(text) in self._origins or _is_own(text, host)


def is_from_elsewhere(headers: Headers) -> bool:
    """Tell whether a browser says that a page of another origin sends this."""
    named = dict(headers)  # a browser sends each of them once, and no page makes it send another
    site = named.get(b"sec-fetch-site")
    if site is not None and site.strip().lower() != b"same-origin":
        return True
    origin = named.get(b"origin")
    return origin is not None and not _is_own(origin.decode("latin-1"), named.get(b"host", b"").decode("latin-1"))


def _origins_and_host(headers: Headers) -> tuple[list[str], str]:
    origins = [value.decode("latin-1") for name, value in headers if name == b"origin"]
    return origins, next((value.decode("latin-1") for name, value in headers if name == b"host"), "")


def _is_own(text: str, host: str) -> bool:
    origin, ours = parse_origin(text), parse_authority(host)
    default = _DEFAULT_PORTS.get(origin.scheme) if origin is not None else None
    return (
        default is not None
        and origin is not None
        and ours is not None
        and origin.host == ours.host
        and origin.port == (ours.port or default)
    )


def _unknown(text: str) -> str:
    if parse_origin(text) is None:
        return "A page without an origin of its own may not open a websocket here."
    return (
        f"Pages of {text} may not open a websocket here. If they should, start the server with "
        f"--allow-origin {text}, or name the origin in STOCKPULSE_ALLOWED_ORIGINS."
    )
