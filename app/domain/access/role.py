"""Roles: named sets of scopes. Some are built in; an installation may define others.

Rule: a name stands for one role for ever. What a role may do is read anew for each principal, never copied to it.
"""

from collections.abc import Mapping

from msgspec import Struct

from app.domain.access.scope import Scope
from app.domain.time import NEVER, Moment


class Role(Struct, frozen=True, kw_only=True):
    """A named set of scopes, as given: see `expanded` for what they include."""

    name: str
    scopes: frozenset[Scope]
    description: str | None = None
    is_built_in: bool = False
    version: int = 1
    created_at: Moment = NEVER
    created_by: str | None = None
    changed_at: Moment = NEVER
    deleted_at: Moment | None = None
    deleted_by: str | None = None

    @property
    def is_active(self) -> bool:
        """Whether it may be given. A deleted role includes no scopes."""
        return self.deleted_at is None

    @property
    def is_admin(self) -> bool:
        """Whether it includes everything."""
        return self.is_active and Scope.ADMIN in self.scopes


def _built_in(name: str, description: str, *scopes: Scope) -> Role:
    return Role(name=name, scopes=frozenset(scopes), description=description, is_built_in=True)


ADMIN_ROLE = "admin"
_BUILT_IN = (
    _built_in(
        "viewer",
        "Looks at everything but endpoints of webhooks, and changes nothing.",
        Scope.CATALOG_READ,
        Scope.STOCK_READ,
        Scope.ORDERS_READ,
        Scope.PURCHASING_READ,
        Scope.COUNTING_READ,
        Scope.INSIGHTS_READ,
    ),
    _built_in(
        "clerk",
        "Sells, ships and receives in a shop or a warehouse.",
        Scope.CATALOG_READ,
        Scope.STOCK_WRITE,
        Scope.ORDERS_WRITE,
    ),
    _built_in(
        "counter",
        "Counts, and sees what is counted.",
        Scope.CATALOG_READ,
        Scope.STOCK_READ,
        Scope.COUNTING_WRITE,
    ),
    _built_in(
        "buyer",
        "Orders from suppliers, and sees what demand and open orders are.",
        Scope.CATALOG_READ,
        Scope.STOCK_READ,
        Scope.ORDERS_READ,
        Scope.PURCHASING_WRITE,
        Scope.INSIGHTS_WRITE,
    ),
    _built_in(
        "manager",
        "Does what a clerk, a counter and a buyer do, and keeps the catalog and the webhooks.",
        Scope.CATALOG_WRITE,
        Scope.STOCK_WRITE,
        Scope.ORDERS_WRITE,
        Scope.PURCHASING_WRITE,
        Scope.COUNTING_WRITE,
        Scope.INSIGHTS_WRITE,
        Scope.WEBHOOKS_WRITE,
    ),
    _built_in(ADMIN_ROLE, "Does everything, and decides who may do what.", Scope.ADMIN),
)
BUILT_IN_ROLES: Mapping[str, Role] = {role.name: role for role in _BUILT_IN}
BUILT_IN_SCOPES: Mapping[str, frozenset[Scope]] = {role.name: role.scopes for role in _BUILT_IN}
