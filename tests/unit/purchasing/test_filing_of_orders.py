"""What is filed of suppliers and their orders is read again as it was, whatever of it is given."""

import pytest
from bson import BSON

from app.domain.document import Document
from app.domain.money import Money
from app.domain.purchasing.purchase_order import OrderDraft, PurchaseLine, PurchaseOrder, PurchaseOrderState
from app.domain.purchasing.supplier import Supplier, SupplierItem
from app.domain.replenishment.order_reason import OrderReason
from app.domain.replenishment.policy import Policy, ReplenishmentMethod
from app.domain.stock.level import Level, LevelKey
from app.domain.time import Moment
from app.store.mapping.document_mapping import from_bson, to_bson

LATE = Moment(1_760_000_000_123_457)
LEVEL = Level(
    key=LevelKey("T/1", "MAIN"),
    on_hand=2,
    planned=3,
    reorder_point=9,
    policy=Policy(method=ReplenishmentMethod.MIN_MAX, target_level=20, safety_stock=4),
)
REASON = OrderReason.of(LEVEL, at=LATE, wanted=15, quantity=18, minimum_quantity=6, pack_size=6)


@pytest.mark.parametrize(
    "document",
    [
        Supplier(id="ACME", name="Acme"),
        Supplier(
            id="ACME",
            version=3,
            created_at=Moment(1),
            changed_at=LATE,
            name="Ä",
            email="a@b",
            lead_time_days=3,
            ordering_cost=Money(1),
            minimum_order_value=Money(10**13),
            auto_submit=True,
            is_archived=True,
        ),
        SupplierItem(id="ACME/T/1", supplier="ACME", sku="T/1"),
        SupplierItem(
            id="ACME/T/1",
            supplier="ACME",
            sku="T/1",
            supplier_sku="x",
            unit_cost=Money(0),
            minimum_quantity=2,
            pack_size=3,
            lead_time_days=0,
            is_preferred=True,
            is_removed=True,
        ),
        PurchaseOrder(id="p", supplier="ACME", location="MAIN", lines=(PurchaseLine(sku="T/1", quantity=1),)),
        PurchaseOrder(
            id="p",
            version=6,
            state=PurchaseOrderState.PARTIALLY_RECEIVED,
            supplier="ACME",
            location="MAIN",
            reference="PO-1",
            note="By Friday.\nPlease.",
            lines=(
                PurchaseLine(
                    sku="T/1", quantity=9, received=4, short=2, over=1, unit_cost=Money(5), reasons=(REASON, REASON)
                ),
                PurchaseLine(sku="CUP-1", quantity=1),
            ),
            is_automatic=True,
            submitted_at=Moment(2),
            confirmed_at=Moment(3),
            expected_at=LATE,
            closed_at=Moment(4),
        ),
        OrderDraft(id="MAIN/ACME", order="p"),
    ],
    ids=lambda document: f"{document.kind}-{document.version}",
)
def test_a_document_is_read_as_it_was_filed(document: Document) -> None:
    """Through the database's own format."""
    stored = BSON.encode(to_bson(document)).decode()
    assert stored["_id"] == document.id
    assert from_bson(document.kind, stored) == document


def test_a_reason_keeps_what_the_level_was_like() -> None:
    """The position is what the policy compared; what was ordered is whole packs."""
    assert (REASON.available, REASON.position, REASON.reorder_point, REASON.target_level) == (2, 5, 9, 20)
    assert (REASON.method, REASON.wanted, REASON.quantity) == (ReplenishmentMethod.MIN_MAX, 15, 18)
