"""Inputs of API keys, users and roles, and their filters."""

from datetime import datetime
from decimal import Decimal

import strawberry

from app.domain.access.budget import Budget
from app.domain.access.principal import Principal
from app.domain.partial_update import UNCHANGED, Unchanged
from app.domain.time import Moment
from app.services.access.administration.grants import GrantChange
from app.services.access.filters import ApiKeyFilter, RoleFilter, UserFilter
from app.services.request_info import RequestInfo
from schema.enums.access import Scope
from schema.inputs.given import given, given_list
from schema.inputs.mutation_input import KEY

_NAME = (
    "The name, for ever: 1 to 64 lower-case letters, digits, dots, dashes, underscores, plus or at signs. A name is "
    "never given twice."
)
_NAMED = "The name."
_ROLES = (
    "The roles, by name: `viewer`, `clerk`, `counter`, `buyer`, `manager`, `admin`, or one of your own; at most 20."
)
_SCOPES = "The scopes besides those of the roles."
_LOCATIONS = "The locations, by code, to which it is limited: 1 to 250 that exist; null for all."
_CATEGORIES = (
    "The categories of items to which it is limited: 1 to 100; null for all. Not together with scopes of orders, "
    "purchasing or counting."
)
_APPROVAL = "The highest value of a purchase order that may be submitted, in the installation's currency; null for any."
_BUDGET = "What its operations may cost; null for what is usual in the installation."
_DESCRIPTION = "A note for people: 1 to 2,000 characters; null for none."
_DOCUMENTS = "Whether it runs registered documents only."
_EXPIRES = "When it expires: in the future, at most 3,660 days from now; null for never."
_DISPLAY_NAME = "The name by which people know them: 1 to 200 printable characters."
_PASSWORD = "The password: 12 to 256 characters of any kind, not the user's name."  # noqa: S105 - a description
_NOT_COMPARED = "A repeat with the same idempotency key changes nothing, whatever password it has."
_ROLE = "Those that have this role."
_DAY = 86_400


@strawberry.input
class AdministrationInput:
    """What every input of the administration may carry."""

    idempotency_key: str | None = strawberry.field(default=None, description=KEY)

    def request(self, principal: Principal) -> RequestInfo:
        return RequestInfo(
            actor=principal.actor, acting_user=principal.acting_user, idempotency_key=self.idempotency_key
        )


@strawberry.input(description="A budget: operations are charged to it by their cost, and refused while it is used up.")
class BudgetInput:
    capacity: int = strawberry.field(
        description="What may be spent at once, in points of cost: 1,000 to 1,000,000,000."
    )
    restore_rate: int = strawberry.field(description="Points that are restored in each second: 100 to 1,000,000,000.")

    def to_domain(self) -> Budget:
        return Budget(capacity=self.capacity, restore_rate=self.restore_rate)


@strawberry.input(description="Makes an API key. It needs a role or a scope. An admin cannot be limited.")
class ApiKeyCreateInput(AdministrationInput):
    name: str = strawberry.field(description=_NAME)
    description: str | None = strawberry.field(default=None, description=_DESCRIPTION)
    roles: list[str] = strawberry.field(default_factory=list, description=_ROLES)
    scopes: list[Scope] = strawberry.field(default_factory=list, description=_SCOPES)
    locations: list[str] | None = strawberry.field(default=None, description=_LOCATIONS)
    categories: list[str] | None = strawberry.field(default=None, description=_CATEGORIES)
    approval_limit: Decimal | None = strawberry.field(default=None, description=_APPROVAL)
    budget: BudgetInput | None = strawberry.field(default=None, description=_BUDGET)
    documents_only: bool = strawberry.field(default=False, description=_DOCUMENTS)
    expires_at: datetime | None = strawberry.field(default=None, description=_EXPIRES)

    def grant(self) -> GrantChange:
        return grant_of(self)


