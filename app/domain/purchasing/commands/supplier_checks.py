"""What commands look up of suppliers and their offers, and refuse alike."""

from collections.abc import Iterator

from app.domain.command import View
from app.domain.errors import Archived, Field, InventoryError, UnknownDocument
from app.domain.purchasing.supplier import Supplier, SupplierItem, supplier_item_key, supplier_key


def known_supplier(view: View, code: str) -> Supplier | None:
    """Return a supplier, if there is one with the code."""
    supplier = view.document(supplier_key(code))
    assert supplier is None or isinstance(supplier, Supplier)
    return supplier


def known_offer(view: View, supplier: str, sku: str) -> SupplierItem | None:
    """Return what a supplier asks for an item, if it offers it."""
    offer = view.document(supplier_item_key(supplier, sku))
    assert offer is None or isinstance(offer, SupplierItem)
    return None if offer is None or offer.is_removed else offer


def supplier_refusals(view: View, code: str, *, field: Field) -> Iterator[InventoryError]:
    """Yield why nothing can be ordered from a supplier: nobody knows it, or it is archived."""
    supplier = known_supplier(view, code)
    if supplier is None:
        yield UnknownDocument(kind=Supplier.kind.value, id=code, field=field)
    elif supplier.is_archived:
        yield Archived(kind="supplier", name=code, field=field)
