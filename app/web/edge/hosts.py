"""The host names that this server accepts.

A page can let its own DNS name point to this machine (DNS rebinding). The browser then takes us for that page's own
server and lets the page read our responses; only the `Host` header still names the requested host.

Rule: a name is accepted only if it is configured or means this machine everywhere. An address is accepted, because no
DNS name leads to it; one beyond this machine only where we listen beyond it.
"""

from collections.abc import Iterable

from app.server.authority import ANY, Authority, parse_authority, parse_host
from app.web.edge.refusal import Refusal

Headers = Iterable[tuple[bytes, bytes]]

_LOCAL_SUFFIX = ".localhost"  # reserved for loopback by RFC 6761


class AllowedHosts:
    """The hosts that are configured, and those that are always safe."""

    def __init__(self, names: Iterable[str], *, listens_on: str) -> None:
        """Accept these names as in the settings: lower case, `*.shop.example` for all subdomains, `*` for any."""
        listening = Authority(parse_host(listens_on) or listens_on)
        self._allows_all = ANY in names
        self._names = frozenset({*names, listening.host})
        self._suffixes = (_LOCAL_SUFFIX, *(name.removeprefix("*") for name in names if name.startswith("*.")))
        self._is_local = listening.is_loopback

    def refusal(self, headers: Headers) -> Refusal | None:
        """Return why the host of a request is not accepted; None if it is."""
        values = [value for name, value in headers if name == b"host"]
        if len(values) != 1:
            return Refusal(400, "A request names its host once, in the header 'Host'.")
        authority = parse_authority(values[0].decode("latin-1"))
        if authority is None:
            return Refusal(400, "The header 'Host' is neither a name nor an address, with or without a port.")
        return None if self._allows(authority) else Refusal(421, _unknown(authority.host))

    def _allows(self, authority: Authority) -> bool:
        if self._allows_all or authority.host in self._names:
            return True
        if authority.is_loopback or authority.host.endswith(self._suffixes):
            return True
        return authority.is_address and not self._is_local


def _unknown(host: str) -> str:
    return (
        f"This server does not answer to the host '{host}'. If it should, start it with --allow-host {host}, "
        "or name the host in STOCKPULSE_ALLOWED_HOSTS."
    )
