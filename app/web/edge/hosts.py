"""The names that this server answers to.

A page can let its own DNS name point to this machine (DNS rebinding). The browser then takes us for that page's own
server and lets the page read our answers; only the `Host` header still says which name was asked for.

Rule: a name counts only if it is configured or means this machine everywhere. An address counts as it is, because no
DNS name stands behind it; one beyond this machine only where we listen beyond it.
"""

from collections.abc import Iterable

from app.server.authority import ANY, Authority, parse_authority, parse_host
from app.web.edge.refusal import Refusal

Headers = Iterable[tuple[bytes, bytes]]

_LOCAL_SUFFIX = ".localhost"  # reserved for loopback by RFC 6761


class AllowedHosts:
    """The hosts that are configured, and those that are safe anyway."""

    def __init__(self, names: Iterable[str], *, listens_on: str) -> None:
        """Take names as the settings have them: lower case, `*.shop.example` for all below one, `*` for any."""
        listening = Authority(parse_host(listens_on) or listens_on)
        self._allows_all = ANY in names
        self._names = frozenset({*names, listening.host})
        self._suffixes = (_LOCAL_SUFFIX, *(name.removeprefix("*") for name in names if name.startswith("*.")))
        self._is_local = listening.is_loopback

    def refusal(self, headers: Headers) -> Refusal | None:
        """Return why a request is not for us; None if it is."""
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
