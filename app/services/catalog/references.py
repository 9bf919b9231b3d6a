"""Reads the items and locations to which visible rows refer.

Rule: a visible row shows what it refers to, also where that has become invisible a moment ago. Of a location that is
not visible, such as the other end of a transfer, it shows no more than code, name and kind.
"""

from collections.abc import Mapping, Sequence

from app.domain.access.visibility import Visibility
from app.domain.catalog.catalog import Item, Location
from app.domain.time import NEVER
from app.services.ports import CatalogReader


class References:
    """Reads what rows refer to. All methods raise Unavailable."""

    def __init__(self, *, catalog: CatalogReader, visibility: Visibility) -> None:
        """Take the catalog of everything."""
        self._catalog = catalog
        self._visibility = visibility

    @property
    def are_limited(self) -> bool:
        """Whether a reference may show less than a look-up would find, or find what a look-up does not."""
        return self._visibility.is_limited

    async def items(self, skus: Sequence[str]) -> Mapping[str, Item]:
        """Return the items that exist, by SKU."""
        return await self._catalog.items(skus)

    async def locations(self, codes: Sequence[str]) -> Mapping[str, Location]:
        """Return the locations that exist, by code."""
        found = await self._catalog.locations(codes)
        return {code: self._shown(location) for code, location in found.items()}

    def _shown(self, location: Location) -> Location:
        if self._visibility.shows_location(location.code):
            return location
        return Location(code=location.code, name=location.name, kind=location.kind, created_at=NEVER, updated_at=NEVER)
