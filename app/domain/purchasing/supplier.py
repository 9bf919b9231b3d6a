"""Suppliers, and the terms on which they sell items.

Rule: each offer is a document of its own, so that a change of terms and an order at the same moment conflict. Suppliers
are archived and offers removed, never deleted: orders name them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from app.domain.access.visibility import Visibility
from app.domain.catalog.search import index_of
from app.domain.document import Document, DocumentKey, DocumentKind
from app.domain.money import Money
from app.domain.purchasing.rounding import round_to_packs


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplier(Document):
    """A supplier. Its id is its code.

    `lead_time_days` pass from an order to its arrival. `ordering_cost` is the fixed cost of placing one order; an order
    is worth at least `minimum_order_value`. With `auto_submit`, automatic orders are submitted without a user.
    """

    kind: ClassVar[DocumentKind] = DocumentKind.SUPPLIER

    name: str
    email: str | None = None
    lead_time_days: int = 0
    ordering_cost: Money | None = None
    minimum_order_value: Money | None = None
    auto_submit: bool = False
    is_archived: bool = False

    def is_within(self, visibility: Visibility) -> bool:
        return True

    @property
    def code(self) -> str:
        """Its code, which is its id."""
        return self.id

    @property
    def words(self) -> tuple[str, ...]:
        """The longer words of its code and name, folded: see app.domain.catalog.search."""
        return index_of(self.code, self.name, ()).words

    @property
    def entries(self) -> tuple[str, ...]:
        """Its entries in the search index."""
        return index_of(self.code, self.name, ()).entries


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplierItem(Document):
    """An offer: the terms on which a supplier sells one item.

    `supplier_sku` is the supplier's own SKU. An order has at least `minimum_quantity` units, in whole packs of
    `pack_size`. `lead_time_days` are those of the item where they differ from the supplier's. Of several offers the
    preferred ones come first.
    """

    kind: ClassVar[DocumentKind] = DocumentKind.SUPPLIER_ITEM

    supplier: str
    sku: str
    supplier_sku: str | None = None
    unit_cost: Money | None = None
    minimum_quantity: int = 1
    pack_size: int = 1
    lead_time_days: int | None = None
    is_preferred: bool = False
    is_removed: bool = False

    def is_within(self, visibility: Visibility) -> bool:
        return True

    @property
    def about_item(self) -> str | None:
        return self.sku

    def rounded(self, units: int) -> int:
        """Return the least number of units that the supplier sells and that is enough."""
        return round_to_packs(units, minimum_quantity=self.minimum_quantity, pack_size=self.pack_size)


def lead_time_of(offer: SupplierItem | None, supplier: Supplier) -> int:
    """Return the lead time in days: that of the offer, or else of its supplier."""
    return supplier.lead_time_days if offer is None or offer.lead_time_days is None else offer.lead_time_days


def best_offer(offers: Iterable[SupplierItem], suppliers: Mapping[str, Supplier]) -> SupplierItem | None:
    """Return the offer to order by: a preferred one, then the cheapest, then the fastest, then the first by code.

    An unknown cost comes after every known one. Removed offers are left out, and those of suppliers that are archived
    or not among `suppliers`, which are by code.
    """
    ranked = [(_rank(offer, suppliers[offer.supplier]), offer) for offer in offers if _is_open(offer, suppliers)]
    return min(ranked, key=lambda each: each[0])[1] if ranked else None


def supplier_key(code: str) -> DocumentKey:
    """Return the key of a supplier."""
    return DocumentKey(DocumentKind.SUPPLIER, code)


def supplier_item_id(supplier: str, sku: str) -> str:
    """Return the id of an offer. A supplier's code has no slash, so the two parts stay apart."""
    return f"{supplier}/{sku}"


def supplier_item_key(supplier: str, sku: str) -> DocumentKey:
    """Return the key of a supplier's offer of an item."""
    return DocumentKey(DocumentKind.SUPPLIER_ITEM, supplier_item_id(supplier, sku))


def _is_open(offer: SupplierItem, suppliers: Mapping[str, Supplier]) -> bool:
    supplier = suppliers.get(offer.supplier)
    return supplier is not None and not supplier.is_archived and not offer.is_removed


def _rank(offer: SupplierItem, supplier: Supplier) -> tuple[bool, bool, int, int, str]:
    return (
        not offer.is_preferred,
        offer.unit_cost is None,
        offer.unit_cost or 0,
        lead_time_of(offer, supplier),
        offer.supplier,
    )
