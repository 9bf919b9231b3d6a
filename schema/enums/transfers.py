"""The enums of transfers."""

from app.domain.transfers.transfer import TransferState
from schema.enums.described import described

__all__ = ["TransferState"]

described(
    TransferState,
    name="TransferState",
    description="How far a transfer has come.",
    values={
        TransferState.DRAFT: "It is written down. Nothing has left, and nothing is promised.",
        TransferState.IN_TRANSIT: "Units have left the source, and none has arrived.",
        TransferState.PARTIALLY_RECEIVED: "Some units have arrived, and others are still on their way.",
        TransferState.RECEIVED: "All units that left have arrived, or are lost. It does not change any more.",
        TransferState.CANCELLED: "It was given up. It does not change any more.",
    },
)
