"""Which items a filter finds, looked up in the catalog and remembered for a while."""

import time
from collections import OrderedDict
from collections.abc import Collection

from app.domain.catalog.search import SearchTerms
from app.services.ports import CatalogReader, Monotonic

MAX_VERDICTS = 50_000  # some 10 MB
TRUST_SECONDS = 30  # a changed item is judged by what it is now this much later at most


class ItemMatchCache:
    """Answers whether what is sought finds an item. Belongs to one event loop."""

    def __init__(self, catalog: CatalogReader, *, monotonic: Monotonic = time.monotonic) -> None:
        self._monotonic = monotonic
        self._catalog = catalog
        self._verdicts: OrderedDict[tuple[SearchTerms, str], tuple[bool, float]] = OrderedDict()

    def verdict(self, search_terms: SearchTerms, sku: str) -> bool | None:
        """Return what is known of it without asking; None if that is nothing, or out of date."""
        found, expires = self._verdicts.get((search_terms, sku), (None, 0.0))
        return found if self._monotonic() < expires else None

    def forget(self, search_terms: SearchTerms, sku: str) -> None:
        """Look the item up anew when it is asked for: it has just been changed."""
        self._verdicts.pop((search_terms, sku), None)

    async def verdicts(self, search_terms: SearchTerms, skus: Collection[str]) -> dict[str, bool]:
        """Return for each SKU whether its item is found."""
        known = {sku: self.verdict(search_terms, sku) for sku in skus}
        unknown = [sku for sku, verdict in known.items() if verdict is None]
        items = await self._catalog.items(unknown) if unknown else {}
        expires = self._monotonic() + TRUST_SECONDS
        for sku in unknown:
            known[sku] = sku in items and search_terms.finds(items[sku])
            self._verdicts[search_terms, sku] = (bool(known[sku]), expires)
            self._verdicts.move_to_end((search_terms, sku))
        while len(self._verdicts) > MAX_VERDICTS:
            self._verdicts.popitem(last=False)
        return {sku: bool(verdict) for sku, verdict in known.items()}
