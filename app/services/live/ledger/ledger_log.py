"""The log of a stream of the ledger: every event in its order, and a limited number of them."""

from collections.abc import Sequence
from typing import Generic, TypeVar

from app.services.live.stream import Entry, Event, FellBehind

E = TypeVar("E", bound=Event)


class LedgerLog(Generic[E]):
    """Events by position."""

    def __init__(self, *, maximum: int) -> None:
        self.end = 0
        self._maximum = maximum
        self._entries: list[Entry[E]] = []  # of consecutive positions, up to twice as many as are kept

    def extend(self, events: Sequence[E]) -> None:
        """Keep more events."""
        self._entries += [Entry(position, event) for position, event in enumerate(events, start=self.end + 1)]
        self.end += len(events)
        if len(self._entries) > 2 * self._maximum:
            del self._entries[: -self._maximum]

    def after(self, position: int, *, maximum: int) -> Sequence[Entry[E]]:
        """Return the next entries behind a position. Raises FellBehind."""
        behind = self.end - position
        if behind <= 0:
            return ()
        if behind > self._maximum or behind > len(self._entries):
            raise FellBehind
        start = len(self._entries) - behind
        return self._entries[start : start + maximum]
