"""The encoded results of events, kept for a moment: for all who select the same, whatever their filter.

Rule: a result is used for a second. What an event says of itself never changes; the names beside it may.
"""

from collections.abc import Hashable
from time import monotonic

KEPT_SECONDS = 1.0
MAX_KEPT_BYTES = 16_777_216  # of one process: a second of 20,000 events


class RecentResults:
    """The results of one process."""

    def __init__(self, *, max_bytes: int = MAX_KEPT_BYTES) -> None:
        self._max_bytes = max_bytes
        self._kept: dict[Hashable, tuple[bytes, float]] = {}  # the oldest first
        self._bytes = 0

    def __len__(self) -> int:
        return len(self._kept)

    def find(self, key: Hashable) -> bytes | None:
        """Return a result that is a second old at most."""
        found = self._kept.get(key)
        return None if found is None or found[1] < monotonic() - KEPT_SECONDS else found[0]

    def keep(self, key: Hashable, result: bytes) -> None:
        """Keep a result, and drop what is too old or too much."""
        now = monotonic()
        if (earlier := self._kept.pop(key, None)) is not None:
            self._bytes -= len(earlier[0])
        self._kept[key] = result, now
        self._bytes += len(result)
        while self._kept:
            oldest = next(iter(self._kept))
            kept, at = self._kept[oldest]
            if at >= now - KEPT_SECONDS and self._bytes <= self._max_bytes:
                return
            del self._kept[oldest]
            self._bytes -= len(kept)
