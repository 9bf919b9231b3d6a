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
        origins = [value.decode("latin-1") for name, value in headers if name == b"origin"]
        if self._allows_all or not origins:
            return None
        host = next((value.decode("latin-1") for name, value in headers if name == b"host"), "")
        if len(origins) == 1 and self._allows(origins[0], host):
            return None
        return Refusal(403, _unknown(origins[0]))

    def _allows(self, text: str, host: str) -> bool:
        origin, ours = parse_origin(text), parse_authority(host)
        if origin is None:
            return False
        if origin in self._origins:
            return True
        default = _DEFAULT_PORTS.get(origin.scheme)
        return (
            default is not None
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
