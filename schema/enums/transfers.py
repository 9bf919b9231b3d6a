"""The enums of transfers."""

from app.domain.transfers.transfer import TransferState
from schema.enums.described import described

__all__ = ["TransferState"]

described(
    TransferState,
    name="TransferState",
    description="The state of a transfer.",
    values={
        TransferState.DRAFT: "Nothing has been shipped or reserved.",
        TransferState.IN_TRANSIT: "Units were shipped, and none was received.",
        TransferState.PARTIALLY_RECEIVED: "Some units were received, others are in transit.",
        TransferState.RECEIVED: "All shipped units were received or are lost. It does not change any more.",
        TransferState.CANCELLED: "It was cancelled. It does not change any more.",
    },
)
