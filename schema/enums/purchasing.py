"""The enums of purchasing."""

from app.domain.purchasing.purchase_order import PurchaseOrderState
from schema.enums.described import described

__all__ = ["PurchaseOrderState"]

described(
    PurchaseOrderState,
    name="PurchaseOrderState",
    description="The state of a purchase order.",
    values={
        PurchaseOrderState.DRAFT: "It may still be changed. Its units are `planned`.",
        PurchaseOrderState.SUBMITTED: "It was submitted to the supplier. Its units are `incoming`.",
        PurchaseOrderState.CONFIRMED: "The supplier has confirmed it.",
        PurchaseOrderState.PARTIALLY_RECEIVED: "Some units were received, others are outstanding.",
        PurchaseOrderState.RECEIVED: "All units were received or are short. It does not change any more.",
        PurchaseOrderState.CANCELLED: "It was cancelled. It does not change any more.",
    },
)
