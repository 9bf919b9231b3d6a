"""The connections of one server that speak HTTP, and who of them gives way where there is no room for another.

Rule: only who waits for nothing gives way: a connection whose next request has not come as a whole, the longest idle
first. So clients that keep connections for later, and strangers that open them and say nothing, lock nobody out.
"""

from typing import Generic, TypeVar

C = TypeVar("C")


class OpenConnections(Generic[C]):
    """Those that are served, of them those that are idle, and those that were refused and are still to end."""

    def __init__(self) -> None:
        self.served: set[C] = set()
        self.refused: set[C] = set()
        self._idle: dict[C, float] = {}  # since when, the longest first

    def serve(self, connection: C, *, now: float) -> None:
        """Take a connection in; it has asked nothing yet."""
        self.served.add(connection)
        self._idle[connection] = now

    def is_busy(self, connection: C) -> None:
        """Note that a request has come."""
        self._idle.pop(connection, None)

    def rests(self, connection: C, *, now: float) -> None:
        """Note that all it has asked is answered."""
        if connection in self.served:
            self._idle[connection] = now

    def longest_idle(self, *, since: float) -> C | None:
        """Return the connection that has been idle longest, and since then at least."""
        connection, began = next(iter(self._idle.items()), (None, since))
        return connection if began <= since else None

    def leave(self, connection: C) -> None:
        """Forget a connection."""
        self.served.discard(connection)
        self.refused.discard(connection)
        self._idle.pop(connection, None)
