"""Remembers which locations are archived for a moment, so that not every read of levels asks.

Rule: they are known for less than the lease of a location, and whoever archives or restores one is answered only when
the lease has run out. So once a change is acknowledged, no process shows the old state.
"""

from collections.abc import Callable

from app.services.catalog import LOCATION_LEASE_SECONDS
from app.store.client import Collection


class ArchivedLocations:
    """The codes of archived locations, as they were less than the lease ago. There are few."""

    def __init__(self, locations: Collection, *, monotonic: Callable[[], float]) -> None:
        """Count the seconds of `monotonic`."""
        self._locations = locations
        self._monotonic = monotonic
        self._known: tuple[float, frozenset[str]] = (0.0, frozenset())

    async def codes(self) -> frozenset[str]:
        """Return their codes."""
        now = self._monotonic()
        until, found = self._known
        if now >= until:
            stored = await self._locations.find({"is_archived": True}, {"_id": 1}).to_list(None)
            found = frozenset(each["_id"] for each in stored)
            self._known = (now + LOCATION_LEASE_SECONDS, found)
        return found
