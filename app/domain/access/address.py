"""Addresses of clients, and which of them count as one client."""

import re
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address

_IPV6_PREFIX = 64  # what a provider gives to one household or one machine, which may use any address in it
_REMEMBERED = 4_096
_MAX_CHARACTERS = 64  # an IPv6 with a zone and a port has fewer; what is longer is not looked at, nor remembered

_WITH_PORT = re.compile(r"\[(?P<ipv6>[^\]]*)\](?::\d{1,5})?|(?P<ipv4>[0-9.]+):\d{1,5}")


def parse_address(text: str) -> Address | None:
    """Read an address, with or without a port; None if it is something else. An IPv4 within an IPv6 is the IPv4."""
    return _parsed(text) if len(text) <= _MAX_CHARACTERS else None


@lru_cache(maxsize=_REMEMBERED)
def _parsed(text: str) -> Address | None:
    match = _WITH_PORT.fullmatch(text)
    bare = (match["ipv6"] or match["ipv4"] or "") if match else text
    try:
        address = ip_address(bare.partition("%")[0])
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


@lru_cache(maxsize=_REMEMBERED)
def address_group(address: str) -> str:
    """Return what limits count together with an address: of IPv6 its network of 64 bits, all of which one client has.

    An address of IPv4, or a text that is no address, stands for itself.
    """
    parsed = parse_address(address)
    if isinstance(parsed, IPv6Address):
        return str(IPv6Network((int(parsed) >> _IPV6_PREFIX << _IPV6_PREFIX, _IPV6_PREFIX)))
    return address
