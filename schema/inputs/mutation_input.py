"""The fields that the inputs of all mutations share, and descriptions that several share."""

from datetime import datetime

import strawberry

from app.domain.access.principal import Principal
from app.services.request_info import RequestInfo

KEY = (
    "The idempotency key: repeating the request with the same key and input changes nothing again; see `replayed`. "
    "1 to 255 printable characters."
)
REFERENCE = "The caller's document, for example an order number; 1 to 255 printable characters."
_NOTE = "A note for people; at most 2,000 characters."
_OCCURRED = "When it happened, if earlier than now. It does not change the order of the ledger."
SKU = "The item's SKU."
LOCATION = "The location: its code."


@strawberry.input
class MutationInput:
    """What every mutation's input may carry."""

    idempotency_key: str | None = strawberry.field(default=None, description=KEY)
    reference: str | None = strawberry.field(default=None, description=REFERENCE)
    note: str | None = strawberry.field(default=None, description=_NOTE)
    occurred_at: datetime | None = strawberry.field(default=None, description=_OCCURRED)

    def request(self, principal: Principal) -> RequestInfo:
        return RequestInfo(
            actor=principal.actor,
            acting_user=principal.acting_user,
            idempotency_key=self.idempotency_key,
            reference=self.reference,
            note=self.note,
            occurred_at=self.occurred_at,
            approval_limit=principal.approval_limit,
            scopes=principal.scopes,
        )
