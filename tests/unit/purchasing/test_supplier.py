"""Which of several offers is taken, without any store."""

from dataclasses import replace

import pytest

from app.domain.document import DocumentKey, DocumentKind
from app.domain.money import Money
from app.domain.purchasing.supplier import (
    Supplier,
    SupplierItem,
    best_offer,
    lead_time_of,
    supplier_item_id,
    supplier_item_key,
    supplier_key,
)


def supplier(code: str, *, lead_time_days: int = 5, is_archived: bool = False) -> Supplier:
    """Return a supplier."""
    return Supplier(id=code, name=code, lead_time_days=lead_time_days, is_archived=is_archived)


def offer(
    code: str, cost: int | None = None, *, days: int | None = None, preferred: bool = False, removed: bool = False
) -> SupplierItem:
    """Return what a supplier asks for TEA-1."""
    return SupplierItem(
        id=supplier_item_id(code, "TEA-1"),
        supplier=code,
        sku="TEA-1",
        unit_cost=None if cost is None else Money(cost),
        lead_time_days=days,
        is_preferred=preferred,
        is_removed=removed,
    )


SUPPLIERS = {each.id: each for each in (supplier("A"), supplier("B", lead_time_days=2), supplier("C"))}


@pytest.mark.parametrize(
    ("offers", "taken"),
    [
        ((offer("A", 5), offer("B", 9, preferred=True)), "B"),
        ((offer("A", 5, preferred=True), offer("B", 4, preferred=True)), "B"),
        ((offer("A", None), offer("C", 9)), "C"),
        ((offer("A", 0), offer("B", 1)), "A"),
        ((offer("A", 5), offer("B", 5)), "B"),
        ((offer("A", 5, days=1), offer("B", 5)), "A"),
        ((offer("C", 5), offer("A", 5)), "A"),
        ((offer("C"), offer("A")), "A"),
    ],
)
def test_the_best_offer_is_preferred_then_cheap_then_fast(offers: tuple[SupplierItem, ...], taken: str) -> None:
    """An unknown cost is last, a lead time of the offer's own counts, and the code decides between equals."""
    found = [best_offer(order, SUPPLIERS) for order in (offers, offers[::-1])]
    assert [each and each.supplier for each in found] == [taken, taken]


def test_what_cannot_be_ordered_is_no_offer() -> None:
    """Removed, of a supplier that is archived, or of one that nobody knows."""
    archived = SUPPLIERS | {"B": supplier("B", is_archived=True)}
    offers = [offer("A", 1, removed=True), offer("B", 1), offer("X", 1)]
    assert best_offer(offers, archived) is None
    assert best_offer([*offers, offer("C", 7)], archived) == offer("C", 7)
    assert best_offer([], SUPPLIERS) is None


def test_an_offer_may_take_longer_than_its_supplier_says() -> None:
    """Its own lead time counts, zero days too."""
    slow = supplier("A", lead_time_days=9)
    assert lead_time_of(offer("A"), slow) == 9
    assert lead_time_of(None, slow) == 9
    assert lead_time_of(offer("A", days=0), slow) == 0


def test_suppliers_and_offers_are_named_by_code_and_sku() -> None:
    """A SKU may have a slash, a code has none."""
    assert SUPPLIERS["A"].key == supplier_key("A") == DocumentKey(DocumentKind.SUPPLIER, "A")
    assert SUPPLIERS["A"].code == "A"
    sliced = replace(offer("A"), id=supplier_item_id("A", "T/1"), sku="T/1")
    assert sliced.key == supplier_item_key("A", "T/1") == DocumentKey(DocumentKind.SUPPLIER_ITEM, "A/T/1")
