"""The address and the scheme of a client, as far as they can be trusted.

A client may write any header. So what proxies say of it counts only where the peer is a proxy of ours, and only the
part that proxies of ours have written: of a list, which each proxy appends the address of its own peer to, the
rightmost address that is none of theirs.

Rule: what is malformed ends the search, and the last address that we know to be true is the answer. Nothing here is
computed for a request unless it is asked for.
"""

import re
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Literal

from starlette.types import Scope

from app.domain.access.address import parse_address

ProxyHeaders = Literal["x-forwarded", "forwarded"]

NO_PEER = "unknown"  # without a peer: a socket of the machine itself

_MAX_ELEMENT_CHARACTERS = 1_000  # of `Forwarded`: four names and their values
_REMEMBERED = 4_096
_MAX_HOPS = 20  # of a list that a client may have made as long as a head: each costs a microsecond

# Of an element of `Forwarded` (RFC 7239). Quoted commas are not read: what a client sent left of it may end in a quote.
_PAIR = re.compile(r'\s*([A-Za-z]+)=(?:"([^"\\]*)"|([^\s",;]*))\s*(?:;|$)')


class TrustedProxies:
    """The proxies whose word counts, and the headers that they write: the others are a client's own."""

    def __init__(self, networks: Iterable[str] = (), *, headers: ProxyHeaders = "x-forwarded") -> None:
        """Trust these addresses and networks. `headers`: X-Forwarded-For and -Proto, or Forwarded (RFC 7239)."""
        self._networks: tuple[IPv4Network | IPv6Network, ...] = tuple(ip_network(each) for each in networks)
        self._reads_forwarded = headers == "forwarded"
        self._header = b"forwarded" if self._reads_forwarded else b"x-forwarded-for"
        self._addresses: dict[tuple[str, bytes], str] = {}  # of the clients seen lately: the audit asks for each change

    def address(self, scope: Scope) -> str:
        """Return the address of the client of a request or connection."""
        peer = _peer(scope)
        if not self._networks:
            return peer
        said = _said(scope, self._header)
        address = self._addresses.get((peer, said))
        if address is None:
            address = peer if not self.trusts(peer) else self._nearest(peer, (hop for hop, _ in self._hops(said)))
            self._remember(peer, said, address)
        return address

    def is_secure(self, scope: Scope) -> bool:
        """Tell whether the client speaks TLS, to us or to the proxy that it reached."""
        if scope.get("scheme") in {"https", "wss"}:
            return True
        if not self._networks or not self.trusts(_peer(scope)):
            return False
        if self._reads_forwarded:
            return self._scheme_of_client(_said(scope, self._header)) == "https"
        return _said(scope, b"x-forwarded-proto").rpartition(b",")[2].strip().lower() in {b"https", b"wss"}

    def trusts(self, text: str) -> bool:
        """Tell whether an address is that of a proxy of ours."""
        address = parse_address(text) if self._networks else None
        return address is not None and any(address in network for network in self._networks)

    def _nearest(self, peer: str, hops: Iterable[str]) -> str:
        """Return the first hop that is no proxy of ours, or the last one before a hop that is no address."""
        nearest = peer
        for hop in hops:
            address = parse_address(hop)
            if address is None:
                break
            nearest = str(address)
            if not self.trusts(nearest):
                break
        return nearest

    def _remember(self, peer: str, said: bytes, address: str) -> None:
        if len(said) > _MAX_ELEMENT_CHARACTERS:
            return
        self._addresses[peer, said] = address
        if len(self._addresses) > _REMEMBERED:
            del self._addresses[next(iter(self._addresses))]

    def _scheme_of_client(self, said: bytes) -> str:
        """Return the scheme in which the outermost of our proxies was spoken to."""
        scheme = ""
        for hop, protocol in self._hops(said):
            scheme = protocol
            if not self.trusts(hop):
                break
        return scheme

    def _hops(self, said: bytes) -> Iterator[tuple[str, str]]:
        """Yield addresses and schemes as proxies wrote them, the nearest first."""
        for text in said.decode("latin-1").split(",")[: -_MAX_HOPS - 1 : -1]:
            if self._reads_forwarded:
                element = _element(text)
                yield element.get("for", ""), element.get("proto", "").lower()
            else:
                yield text.strip(), ""


NO_PROXIES = TrustedProxies()


def client_address(scope: Scope) -> str:
    """Return the address of the client: the peer's, or what our proxies say of it; "unknown" without a peer."""
    return proxies_of(scope).address(scope)


def is_secure(scope: Scope) -> bool:
    """Tell whether the client speaks TLS, to us or to a proxy of ours: whether cookies may be `Secure`."""
    return proxies_of(scope).is_secure(scope)


def proxies_of(scope: Scope) -> TrustedProxies:
    """Return the proxies of the server that a request or connection reached."""
    found: TrustedProxies = scope.get("state", {}).get("trusted_proxies", NO_PROXIES)
    return found


def _peer(scope: Scope) -> str:
    client = scope.get("client")
    if not client:
        return NO_PEER
    text: str = client[0]
    address = parse_address(text) if ":" in text else None  # an IPv4 is as it should be
    return text if address is None else str(address)


def _said(scope: Scope, header: bytes) -> bytes:
    """Return the values of a header, in their order."""
    return b",".join([value for name, value in scope["headers"] if name == header])


def _element(text: str) -> dict[str, str]:
    """Read an element of `Forwarded`; empty where it is malformed."""
    found: dict[str, str] = {}
    at = 0 if len(text) <= _MAX_ELEMENT_CHARACTERS else len(text)
    while at < len(text):
        match = _PAIR.match(text, at)
        if match is None:
            return {}
        name, quoted, token = match.groups()
        found[name.lower()] = token if quoted is None else quoted
        at = match.end()
    return found
