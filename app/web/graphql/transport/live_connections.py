"""The connections of one process that stay open: websockets and event streams, by the address of their clients.

Rule: both count alike, so that no client gets more of a process by choosing the other.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum

from starlette.types import Scope

from app.web.edge.client_counts import ClientCounts, counted_address
from app.web.edge.counted import count_refusal
from app.web.graphql.transport.limits import Limits


class TooManyConnections(Enum):
    """Why there is no room for another one; the value is the sentence for its client."""

    IN_PROCESS = "Too many connections: try again later."
    FOR_ADDRESS = "Too many connections from this address: try again later."


class LiveConnections:
    """How many are open, and whether there may be one more."""

    def __init__(self, limits: Limits) -> None:
        self.count = 0
        self._maximum = limits.max_connections
        self._by_address = ClientCounts(
            maximum=limits.max_connections_per_address,
            new_per_second=limits.connects_per_second,
            new_at_once=limits.connects_at_once,
        )

    @contextmanager
    def counted(self, scope: Scope) -> Iterator[TooManyConnections | None]:
        """Count a connection meanwhile; yield why there is no room for it, or None."""
        self.count += 1
        try:
            if self.count > self._maximum:
                count_refusal(scope.get("state", {}), "live_connections")
                yield TooManyConnections.IN_PROCESS
                return
            with self._by_address.counted(counted_address(scope)) as has_room:
                if not has_room:
                    count_refusal(scope.get("state", {}), "live_connections_of_address")
                yield None if has_room else TooManyConnections.FOR_ADDRESS
        finally:
            self.count -= 1
