"""Remembers which locations are archived for a moment, so that not every read of levels asks.

Rule: they are known for less than the lease of a location, and whoever archives or restores one is answered only when
the lease has run out. So once a change is acknowledged, no process shows the old state.
"""

from collections.abc import Callable
from typing import Final

from pymongo import ASCENDING, IndexModel

from app.services.catalog.catalog import LOCATION_LEASE_SECONDS
from app.store.client import Collection

# There are few, and they are found without looking at the others.
ARCHIVED: Final = IndexModel(
    [("is_archived", ASCENDING)], name="archived", partialFilterExpression={"is_archived": True}
)


async def archived_codes(locations: Collection) -> frozenset[str]:
    """Return the codes of the locations that are archived now."""
    found = locations.find({"is_archived": True}, {"_id": 1}, hint="archived")
    return frozenset([stored["_id"] for stored in await found.to_list(None)])


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
            found = await archived_codes(self._locations)
            self._known = (now + LOCATION_LEASE_SECONDS, found)
        return found
