"""What has come back of a sale, where returns name it.

Rule: no more of an item comes back than was sold under the reference. It is a document of its own, so that two returns
of one sale, at whichever locations, exclude each other.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from app.domain.document import Document, DocumentKey, DocumentKind


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleReturns(Document):
    """The units that came back of the sale whose reference is the id, by SKU."""

    kind: ClassVar[DocumentKind] = DocumentKind.SALE_RETURNS
    is_published: ClassVar[bool] = False

    units: tuple[tuple[str, int], ...] = ()

    def returned(self, sku: str) -> int:
        """Return how many units of an item came back."""
        return dict(self.units).get(sku, 0)

    def plus(self, more: Mapping[str, int]) -> "SaleReturns":
        """Return it after more units of some items came back."""
        units = dict(self.units)
        for sku, quantity in more.items():
            units[sku] = units.get(sku, 0) + quantity
        return replace(self, units=tuple(units.items()))


def sale_returns_key(reference: str) -> DocumentKey:
    """Return the key of what came back of a sale, by its reference."""
    return DocumentKey(DocumentKind.SALE_RETURNS, reference)
