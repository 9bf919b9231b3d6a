"""Parses hosts and origins, as browsers send them and as operators list them (RFC 3986, RFC 6454).

Rule: two spellings of one host or one origin are equal once they are parsed; any other text is None.
"""

import re
from functools import lru_cache
from ipaddress import ip_address
from typing import NamedTuple

ANY = "*"

_MAX_CHARACTERS = 300  # a DNS name has 253 at most
_REMEMBERED = 1_024  # cached: a server has few names, and few pages call it
_DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}

_AUTHORITY = re.compile(r"(?:(?P<name>[a-z0-9._-]+)|\[(?P<ipv6>[0-9a-f:.]+)\])(?::(?P<port>[0-9]{0,5}))?")
_ORIGIN = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*)://(?P<authority>[^/]+)")


class Authority(NamedTuple):
    """A host, and its port where one is named."""

    host: str
    port: int | None = None

    @property
    def is_address(self) -> bool:
        """Tell whether the host is an IP address, behind which there is no DNS name."""
        return _is_address(self.host)

    @property
    def is_loopback(self) -> bool:
        """Tell whether browsers take the host for their own machine, whatever DNS says."""
        return self.host == "localhost" or (self.is_address and ip_address(self.host).is_loopback)


class Origin(NamedTuple):
    """The origin of a page (RFC 6454); its port is filled in for the schemes that have a default."""

    scheme: str
    host: str
    port: int | None


@lru_cache(maxsize=_REMEMBERED)
def parse_authority(text: str) -> Authority | None:
    """Read `host`, `host:port` or `[ipv6]:port`; None if it is something else."""
    match = _AUTHORITY.fullmatch(text.lower()) if len(text) <= _MAX_CHARACTERS and text.isascii() else None
    if match is None:
        return None
    host = _canonical_ipv6(match["ipv6"]) if match["ipv6"] else match["name"].removesuffix(".")
    port = int(match["port"]) if match["port"] else None
    if not host or ".." in f".{host}" or (port or 0) > 65_535:  # noqa: PLR2004 - the largest there is
        return None
    return Authority(host, port)


def parse_host(text: str) -> str | None:
    """Read a host without a port, an IPv6 address with or without its brackets; None if it is something else."""
    authority = parse_authority(f"[{text}]" if text.count(":") > 1 and text[0] != "[" else text)
    return None if authority is None or authority.port is not None else authority.host


@lru_cache(maxsize=_REMEMBERED)
def parse_origin(text: str) -> Origin | None:
    """Read `scheme://host:port`; None if it is something else, `null` too."""
    match = _ORIGIN.fullmatch(text.lower()) if len(text) <= _MAX_CHARACTERS else None
    authority = parse_authority(match["authority"]) if match else None
    if match is None or authority is None:
        return None
    return Origin(match["scheme"], authority.host, authority.port or _DEFAULT_PORTS.get(match["scheme"]))


def is_encrypted(url: str) -> bool:
    """Tell whether what a URL leads to cannot be read or changed on its way: by TLS, or on this machine."""
    scheme, separator, rest = url.partition("://")
    authority = parse_authority(re.split(r"[/?#]", rest, maxsplit=1)[0]) if separator else None
    if authority is None:
        return False
    return scheme == "https" or (scheme == "http" and authority.is_loopback)


def serialised(origin: Origin) -> str:
    """Return an origin as browsers write it: without the default port."""
    host = f"[{origin.host}]" if ":" in origin.host else origin.host
    is_default = origin.port is None or origin.port == _DEFAULT_PORTS.get(origin.scheme)
    return f"{origin.scheme}://{host}" if is_default else f"{origin.scheme}://{host}:{origin.port}"


def _canonical_ipv6(text: str) -> str:
    try:
        address = ip_address(text)
    except ValueError:
        return ""
    return address.compressed if address.version == 6 else ""  # noqa: PLR2004 - the version of the protocol


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
