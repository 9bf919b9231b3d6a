"""What every request says about itself."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestInfo:
    """Who makes a request, and what they say about it. A repeated `idempotency_key` changes nothing again."""

    actor: str
    idempotency_key: str | None = None
    reference: str | None = None
    note: str | None = None
    occurred_at: datetime | None = None
