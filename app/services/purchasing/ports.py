"""The port that reads suppliers and their offers."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from app.domain.purchasing.supplier import Supplier, SupplierItem
from app.services.paging import Page, PageRequest
from app.services.purchasing.filters import OfferFilter, SupplierFilter


class SupplyReader(Protocol):
    """Reads suppliers and their offers. All methods raise Unavailable."""

    async def offers_of(self, skus: Sequence[str]) -> Mapping[str, Sequence[SupplierItem]]:
        """Return the offers of these items, archived suppliers included, by SKU, then by the supplier's code.

        An item without an offer is left out.
        """

    async def page_of_offers(self, where: OfferFilter, *, page: PageRequest) -> Page[SupplierItem]:
        """Return a page of offers by SKU. Positions are (sku,)."""

    async def count_offers(self, where: OfferFilter) -> int:
        """Return how many offers match."""

    async def page_of_suppliers(self, where: SupplierFilter, *, page: PageRequest) -> Page[Supplier]:
        """Return a page of suppliers by code. Positions are (code,)."""

    async def suppliers_alike(self, code: str) -> Sequence[Supplier]:
        """Return the suppliers whose codes are this one where case does not count; 100 at most."""

    async def count_suppliers(self, where: SupplierFilter) -> int:
        """Return how many suppliers match."""
