"""Transfers after a change."""

from typing import Self

import strawberry

from app.domain.fold import Outcome
from app.domain.transfer import Transfer as DomainTransfer
from schema.payloads.payload import Payload
from schema.types.ledger import Operation
from schema.types.transfer import Transfer


@strawberry.type(
    description="What became of a change of a transfer. The operation names the movements that came with it."
)
class TransferPayload(Payload):
    """A transfer after the change."""

    transfer: Transfer | None = strawberry.field(default=None, description="The transfer right after the change.")

    @classmethod
    def from_outcome(cls, outcome: Outcome) -> Self:
        """Convert."""
        transfer = outcome.operation.document(DomainTransfer)
        return cls(
            operation=Operation.from_domain(outcome.operation),
            replayed=outcome.replayed,
            transfer=Transfer.from_domain(transfer),
        )
