"""Grants: what a key or a user may do, and where, as it was given.

Rule: a grant names its roles, so that a change of a role changes what its holders may do. A role that does not exist,
or was deleted, gives nothing.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from msgspec import Struct

from app.domain.access.budget import Budget
from app.domain.access.role import Role
from app.domain.access.scope import Scope, expanded
from app.domain.access.visibility import EVERYTHING, Visibility

# Scopes of documents with lines of several items: who is limited to categories could see none of them.
DOCUMENT_SCOPES = frozenset(
    {
        Scope.ORDERS_READ,
        Scope.ORDERS_WRITE,
        Scope.PURCHASING_READ,
        Scope.PURCHASING_WRITE,
        Scope.COUNTING_READ,
        Scope.COUNTING_WRITE,
    }
)


class Grant(Struct, frozen=True, kw_only=True):
    """Roles, scopes beside them, and limits. `approval_limit` is of purchase orders to submit; None for no limit.

    `budget` is what operations may cost, None for the usual.
    """

    roles: frozenset[str] = frozenset()
    scopes: frozenset[Scope] = frozenset()
    visibility: Visibility = EVERYTHING
    approval_limit: Decimal | None = None
    budget: Budget | None = None

    def scopes_by(self, roles: Mapping[str, Role]) -> frozenset[Scope]:
        """Return the expanded scopes, by the roles as they are now; `roles` hold at least those that are named."""
        return expanded(self._given(roles))

    def _given(self, roles: Mapping[str, Role]) -> Iterable[Scope]:
        yield from self.scopes
        for name in self.roles:
            role = roles.get(name)
            if role is not None and role.is_active:
                yield from role.scopes
