"""The port through which suppliers and their offers are found, and what lists of them may be narrowed to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

from app.domain.document import DocumentKind
from app.domain.purchasing.supplier import Supplier, SupplierItem
from app.services.paging import Page, PageRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierFilter:
    """Suppliers that are archived, or those that are not. None narrows nothing."""

    kind: ClassVar[DocumentKind] = DocumentKind.SUPPLIER

    is_archived: bool | None = None

    def matches(self, supplier: Supplier) -> bool:
        return self.is_archived in (None, supplier.is_archived)


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferFilter:
    """What one supplier offers. What was removed is no offer any more."""

    kind: ClassVar[DocumentKind] = DocumentKind.SUPPLIER_ITEM

    supplier: str

    def matches(self, offer: SupplierItem) -> bool:
        return offer.supplier == self.supplier and not offer.is_removed


class SupplyReader(Protocol):
    """Reads suppliers and their offers. All methods raise Unavailable."""

    async def offers_of(self, skus: Sequence[str]) -> Mapping[str, Sequence[SupplierItem]]:
        """Return what is offered of these items, archived suppliers included, by SKU, then by the supplier's code.

        An item that nobody offers is left out.
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
