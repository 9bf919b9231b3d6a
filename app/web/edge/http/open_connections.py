"""The open HTTP connections of one server: which is served, and which is evicted where there is no room for another.

Rule: only a connection whose next request has not arrived completely is evicted: an idle one first, else one that is
slow to send a body, in each case the longest. So neither clients that keep connections open, nor strangers that open
them and send nothing, or half a request, lock others out.
"""

from typing import Any, Final, Generic, Protocol, TypeVar
from weakref import WeakKeyDictionary

from app.web.edge.client_counts import ClientCounts
from app.web.edge.http.http_limits import HttpLimits
from app.web.edge.refusal import Refusal

_SECONDS_UNTIL_THERE_IS_ROOM: Final = 2
_LATER: Final = ((b"retry-after", str(_SECONDS_UNTIL_THERE_IS_ROOM).encode()),)

NO_ROOM: Final = Refusal(503, "Too many connections: try again later.", "OVERLOADED", headers=_LATER)
TOO_MANY_OF_ONE: Final = Refusal(
    429, "Too many connections from this address: try again later.", "THROTTLED", headers=_LATER
)


class Evictable(Protocol):
    """A connection that may be closed to make room for another."""

    def evict(self) -> None:
        """Close, and leave."""


C = TypeVar("C", bound=Evictable)


class OpenConnections(Generic[C]):
    """The served connections, the idle and the slow among them, and the refused ones that still have to close."""

    def __init__(self, limits: HttpLimits, *, maximum: int | None) -> None:
        """Serve at most a `maximum`, of one address a part of it; None for any number."""
        self._limits, self._maximum = limits, maximum
        self._by_address = ClientCounts(
            maximum=None if maximum is None else max(1, maximum * limits.address_percent // 100),
            new_per_second=limits.address_connects_per_second,
            new_at_once=limits.address_connects_at_once,
        )
        self._counted_as: dict[C, str] = {}
        self._served: set[C] = set()
        self._refused: set[C] = set()
        self._idle: dict[C, float] = {}  # since when, the longest first
        self._slow: dict[C, float] = {}  # whose body is incomplete, since when

    def __len__(self) -> int:
        """Return how many are served."""
        return len(self._served)

    def admit(self, connection: C, *, client: str | None, now: float) -> Refusal | None:
        """Serve a new connection of a client, perhaps in the place of another; return why it is refused, or None.

        None as the client is not counted.
        """
        if client is not None:
            if not self._by_address.add(client):
                return TOO_MANY_OF_ONE
            self._counted_as[connection] = client
        if self._maximum is not None and len(self._served) >= self._maximum:
            first = self._first_to_evict(now)
            if first is None:
                return NO_ROOM
            first.evict()
        self._served.add(connection)
        self._idle[connection] = now
        return None

    def refuse(self, connection: C) -> bool:
        """Add a refused connection; return False, and add nothing, where it has to be closed at once."""
        if len(self._refused) >= self._limits.max_refused:
            return False
        self._refused.add(connection)
        return True

    def has_head(self, connection: C) -> None:
        """Note that a request has begun."""
        self._idle.pop(connection, None)

    def lacks_body(self, connection: C, *, now: float) -> None:
        """Note that the rest of a body did not arrive with the head."""
        if connection in self._served:
            self._slow.setdefault(connection, now)

    def has_body(self, connection: C) -> None:
        """Note that a request is complete."""
        self._slow.pop(connection, None)

    def rests(self, connection: C, *, now: float) -> None:
        """Note that all its requests are answered."""
        if connection in self._served:
            self._idle[connection] = now

    def leave(self, connection: C) -> None:
        """Remove a connection."""
        self._served.discard(connection)
        self._refused.discard(connection)
        self._idle.pop(connection, None)
        self._slow.pop(connection, None)
        client = self._counted_as.pop(connection, None)
        if client is not None:
            self._by_address.remove(client)

    def _first_to_evict(self, now: float) -> C | None:
        """Return the connection that has been idle longest, or slow longest, and long enough."""
        limits = self._limits
        idle = _first(self._idle, since=now - limits.undisturbed_seconds)
        return idle or _first(self._slow, since=now - limits.undisturbed_body_seconds)


def _first(waiting: dict[C, float], *, since: float) -> C | None:
    connection, began = next(iter(waiting.items()), (None, since))
    return connection if began <= since else None


_of_servers: WeakKeyDictionary[object, OpenConnections[Any]] = WeakKeyDictionary()


def connections_of(server: object, limits: HttpLimits, *, maximum: int | None) -> OpenConnections[Any]:
    """Return the open connections of a server of this process, which has none at first."""
    found = _of_servers.get(server)
    if found is None:
        found = _of_servers[server] = OpenConnections(limits, maximum=maximum)
    return found


def served_connections() -> int:
    """Return how many connections the servers of this process have open, without streams and websockets."""
    return sum(len(each) for each in _of_servers.values())
