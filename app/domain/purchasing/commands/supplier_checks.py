"""What commands look up of suppliers and their offers, and refuse alike."""

from collections.abc import Iterator

from app.domain.command import View, found, unknown
from app.domain.errors import Archived, Field, InventoryError
from app.domain.purchasing.supplier import Supplier, SupplierItem, supplier_item_key, supplier_key


def known_supplier(view: View, code: str) -> Supplier | None:
    """Return a supplier, if there is one with the code."""
    return found(view, supplier_key(code), Supplier)


def known_offer(view: View, supplier: str, sku: str) -> SupplierItem | None:
    """Return what a supplier asks for an item, if it offers it."""
    offer = found(view, supplier_item_key(supplier, sku), SupplierItem)
    return None if offer is None or offer.is_removed else offer


def supplier_refusals(view: View, code: str, *, field: Field) -> Iterator[InventoryError]:
    """Yield why nothing can be ordered from a supplier: it is unknown or archived."""
    supplier = known_supplier(view, code)
    if supplier is None:
        yield unknown(supplier_key(code), field=field)
    elif supplier.is_archived:
        yield Archived(kind="supplier", name=code, field=field)
