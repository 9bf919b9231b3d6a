"""What every request says about itself."""

from datetime import datetime

from msgspec import Struct


class RequestInfo(Struct, frozen=True, kw_only=True):
    """Who makes a request, and what they say about it. A repeated `idempotency_key` changes nothing again."""

    actor: str
    idempotency_key: str | None = None
    reference: str | None = None
    note: str | None = None
    occurred_at: datetime | None = None
