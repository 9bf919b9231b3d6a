"""What every request says about itself."""

from datetime import datetime
from decimal import Decimal

from msgspec import Struct

from app.domain.access.scope import ALL_SCOPES, Scope
from app.domain.operation import author_of


class RequestInfo(Struct, frozen=True, kw_only=True):
    """Who makes a request, and what they say about it. A repeated `idempotency_key` changes nothing again.

    `acting_user` is the person whom a partner app named. `approval_limit` is the highest value of a purchase order that
    may be submitted, None without a limit. Answers show nothing of areas outside `scopes`.
    """

    actor: str
    acting_user: str | None = None
    idempotency_key: str | None = None
    reference: str | None = None
    note: str | None = None
    occurred_at: datetime | None = None
    approval_limit: Decimal | None = None
    scopes: frozenset[Scope] = ALL_SCOPES

    @property
    def author(self) -> str:
        """Who makes it, as records show it: the actor, and in parentheses the acting user, if one was named."""
        return author_of(self.actor, self.acting_user)
