"""Scopes: what a principal may do, by area of the API.

Rule: writing an area includes reading it, and ADMIN includes everything. A principal's scopes are expanded once, when
the principal is made, so that a check is whether one set holds another.
"""

from collections.abc import Iterable
from enum import StrEnum


class Scope(StrEnum):
    """One permission. The values are what keys, roles and tokens carry: never change one."""

    CATALOG_READ = "catalog:read"
    CATALOG_WRITE = "catalog:write"
    STOCK_READ = "stock:read"
    STOCK_WRITE = "stock:write"
    ORDERS_READ = "orders:read"
    ORDERS_WRITE = "orders:write"
    PURCHASING_READ = "purchasing:read"
    PURCHASING_WRITE = "purchasing:write"
    COUNTING_READ = "counting:read"
    COUNTING_WRITE = "counting:write"
    INSIGHTS_READ = "insights:read"
    INSIGHTS_WRITE = "insights:write"
    WEBHOOKS_READ = "webhooks:read"
    WEBHOOKS_WRITE = "webhooks:write"
    ADMIN = "admin"

    @property
    def included(self) -> frozenset["Scope"]:
        """The scopes that this one includes, itself among them."""
        if self is Scope.ADMIN:
            return ALL_SCOPES
        area, _, access = self.value.partition(":")
        return frozenset({self, Scope(f"{area}:read")}) if access == "write" else frozenset({self})


ALL_SCOPES = frozenset(Scope)


def expanded(scopes: Iterable[Scope]) -> frozenset[Scope]:
    """Return the scopes with all that they include."""
    return frozenset[Scope]().union(*(each.included for each in scopes))
