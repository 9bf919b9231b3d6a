"""The connections of one server that speak HTTP, and who of them gives way where there is no room for another.

Rule: only a connection whose next request has not come as a whole gives way: one that is idle first, else one that is
slow to send a body, in each case the longest. So clients that keep connections for later, and strangers that open them
and say nothing, or half of something, lock nobody out.
"""

from typing import Generic, TypeVar

C = TypeVar("C")


class OpenConnections(Generic[C]):
    """Those that are served, of them those that are idle, and those that were refused and are still to end."""

    def __init__(self) -> None:
        self.served: set[C] = set()
        self.refused: set[C] = set()
        self._idle: dict[C, float] = {}  # since when, the longest first
        self._slow: dict[C, float] = {}  # of whose body something is missing, since when

    def serve(self, connection: C, *, now: float) -> None:
        """Take a connection in; it has asked nothing yet."""
        self.served.add(connection)
        self._idle[connection] = now

    def has_head(self, connection: C) -> None:
        """Note that a request has begun."""
        self._idle.pop(connection, None)

    def lacks_body(self, connection: C, *, now: float) -> None:
        """Note that the rest of a body did not come with the head."""
        if connection in self.served:
            self._slow.setdefault(connection, now)

    def has_body(self, connection: C) -> None:
        """Note that a request is whole."""
        self._slow.pop(connection, None)

    def rests(self, connection: C, *, now: float) -> None:
        """Note that all it has asked is answered."""
        if connection in self.served:
            self._idle[connection] = now

    def first_to_go(self, *, idle_since: float, slow_since: float) -> C | None:
        """Return the connection that has been idle longest, or slow longest, and since then at least."""
        return _first(self._idle, since=idle_since) or _first(self._slow, since=slow_since)

    def leave(self, connection: C) -> None:
        """Forget a connection."""
        self.served.discard(connection)
        self.refused.discard(connection)
        self._idle.pop(connection, None)
        self._slow.pop(connection, None)


def _first(waiting: dict[C, float], *, since: float) -> C | None:
    connection, began = next(iter(waiting.items()), (None, since))
    return connection if began <= since else None
