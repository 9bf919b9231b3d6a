"""Where Redis is, as STOCKPULSE_REDIS_URL says it: one server, the master that Sentinels know, or a Cluster (ADR 47).

Rule: the forms with several hosts are written as other Python libraries write them, and their options are those of the
plain form. A sentence about a URL never quotes it: it may hold a password.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, NamedTuple, Self
from urllib.parse import quote, unquote, urlsplit

from redis.asyncio.connection import parse_url

FORMS = (
    "redis://user:password@host:6379/0",
    "redis+sentinel://user:password@sentinel1:26379,sentinel2:26379/name-of-the-master",
    "redis+cluster://user:password@node1:6379,node2:6379",
)


class Topology(Enum):
    """Who says which server takes what is written."""

    SERVER = "redis"
    SENTINEL = "redis+sentinel"
    CLUSTER = "redis+cluster"


_DEFAULT_PORTS = {Topology.SENTINEL: 26379, Topology.CLUSTER: 6379}


class Node(NamedTuple):
    """A server that may be asked."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RedisAddress:
    """A URL, understood. `options` are those of a connection, without the host and what comes from TLS itself."""

    topology: Topology
    nodes: tuple[Node, ...]
    is_encrypted: bool = False
    master: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    sentinel_options: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def parse(cls, url: str) -> Self:
        """Return what a URL says. Raises ValueError with a sentence that holds nothing of it."""
        scheme, _, rest = url.partition("://")
        encrypted = scheme.lower().startswith("rediss")
        try:
            topology = Topology.SERVER if scheme == "unix" else Topology(scheme.lower().replace("rediss", "redis", 1))
        except ValueError:
            raise ValueError("its scheme is another") from None
        if topology is Topology.SERVER:
            _options_of(url)
            return cls(topology=topology, nodes=(), is_encrypted=encrypted)
        place, _, query = rest.partition("?")
        account, at, place = place.rpartition("@")
        hosts, _, path = place.partition("/")
        nodes = tuple(_node(host.strip(), topology) for host in hosts.split(",") if host.strip())
        if not nodes:
            raise ValueError("it names no host")
        options = _options_of(f"redis://{account}{at}host?{query}")
        del options["host"]
        parts = _of_sentinel(path, options) if topology is Topology.SENTINEL else _of_cluster(path, options)
        return cls(topology=topology, nodes=nodes, is_encrypted=encrypted, **parts)


def redis_name(namespace: str, what: str) -> str:
    """Return the name of a key or channel of an installation.

    In a Cluster all of one installation are in one slot, so that one script may use several of them (ADR 47).
    """
    return f"{{{quote(namespace, safe='')}}}:{what}"


def _options_of(url: str) -> dict[str, Any]:
    try:
        return dict(parse_url(url))
    except ValueError:  # it may quote a password that was not percent-encoded
        raise ValueError("it cannot be read: what is special in a password is percent-encoded") from None


def _node(text: str, topology: Topology) -> Node:
    parts = urlsplit(f"//{text}")
    try:
        port = parts.port
    except ValueError:
        raise ValueError("a port in it is no number up to 65535") from None
    if not parts.hostname:
        raise ValueError("a host in it has no name")
    return Node(unquote(parts.hostname), port or _DEFAULT_PORTS[topology])


def _of_cluster(path: str, options: dict[str, Any]) -> dict[str, Any]:
    if path.strip("/") not in {"", "0"} or options.pop("db", 0):
        raise ValueError("a Cluster has no numbered databases: it ends after the hosts")
    return {"options": options}


def _of_sentinel(path: str, options: dict[str, Any]) -> dict[str, Any]:
    master, _, number = path.strip("/").partition("/")
    if not master:
        raise ValueError("it does not end with /name-of-the-master, as the Sentinels call it")
    if number and not number.isdecimal():
        raise ValueError("what follows the name of the master is no number of a database")
    if number:
        options["db"] = int(number)
    asked = {name.removeprefix("sentinel_"): options.pop(name) for name in [*options] if name.startswith("sentinel_")}
    tls = {name: value for name, value in options.items() if name.startswith("ssl_")}
    return {"master": unquote(master), "options": options, "sentinel_options": tls | asked}
