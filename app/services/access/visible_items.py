"""Which items a principal sees, looked up in the catalog by their categories."""

import time
from collections.abc import Collection

from app.domain.access.visibility import Visibility
from app.services.ports import CatalogReader, Monotonic

TRUST_SECONDS = 3.0  # how much later at most an item that changes its category is judged by the new one
MAX_VERDICTS = 20_000  # some 3 MB for each visibility that is limited to categories
_OLD = (False, float("-inf"))


class VisibleItems:
    """Tells which items are visible. Belongs to one event loop."""

    def __init__(
        self, catalog: CatalogReader, *, visibility: Visibility, monotonic: Monotonic = time.monotonic
    ) -> None:
        """Look items up in a catalog that shows all of them."""
        self._catalog = catalog
        self._visibility = visibility
        self._monotonic = monotonic
        self._verdicts: dict[str, tuple[bool, float]] = {}

    async def among(self, skus: Collection[str]) -> Collection[str]:
        """Return the items of these that are visible, as they are now. Raises Unavailable."""
        if self._visibility.categories is None or not skus:
            return frozenset(skus)
        found = await self._catalog.items(list(skus))
        return {sku for sku, item in found.items() if self._visibility.shows_category(item.category)}

    def verdict(self, sku: str) -> bool | None:
        """Return whether an item is visible, or was TRUST_SECONDS ago; None where it has to be looked up."""
        if self._visibility.categories is None:
            return True
        is_visible, until = self._verdicts.get(sku, _OLD)
        return is_visible if until > self._monotonic() else None

    async def lately_among(self, skus: Collection[str]) -> Collection[str]:
        """Return the items of these that are visible, or were TRUST_SECONDS ago. Raises Unavailable."""
        if self._visibility.categories is None:
            return frozenset(skus)
        now = self._monotonic()
        known = {sku: verdict for sku in skus if (verdict := self._verdicts.get(sku, _OLD))[1] > now}
        unknown = [sku for sku in skus if sku not in known]
        visible = await self.among(unknown)
        if len(self._verdicts) > MAX_VERDICTS:
            self._verdicts.clear()
        self._verdicts |= {sku: (sku in visible, now + TRUST_SECONDS) for sku in unknown}
        return {*visible, *(sku for sku, (is_visible, _) in known.items() if is_visible)}
