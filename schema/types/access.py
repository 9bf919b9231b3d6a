"""API keys, users and roles, and the caller. Rule: nothing here shows a secret or a hash."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Self

import strawberry
from strawberry import relay

from app.domain.access.api_key import ApiKey as DomainApiKey
from app.domain.access.budget import Budget as DomainBudget
from app.domain.access.principal import Principal
from app.domain.access.role import Role as DomainRole
from app.domain.access.scope import Scope as DomainScope
from app.domain.access.user import User as DomainUser
from app.domain.time import NEVER, Moment, datetime_of
from schema.enums.access import PrincipalKind, Scope

_LOCATIONS = "The locations, by code, to which it is limited; null for all."
_CATEGORIES = "The categories of items to which it is limited; null for all."
_APPROVAL = "The highest value of a purchase order that may be submitted, in the installation's currency; null for any."
_BUDGET = "What the operations may cost; null for what is usual in the installation."
_VERSION = "Grows by one with each change. The higher one is the newer."


@strawberry.type(description="A budget: operations are charged to it by their cost, and refused while it is used up.")
class Budget:
    """A budget of its own."""

    capacity: int = strawberry.field(description="What may be spent at once, in points of cost.")
    restore_rate: int = strawberry.field(description="Points that are restored in each second.")

    @classmethod
    def of(cls, budget: DomainBudget | None) -> Self | None:
        return None if budget is None else cls(capacity=int(budget.capacity), restore_rate=int(budget.restore_rate))


@strawberry.type(description="A key with which a program uses the API. The key itself is shown once, when it is made.")
class ApiKey(relay.Node):
    """A key."""

    identity: relay.NodeID[str]
    name: str = strawberry.field(description="Its name, for ever: the ledger records `key:` and the name.")
    prefix: str = strawberry.field(description="The part of the key that is not secret: what follows `sp_`.")
    description: str | None = strawberry.field(description="A note for people; null without.")
    roles: list[str] = strawberry.field(description="Its roles, by name.")
    scopes: list[Scope] = strawberry.field(description="Its scopes besides those of its roles.")
    locations: list[str] | None = strawberry.field(description=_LOCATIONS)
    categories: list[str] | None = strawberry.field(description=_CATEGORIES)
    approval_limit: Decimal | None = strawberry.field(description=_APPROVAL)
    budget: Budget | None = strawberry.field(description=_BUDGET)
    documents_only: bool = strawberry.field(description="Whether it runs registered documents only.")
    is_active: bool = strawberry.field(description="Whether it may be used now: neither revoked nor expired.")
    secret_count: int = strawberry.field(
        description="How many secrets may be used now: one, two for a while after a rotation, or none."
    )
    former_secret_until: datetime | None = strawberry.field(
        description="Until when the secret before the last rotation may be used; null where it may not."
    )
    expires_at: datetime | None = strawberry.field(description="When it expires; null for never.")
    last_used_at: datetime | None = strawberry.field(
        description="When it was last used, to a minute or so; null where it never was."
    )
    version: int = strawberry.field(description=_VERSION)
    created_at: datetime = strawberry.field(description="When it was made.")
    created_by: str | None = strawberry.field(
        description="Who made it: `key:` or `person:` and a name, or `stockpulse` for the server itself."
    )
    updated_at: datetime = strawberry.field(description="When it was last changed.")
    revoked_at: datetime | None = strawberry.field(description="When it was revoked; null where it was not.")
    revoked_by: str | None = strawberry.field(description="Who revoked it; null where it was not.")

    @classmethod
    def from_domain(cls, key: DomainApiKey, *, now: Moment) -> Self:
        active = key.active_secrets(now)
        former = active[1].until if len(active) > 1 else None
        return cls(
            identity=key.name,
            name=key.name,
            prefix=key.prefix,
            description=key.description,
            roles=sorted(key.grant.roles),
            scopes=_in_order(key.grant.scopes),
            locations=_sorted(key.grant.visibility.locations),
            categories=_sorted(key.grant.visibility.categories),
            approval_limit=key.grant.approval_limit,
            budget=Budget.of(key.grant.budget),
            documents_only=key.documents_only,
            is_active=key.is_active(now),
            secret_count=len(active),
            former_secret_until=_datetime(former),
            expires_at=_datetime(key.expires_at),
            last_used_at=_datetime(key.last_used_at),
            version=key.version,
            created_at=datetime_of(key.created_at),
            created_by=key.created_by,
            updated_at=datetime_of(key.changed_at),
            revoked_at=_datetime(key.revoked_at),
            revoked_by=key.revoked_by,
        )


@strawberry.type(description="A person who may sign in.")
class User(relay.Node):
    """A user."""

    identity: relay.NodeID[str]
    name: str = strawberry.field(description="Their name, for ever: the ledger records `person:` and the name.")
    display_name: str = strawberry.field(description="The name by which people know them.")
    has_password: bool = strawberry.field(
        description="Whether they sign in with a password; if not, only through an identity provider."
    )
    roles: list[str] = strawberry.field(description="Their roles, by name.")
    scopes: list[Scope] = strawberry.field(description="Their scopes besides those of their roles.")
    locations: list[str] | None = strawberry.field(description=_LOCATIONS)
    categories: list[str] | None = strawberry.field(description=_CATEGORIES)
    approval_limit: Decimal | None = strawberry.field(description=_APPROVAL)
    budget: Budget | None = strawberry.field(description=_BUDGET)
    is_active: bool = strawberry.field(description="Whether they may use the API: not disabled.")
    version: int = strawberry.field(description=_VERSION)
    created_at: datetime = strawberry.field(description="When they were made a user.")
    created_by: str | None = strawberry.field(
        description="Who made them a user: `key:` or `person:` and a name; null where that is not known."
    )
    updated_at: datetime = strawberry.field(description="When they were last changed.")
    disabled_at: datetime | None = strawberry.field(description="When they were disabled; null where they are not.")
    disabled_by: str | None = strawberry.field(description="Who disabled them; null where they are not.")

    @classmethod
    def from_domain(cls, user: DomainUser) -> Self:
        return cls(
            identity=user.name,
            name=user.name,
            display_name=user.display_name,
            has_password=user.password_hash is not None,
            roles=sorted(user.grant.roles),
            scopes=_in_order(user.grant.scopes),
            locations=_sorted(user.grant.visibility.locations),
            categories=_sorted(user.grant.visibility.categories),
            approval_limit=user.grant.approval_limit,
            budget=Budget.of(user.grant.budget),
            is_active=user.is_active,
            version=user.version,
            created_at=datetime_of(user.created_at),
            created_by=user.created_by,
            updated_at=datetime_of(user.changed_at),
            disabled_at=_datetime(user.disabled_at),
            disabled_by=user.disabled_by,
        )


@strawberry.type(description="A named set of scopes.")
class Role(relay.Node):
    """A role."""

    identity: relay.NodeID[str]
    name: str = strawberry.field(description="Its name, for ever.")
    description: str | None = strawberry.field(description="A note for people; null without.")
    scopes: list[Scope] = strawberry.field(description="Its scopes.")
    is_built_in: bool = strawberry.field(description="Whether every installation has it, as it is.")
    is_active: bool = strawberry.field(description="Whether it may be given: not deleted.")
    version: int = strawberry.field(description=_VERSION)
    created_at: datetime | None = strawberry.field(description="When it was made; null where it is built in.")
    created_by: str | None = strawberry.field(description="Who made it; null where it is built in.")
    updated_at: datetime | None = strawberry.field(description="When it was last changed; null where it is built in.")

    @classmethod
    def from_domain(cls, role: DomainRole) -> Self:
        return cls(
            identity=role.name,
            name=role.name,
            description=role.description,
            scopes=_in_order(role.scopes),
            is_built_in=role.is_built_in,
            is_active=role.is_active,
            version=role.version,
            created_at=_datetime(role.created_at or None),
            created_by=role.created_by,
            updated_at=_datetime(role.changed_at or None),
        )


@strawberry.type(description="The caller: who sends the request, and what they may do.")
class Viewer:
    """The principal of a request."""

    kind: PrincipalKind = strawberry.field(description="Whether it is a key or a person.")
    name: str = strawberry.field(description="Its name.")
    actor: str = strawberry.field(description="How the ledger records it: `key:` or `person:` and the name.")
    acting_user: str | None = strawberry.field(
        description="The person for whom the key says that it acts; null where it says nothing."
    )
    scopes: list[Scope] = strawberry.field(
        description="All that it may do: its roles and scopes, and what they include."
    )
    locations: list[str] | None = strawberry.field(description=_LOCATIONS)
    categories: list[str] | None = strawberry.field(description=_CATEGORIES)
    approval_limit: Decimal | None = strawberry.field(description=_APPROVAL)
    budget: Budget | None = strawberry.field(description=_BUDGET)
    documents_only: bool = strawberry.field(description="Whether it runs registered documents only.")
    expires_at: datetime | None = strawberry.field(
        description="When its key, token or session ends; null where no end is set."
    )
    currency: str | None = strawberry.field(
        description="The installation's currency, in which all amounts are: its code of ISO 4217, for example `EUR`. "
        "Null where the operator has not set it: `STOCKPULSE_CURRENCY`."
    )

    @classmethod
    def from_domain(cls, principal: Principal, *, currency: str | None) -> Self:
        return cls(
            kind=principal.kind,
            name=principal.name,
            actor=principal.actor,
            acting_user=principal.acting_user,
            scopes=_in_order(principal.scopes),
            locations=_sorted(principal.visibility.locations),
            categories=_sorted(principal.visibility.categories),
            approval_limit=principal.approval_limit,
            budget=Budget.of(principal.budget),
            documents_only=principal.documents_only,
            expires_at=_datetime(principal.expires_at),
            currency=currency,
        )


def _sorted(names: Iterable[str] | None) -> list[str] | None:
    return None if names is None else sorted(names)


def _in_order(scopes: frozenset[DomainScope]) -> list[DomainScope]:
    return [scope for scope in DomainScope if scope in scopes]


def _datetime(moment: Moment | None) -> datetime | None:
    return None if moment is None or moment == NEVER else datetime_of(moment)
