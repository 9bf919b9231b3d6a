"""What every mutation may say about itself, and the descriptions that several inputs share."""

from datetime import datetime

import strawberry

from app.services.request_info import RequestInfo

_KEY = (
    "Names this request: repeating it with the same key and input changes nothing again; see `replayed`. "
    "1 to 255 printable characters."
)
REFERENCE = "Your document, for example an order number; 1 to 255 printable characters."
_NOTE = "What people should know of it; at most 2,000 characters."
_OCCURRED = "When it happened, where that was earlier than now. The ledger keeps its own order."
SKU = "The item: its SKU."
LOCATION = "The location: its code."


@strawberry.input
class MutationInput:
    """What every mutation's input may carry."""

    idempotency_key: str | None = strawberry.field(default=None, description=_KEY)
    reference: str | None = strawberry.field(default=None, description=REFERENCE)
    note: str | None = strawberry.field(default=None, description=_NOTE)
    occurred_at: datetime | None = strawberry.field(default=None, description=_OCCURRED)

    def request(self, actor: str) -> RequestInfo:
        """Convert."""
        return RequestInfo(
            actor=actor,
            idempotency_key=self.idempotency_key,
            reference=self.reference,
            note=self.note,
            occurred_at=self.occurred_at,
        )