@strawberry.input(
    description="Updates the fields that are given of an API key that was not revoked. It takes effect within 5 s."
)
class ApiKeyUpdateInput(AdministrationInput):
    name: str = strawberry.field(description=_NAMED)
    description: str | None = strawberry.field(default=strawberry.UNSET, description=_DESCRIPTION)
    roles: list[str] | None = strawberry.field(default=strawberry.UNSET, description=_ROLES)
    scopes: list[Scope] | None = strawberry.field(default=strawberry.UNSET, description=_SCOPES)
    locations: list[str] | None = strawberry.field(default=strawberry.UNSET, description=_LOCATIONS)
    categories: list[str] | None = strawberry.field(default=strawberry.UNSET, description=_CATEGORIES)
    approval_limit: Decimal | None = strawberry.field(default=strawberry.UNSET, description=_APPROVAL)
    budget: BudgetInput | None = strawberry.field(default=strawberry.UNSET, description=_BUDGET)
    documents_only: bool | None = strawberry.field(default=strawberry.UNSET, description=_DOCUMENTS)
    expires_at: datetime | None = strawberry.field(default=strawberry.UNSET, description=_EXPIRES)

    def grant(self) -> GrantChange:
        return grant_of(self)


@strawberry.input(
    description="Gives an API key a new secret. The former one may be used for a while, so that the program can change "
    "over; one before that may not."
)
class ApiKeyRotateInput(AdministrationInput):
    name: str = strawberry.field(description=_NAMED)
    grace_seconds: int = strawberry.field(
        default=_DAY,
        description="For how long the former secret may still be used, in seconds: 0 to 2,592,000 (30 days), and no "
        "longer than until the next rotation. 0 where it was compromised.",
    )


@strawberry.input(description="Revokes an API key, for good, in all processes within 5 s. Its websockets are closed.")
class ApiKeyRevokeInput(AdministrationInput):
    name: str = strawberry.field(description=_NAMED)


@strawberry.input(description="Makes a user. They need a role or a scope. An admin cannot be limited.")
class UserCreateInput(AdministrationInput):
    name: str = strawberry.field(description=_NAME)
    display_name: str = strawberry.field(description=_DISPLAY_NAME)
    password: str | None = strawberry.field(
        default=None, description=f"{_PASSWORD} Null where they sign in through an identity provider only."
    )
    roles: list[str] = strawberry.field(default_factory=list, description=_ROLES)
    scopes: list[Scope] = strawberry.field(default_factory=list, description=_SCOPES)
    locations: list[str] | None = strawberry.field(default=None, description=_LOCATIONS)
    categories: list[str] | None = strawberry.field(default=None, description=_CATEGORIES)
    approval_limit: Decimal | None = strawberry.field(default=None, description=_APPROVAL)
    budget: BudgetInput | None = strawberry.field(default=None, description=_BUDGET)

    def grant(self) -> GrantChange:
        return grant_of(self)


@strawberry.input(description="Updates the fields that are given of a user. It takes effect within 5 s.")
class UserUpdateInput(AdministrationInput):
    name: str = strawberry.field(description=_NAMED)
    display_name: str | None = strawberry.field(default=strawberry.UNSET, description=_DISPLAY_NAME)
    roles: list[str] | None = strawberry.field(default=strawberry.UNSET, description=_ROLES)
    scopes: list[Scope] | None = strawberry.field(default=strawberry.UNSET, description=_SCOPES)
    locations: list[str] | None = strawberry.field(default=strawberry.UNSET, description=_LOCATIONS)
    categories: list[str] | None = strawberry.field(default=strawberry.UNSET, description=_CATEGORIES)
    approval_limit: Decimal | None = strawberry.field(default=strawberry.UNSET, description=_APPROVAL)
    budget: BudgetInput | None = strawberry.field(default=strawberry.UNSET, description=_BUDGET)

    def grant(self) -> GrantChange:
        return grant_of(self)


@strawberry.input(description="Disables a user and ends their sessions, or enables them again.")
class UserDisableInput(AdministrationInput):
    name: str = strawberry.field(description=_NAMED)
    is_disabled: bool = strawberry.field(default=True, description="False enables them again.")


