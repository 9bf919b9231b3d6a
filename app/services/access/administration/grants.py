"""What a request grants, in whole or in part, and its checks against roles and locations as they are now."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from msgspec import structs

from app.domain.access.access_checks import grant_errors
from app.domain.access.budget import Budget
from app.domain.access.grant import Grant
from app.domain.access.role import Role
from app.domain.access.scope import Scope
from app.domain.access.visibility import Visibility
from app.domain.errors import Refused
from app.domain.money import decimal_of, money_of
from app.domain.partial_update import UNCHANGED, Unchanged, updated
from app.services.ports import CatalogReader


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantChange:
    """Parts of a grant. None takes a limit away."""

    roles: frozenset[str] | Unchanged = UNCHANGED
    scopes: frozenset[Scope] | Unchanged = UNCHANGED
    locations: frozenset[str] | Unchanged | None = UNCHANGED
    categories: frozenset[str] | Unchanged | None = UNCHANGED
    approval_limit: Decimal | Unchanged | None = UNCHANGED
    budget: Budget | Unchanged | None = UNCHANGED

    def applied_to(self, grant: Grant) -> Grant:
        """Return the grant with these parts."""
        return Grant(
            roles=updated(self.roles, grant.roles),
            scopes=updated(self.scopes, grant.scopes),
            visibility=Visibility(
                locations=updated(self.locations, grant.visibility.locations),
                categories=updated(self.categories, grant.visibility.categories),
            ),
            approval_limit=updated(self.approval_limit, grant.approval_limit),
            budget=updated(self.budget, grant.budget),
        )

    @property
    def content(self) -> tuple[object, ...]:
        """What tells it from others, the order of its lists aside."""
        return (
            _sorted(self.roles),
            _sorted(self.scopes),
            _sorted(self.locations),
            _sorted(self.categories),
            str(self.approval_limit),
            str(self.budget),
        )

    @property
    def named_locations(self) -> frozenset[str]:
        """The locations that it names."""
        return frozenset() if isinstance(self.locations, Unchanged) else self.locations or frozenset()


class Grants:
    """Checks what is granted."""

    def __init__(self, catalog: CatalogReader) -> None:
        self._catalog = catalog

    async def known_locations(self, change: GrantChange) -> frozenset[str]:
        """Return the locations that a change names and that exist, archived ones among them. Raises Unavailable."""
        named = change.named_locations
        return frozenset(await self._catalog.locations(sorted(named))) if named else named


def checked(change: GrantChange, grant: Grant, *, roles: Mapping[str, Role], locations: frozenset[str]) -> Grant:
    """Return the grant with the change. Raises Refused. `locations` are those that the change names and that exist."""
    changed = change.applied_to(grant)
    known = locations | (grant.visibility.locations or frozenset())
    errors = tuple(grant_errors(changed, roles=roles, locations=known))
    if errors:
        raise Refused(*errors)
    limit = None if changed.approval_limit is None else money_of(changed.approval_limit)
    return changed if limit is None else structs.replace(changed, approval_limit=decimal_of(limit))


def _sorted(values: frozenset[str] | frozenset[Scope] | Unchanged | None) -> tuple[str, ...] | str:
    return str(values) if values is None or isinstance(values, Unchanged) else tuple(sorted(map(str, values)))
