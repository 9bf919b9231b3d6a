"""Principals: who sends a request, and what they may do."""

from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from app.domain.access.budget import Budget
from app.domain.access.scope import ALL_SCOPES, Scope
from app.domain.access.visibility import EVERYTHING, Visibility
from app.domain.time import Moment


class PrincipalKind(StrEnum):
    """Kinds of principals. The values are part of recorded actors: never change one."""

    KEY = "key"  # a partner app with an API key
    PERSON = "person"  # a user who signed in
    TRUSTED = "trusted"  # every client of a server without authentication


class Principal(Struct, frozen=True, kw_only=True):
    """Who sends a request.

    `name` is unique within the kind, and never given to another. `scopes` are expanded. `approval_limit` is the highest
    value of a purchase order that the principal may submit, None without a limit. With `documents_only` it may run
    registered documents only. `acting_user` is the person whom a partner app names for a request. `expires_at` is when
    its key or token expires. `budget` is what its operations may cost, None for the usual.
    """

    kind: PrincipalKind
    name: str
    scopes: frozenset[Scope]
    visibility: Visibility = EVERYTHING
    approval_limit: Decimal | None = None
    documents_only: bool = False
    acting_user: str | None = None
    expires_at: Moment | None = None
    budget: Budget | None = None

    @property
    def actor(self) -> str:
        """How the ledger records the principal; idempotency keys belong to it."""
        if self.kind is PrincipalKind.TRUSTED:
            return ANONYMOUS
        return self.kind + ":" + self.name  # each request asks for it, and formatting takes thrice as long


ANONYMOUS = "anonymous"
TRUSTED = Principal(kind=PrincipalKind.TRUSTED, name=ANONYMOUS, scopes=ALL_SCOPES)  # without authentication
