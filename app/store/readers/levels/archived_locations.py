"""Caches the codes of archived locations, so that not every read of levels queries them.

Rule: they are cached for less than the lease of a location, and a request that archives or restores one is answered
only when the lease has expired. So once a change is acknowledged, no process shows the old state.
"""

from collections.abc import Callable
from typing import Final

from pymongo import ASCENDING, IndexModel

from app.services.catalog.catalog import LOCATION_LEASE_SECONDS
from app.store.driver.client import Collection

# There are few, and a partial index finds them without reading the others.
ARCHIVED: Final = IndexModel(
    [("is_archived", ASCENDING)], name="archived", partialFilterExpression={"is_archived": True}
)


async def archived_codes(locations: Collection) -> frozenset[str]:
    """Return the codes of the locations that are archived now."""
    found = locations.find({"is_archived": True}, {"_id": 1}, hint="archived")
    return frozenset([stored["_id"] for stored in await found.to_list(None)])


class ArchivedLocations:
    """The codes of archived locations, as they were less than a lease ago."""

    def __init__(self, locations: Collection, *, monotonic: Callable[[], float]) -> None:
        """Count the seconds of `monotonic`."""
        self._locations = locations
        self._monotonic = monotonic
        self._cached: tuple[float, frozenset[str]] = (0.0, frozenset())

    async def codes(self) -> frozenset[str]:
        """Return their codes."""
        now = self._monotonic()
        until, found = self._cached
        if now >= until:
            found = await archived_codes(self._locations)
            self._cached = (now + LOCATION_LEASE_SECONDS, found)
        return found
