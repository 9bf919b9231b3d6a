"""A cache of which items match which search terms, looked up in the catalog."""

import time
from collections import OrderedDict
from collections.abc import Collection

from app.domain.catalog.search import SearchTerms
from app.services.ports import CatalogReader, Monotonic

MAX_VERDICTS = 50_000  # some 28 MB
TRUST_SECONDS = 30  # how much later at most a changed item is judged by its new state


class ItemMatchCache:
    """Tells whether search terms match an item. Belongs to one event loop."""

    def __init__(self, catalog: CatalogReader, *, monotonic: Monotonic = time.monotonic) -> None:
        self._monotonic = monotonic
        self._catalog = catalog
        self._verdicts: OrderedDict[tuple[SearchTerms, str], tuple[bool, float]] = OrderedDict()
        self.hits = self.misses = 0

    def __len__(self) -> int:
        return len(self._verdicts)

    def verdict(self, search_terms: SearchTerms, sku: str) -> bool | None:
        """Return the cached verdict; None where there is none, or where it is out of date."""
        found, expires = self._verdicts.get((search_terms, sku), (None, 0.0))
        if self._monotonic() < expires:
            self.hits += 1
            return found
        self.misses += 1
        return None

    def forget(self, search_terms: SearchTerms, sku: str) -> None:
        """Drop the verdict: the item has just been changed."""
        self._verdicts.pop((search_terms, sku), None)

    async def verdicts(self, search_terms: SearchTerms, skus: Collection[str]) -> dict[str, bool]:
        """Return for each SKU whether its item matches."""
        known = {sku: self.verdict(search_terms, sku) for sku in skus}
        unknown = [sku for sku, verdict in known.items() if verdict is None]
        items = await self._catalog.items(unknown) if unknown else {}
        expires = self._monotonic() + TRUST_SECONDS
        for sku in unknown:
            known[sku] = sku in items and search_terms.match(items[sku])
            self._verdicts[search_terms, sku] = (bool(known[sku]), expires)
            self._verdicts.move_to_end((search_terms, sku))
        while len(self._verdicts) > MAX_VERDICTS:
            self._verdicts.popitem(last=False)
        return {sku: bool(verdict) for sku, verdict in known.items()}
