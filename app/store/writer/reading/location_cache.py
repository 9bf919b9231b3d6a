"""Caches locations for a moment, so that not every batch reads them (ADR 7).

Rule: a location is trusted for less than the lease, counted from before it was read; and a request that archives or
restores one is answered only when the lease has expired. So once a change is acknowledged, no process decides by the
old state.
"""

from collections.abc import Callable, Iterable

from app.domain.catalog.catalog import Location
from app.services.catalog.catalog import LOCATION_LEASE_SECONDS
from app.store.driver.client import Collection
from app.store.mapping.catalog import location_of

MAX_LOCATIONS = 10_000  # more than any installation has; it bounds the memory of a process


class LocationCache:
    """Locations by code, each as it was less than a lease ago."""

    def __init__(self, locations: Collection, *, monotonic: Callable[[], float]) -> None:
        """Count the seconds of `monotonic`."""
        self._locations = locations
        self._monotonic = monotonic
        self._leased: dict[str, tuple[float, Location]] = {}

    async def get(self, codes: Iterable[str]) -> dict[str, Location]:
        """Return the locations that exist, by code."""
        now = self._monotonic()
        found: dict[str, Location] = {}
        unknown: list[str] = []
        for code in codes:
            until, location = self._leased.get(code, (0.0, None))
            if location is not None and now < until:
                found[code] = location
            else:
                unknown.append(code)
        if unknown:
            found |= await self._read(unknown, until=now + LOCATION_LEASE_SECONDS)
        return found

    def forget(self, codes: Iterable[str]) -> None:
        """Read these locations again next time: they were changed here."""
        for code in codes:
            self._leased.pop(code, None)

    async def _read(self, codes: list[str], *, until: float) -> dict[str, Location]:
        if len(self._leased) + len(codes) > MAX_LOCATIONS:
            self._leased.clear()
        documents = await self._locations.find({"_id": {"$in": codes}}, batch_size=len(codes) + 1).to_list(None)
        found = {document["_id"]: location_of(document) for document in documents}
        self._leased |= {code: (until, location) for code, location in found.items()}
        return found
