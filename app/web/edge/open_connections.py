"""The open HTTP connections of one server, and which of them is evicted where there is no room for another.

Rule: only a connection whose next request has not arrived completely is evicted: an idle one first, else one that is
slow to send a body, in each case the longest. So neither clients that keep connections open, nor strangers that open
them and send nothing, or half a request, lock others out.
"""

from typing import Generic, TypeVar

from app.web.edge.client_counts import ClientCounts

C = TypeVar("C")


class OpenConnections(Generic[C]):
    """The served connections, the idle and the slow among them, and the refused ones that still have to close."""

    def __init__(self, by_address: ClientCounts) -> None:
        self.by_address = by_address
        self.served: set[C] = set()
        self.refused: set[C] = set()
        self._idle: dict[C, float] = {}  # since when, the longest first
        self._slow: dict[C, float] = {}  # whose body is incomplete, since when

    def serve(self, connection: C, *, now: float) -> None:
        """Add a connection, which has sent no request yet."""
        self.served.add(connection)
        self._idle[connection] = now

    def has_head(self, connection: C) -> None:
        """Note that a request has begun."""
        self._idle.pop(connection, None)

    def lacks_body(self, connection: C, *, now: float) -> None:
        """Note that the rest of a body did not arrive with the head."""
        if connection in self.served:
            self._slow.setdefault(connection, now)

    def has_body(self, connection: C) -> None:
        """Note that a request is complete."""
        self._slow.pop(connection, None)

    def rests(self, connection: C, *, now: float) -> None:
        """Note that all its requests are answered."""
        if connection in self.served:
            self._idle[connection] = now

    def first_to_evict(self, *, idle_since: float, slow_since: float) -> C | None:
        """Return the connection that has been idle longest, or slow longest, and since then at least."""
        return _first(self._idle, since=idle_since) or _first(self._slow, since=slow_since)

    def leave(self, connection: C) -> None:
        """Remove a connection."""
        self.served.discard(connection)
        self.refused.discard(connection)
        self._idle.pop(connection, None)
        self._slow.pop(connection, None)


def _first(waiting: dict[C, float], *, since: float) -> C | None:
    connection, began = next(iter(waiting.items()), (None, since))
    return connection if began <= since else None
