"""Look-ups and refusals of suppliers and their offers that commands share."""

from collections.abc import Iterator

from app.domain.command import View, found, required
from app.domain.errors import Archived, Field, InventoryError
from app.domain.purchasing.supplier import Supplier, SupplierItem, supplier_item_key, supplier_key


def known_supplier(view: View, code: str) -> Supplier | None:
    """Return the supplier with a code; None if there is none."""
    return found(view, supplier_key(code), Supplier)


def known_offer(view: View, supplier: str, sku: str) -> SupplierItem | None:
    """Return the supplier's offer of an item; None if it has none."""
    offer = found(view, supplier_item_key(supplier, sku), SupplierItem)
    return None if offer is None or offer.is_removed else offer


def open_supplier(view: View, code: str, *, field: Field) -> Supplier:
    """Return a supplier to order from. Raises UnknownDocument or Archived."""
    supplier = required(view, supplier_key(code), Supplier, field=field)
    if supplier.is_archived:
        raise Archived(kind="supplier", name=code, field=field)
    return supplier


def supplier_refusals(view: View, code: str, *, field: Field) -> Iterator[InventoryError]:
    """Yield why nothing can be ordered from a supplier: it is unknown or archived."""
    try:
        open_supplier(view, code, field=field)
    except InventoryError as error:
        yield error
