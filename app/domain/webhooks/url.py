"""Checks of a webhook's URL, and of the addresses behind its host name (SSRF protection).

Rule: a URL of a partner never reaches the installation's own network. The URL is checked when it is set; the resolved
addresses are checked by the same function when connecting.
"""

import re
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from app.domain.errors import Field, InvalidValue, InventoryError
from app.domain.limits import MAX_WEBHOOK_URL_LENGTH

_URL = re.compile(
    r"https?://"
    r"(?:\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?)"  # no user and no password before the host
    r"(?::[0-9]{1,5})?"
    r"(?:[/?][!$-;=?-Z\[\]_a-z~%]*)?",  # ASCII without blanks, quotes, backslashes; no fragment
    re.IGNORECASE,
)
_RULE = (
    f"must be an absolute URL of at most {MAX_WEBHOOK_URL_LENGTH} ASCII characters, without user, password and fragment"
)
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.IGNORECASE)  # as the last label, it makes the host an address
_LOCAL_NAMES = ("localhost", "local", "internal")
_UNICAST = IPv6Network("2000::/3")  # the globally allocated range of IPv6
# Special ones that Python's own tables have not had from the beginning: RFC 6890, RFC 7526, RFC 9637.
_SPECIAL_4 = (IPv4Network("192.0.0.0/24"), IPv4Network("192.88.99.0/24"))
_SPECIAL_6 = IPv6Network("3fff::/20")
_MAX_PORT = 65_535


def url_errors(url: str, *, allow_private: bool, field: Field = ("url",)) -> Iterator[InventoryError]:
    """Check a URL: https to a public host, unless private ones are allowed."""
    if len(url) > MAX_WEBHOOK_URL_LENGTH or not _URL.fullmatch(url) or not _is_port(url):
        yield InvalidValue(what="The URL", rule=_RULE, field=field)
        return
    if allow_private:
        return
    parts = urlsplit(url)
    if parts.scheme != "https":
        yield InvalidValue(what="The URL", rule="must begin with https://", field=field)
    if _is_private(parts.hostname or ""):
        yield InvalidValue(what="The host of the URL", rule="must not be of a private network", field=field)


def is_public(address: str) -> bool:
    """Tell whether an IP address is on the public internet, including the addresses embedded in it."""
    try:
        ip = ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        return _is_public_6(ip)
    return _is_public_4(ip)


def _is_public_4(ip: IPv4Address) -> bool:
    is_special = ip.is_multicast or ip.is_reserved or any(ip in network for network in _SPECIAL_4)
    return ip.is_global and not is_special


def _is_public_6(ip: IPv6Address) -> bool:
    within = ip.ipv4_mapped or ip.sixtofour
    if within is not None:
        return _is_public_4(within)
    return ip in _UNICAST and ip not in _SPECIAL_6 and ip.is_global


def _is_port(url: str) -> bool:
    try:
        port = urlsplit(url).port
    except ValueError:
        return False
    return port is None or 1 <= port <= _MAX_PORT


def _is_private(host: str) -> bool:
    """Tell whether the host is an address or number that is not public. Programs parse numbers differently."""
    last = host.rpartition(".")[2]
    if ":" in host or _NUMBER.fullmatch(last):
        return not is_public(host)
    return last in _LOCAL_NAMES
