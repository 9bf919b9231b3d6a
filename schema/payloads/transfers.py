"""Transfers after a change."""

from typing import Self

import strawberry

from app.domain.outcome import Outcome
from app.domain.transfers.transfer import Transfer as DomainTransfer
from schema.payloads.payload import Payload
from schema.types.transfers import Transfer


@strawberry.type(description="The outcome of a change of a transfer. Its movements are those of `operation`.")
class TransferPayload(Payload):
    """A transfer after the change."""

    transfer: Transfer | None = strawberry.field(
        default=None, description="The transfer as it is now; null where the request was refused."
    )

    @classmethod
    def from_outcome(cls, outcome: Outcome) -> Self:
        transfer = outcome.shown(DomainTransfer)
        return cls.accepted(outcome, transfer=transfer and Transfer.from_domain(transfer))