@strawberry.input(description="Gives a user a new password, and ends their sessions.")
class UserSetPasswordInput(AdministrationInput):
    name: str = strawberry.field(description=_NAMED)
    password: str = strawberry.field(description=f"{_PASSWORD} {_NOT_COMPARED}")


@strawberry.input(
    description="Gives the caller a new password. Their sessions end, but for the one that asks. Wrong passwords are "
    "slowed like sign-ins: `THROTTLED`."
)
class PasswordChangeInput(AdministrationInput):
    current_password: str = strawberry.field(description="The caller's password until now.")
    new_password: str = strawberry.field(description=f"{_PASSWORD} {_NOT_COMPARED}")


@strawberry.input(
    description="Makes a role, or updates the fields that are given. Those who have it may do what it says within 5 s."
)
class RoleUpsertInput(AdministrationInput):
    name: str = strawberry.field(description=_NAME)
    scopes: list[Scope] | None = strawberry.field(
        default=strawberry.UNSET, description="The scopes: at least one. Required for a new role."
    )
    description: str | None = strawberry.field(default=strawberry.UNSET, description=_DESCRIPTION)


@strawberry.input(description="Deletes a role that no API key and no user has. Its name is not given again.")
class RoleDeleteInput(AdministrationInput):
    name: str = strawberry.field(description=_NAMED)


@strawberry.input(
    name="ApiKeyFilter",
    description="Filters a list of API keys. All conditions must hold; those left out do not restrict.",
)
class ApiKeyFilterInput:
    is_active: bool | None = strawberry.field(
        default=None, description="Keys that may be used now, or those that were revoked or have expired."
    )
    role: str | None = strawberry.field(default=None, description=_ROLE)

    def to_domain(self, now: Moment) -> ApiKeyFilter:
        return ApiKeyFilter(is_active=self.is_active, role=self.role, now=now)


@strawberry.input(
    name="UserFilter",
    description="Filters a list of users. All conditions must hold; those left out do not restrict.",
)
class UserFilterInput:
    is_active: bool | None = strawberry.field(
        default=None, description="Users that are not disabled, or those that are."
    )
    role: str | None = strawberry.field(default=None, description=_ROLE)

    def to_domain(self) -> UserFilter:
        return UserFilter(is_active=self.is_active, role=self.role)


@strawberry.input(
    name="RoleFilter",
    description="Filters a list of roles. Without conditions it has those that are not deleted.",
)
class RoleFilterInput:
    is_active: bool = strawberry.field(
        default=True, description="Whether to list roles that are not deleted, or deleted ones."
    )

    def to_domain(self) -> RoleFilter:
        return RoleFilter(is_active=self.is_active)


def grant_of(input: ApiKeyCreateInput | ApiKeyUpdateInput | UserCreateInput | UserUpdateInput) -> GrantChange:
    """Return what an input grants."""
    return GrantChange(
        roles=_set(given_list(input.roles)),
        scopes=_scopes(given_list(input.scopes)),
        locations=_limit(given_list(input.locations, null=None)),
        categories=_limit(given_list(input.categories, null=None)),
        approval_limit=given(input.approval_limit, null=None),
        budget=_budget(given(input.budget, null=None)),
    )


def scopes_of(scopes: list[Scope] | None) -> frozenset[Scope] | Unchanged:
    """Return the scopes that an input gives."""
    return _scopes(given_list(scopes))


def _budget(budget: BudgetInput | Unchanged | None) -> Budget | Unchanged | None:
    return budget.to_domain() if isinstance(budget, BudgetInput) else budget


def _set(values: tuple[str, ...] | Unchanged) -> frozenset[str] | Unchanged:
    return UNCHANGED if isinstance(values, Unchanged) else frozenset(values)


def _scopes(values: tuple[Scope, ...] | Unchanged) -> frozenset[Scope] | Unchanged:
    return UNCHANGED if isinstance(values, Unchanged) else frozenset(values)


def _limit(values: tuple[str, ...] | Unchanged | None) -> frozenset[str] | Unchanged | None:
    return None if values is None else _set(values)
