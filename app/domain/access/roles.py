"""The built-in roles: named sets of scopes.

Rule: a role names what a job needs and nothing else. Writing an area includes reading it: see `scope.py`.
"""

from collections.abc import Mapping
from types import MappingProxyType

from app.domain.access.scope import Scope

BUILT_IN_ROLES: Mapping[str, frozenset[Scope]] = MappingProxyType(
    {
        # Looks at everything but endpoints of webhooks, and changes nothing.
        "viewer": frozenset(
            {
                Scope.CATALOG_READ,
                Scope.STOCK_READ,
                Scope.ORDERS_READ,
                Scope.PURCHASING_READ,
                Scope.COUNTING_READ,
                Scope.INSIGHTS_READ,
            }
        ),
        # Sells, ships and receives in a shop or a warehouse.
        "clerk": frozenset({Scope.CATALOG_READ, Scope.STOCK_WRITE, Scope.ORDERS_WRITE}),
        # Counts, and sees what is counted.
        "counter": frozenset({Scope.CATALOG_READ, Scope.STOCK_READ, Scope.COUNTING_WRITE}),
        # Orders from suppliers, and sees what demand and open orders are.
        "buyer": frozenset(
            {
                Scope.CATALOG_READ,
                Scope.STOCK_READ,
                Scope.ORDERS_READ,
                Scope.PURCHASING_WRITE,
                Scope.INSIGHTS_WRITE,
            }
        ),
        # Does all of that, and keeps the catalog and the webhooks.
        "manager": frozenset(
            {
                Scope.CATALOG_WRITE,
                Scope.STOCK_WRITE,
                Scope.ORDERS_WRITE,
                Scope.PURCHASING_WRITE,
                Scope.COUNTING_WRITE,
                Scope.INSIGHTS_WRITE,
                Scope.WEBHOOKS_WRITE,
            }
        ),
        # Does everything, and decides who may do what.
        "admin": frozenset({Scope.ADMIN}),
    }
)
