"""The enums of purchasing."""

from app.domain.purchasing.purchase_order import PurchaseOrderState
from schema.enums.described import described

__all__ = ["PurchaseOrderState"]

described(
    PurchaseOrderState,
    name="PurchaseOrderState",
    description="How far a purchase order has come.",
    values={
        PurchaseOrderState.DRAFT: "It is written down, and may still be changed. Its units are planned.",
        PurchaseOrderState.SUBMITTED: "It was sent to the supplier. Its units are incoming.",
        PurchaseOrderState.CONFIRMED: "The supplier has accepted it.",
        PurchaseOrderState.PARTIALLY_RECEIVED: "Some units have arrived, and others are still to come.",
        PurchaseOrderState.RECEIVED: "All units have arrived, or never will. It does not change any more.",
        PurchaseOrderState.CANCELLED: "It was given up. It does not change any more.",
    },
)
