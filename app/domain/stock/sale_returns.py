"""Returns of a sale, where they name it.

Rule: no more units of an item are returned than were sold under the reference. They are a document of their own, so
that concurrent returns of one sale conflict, at any locations.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from app.domain.access.visibility import Visibility
from app.domain.document import Document, DocumentKey, DocumentKind


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleReturns(Document):
    """The returned units of the sale whose reference is the id, by SKU."""

    kind: ClassVar[DocumentKind] = DocumentKind.SALE_RETURNS
    is_published: ClassVar[bool] = False

    units: tuple[tuple[str, int], ...] = ()

    def is_within(self, visibility: Visibility) -> bool:
        return True  # only the sale of new returns reads it

    def returned(self, sku: str) -> int:
        """Return the returned units of an item."""
        return dict(self.units).get(sku, 0)

    def plus(self, more: Mapping[str, int]) -> "SaleReturns":
        """Return it after more returned units."""
        units = dict(self.units)
        for sku, quantity in more.items():
            units[sku] = units.get(sku, 0) + quantity
        return replace(self, units=tuple(units.items()))


def sale_returns_key(reference: str) -> DocumentKey:
    """Return the key of the returns of a sale, by its reference."""
    return DocumentKey(DocumentKind.SALE_RETURNS, reference)
