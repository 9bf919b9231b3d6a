"""API keys, users and roles after a change, and the only place where a key is shown."""

from typing import Self

import strawberry

from app.domain.access.role import Role as DomainRole
from app.domain.access.user import User as DomainUser
from app.domain.time import Moment
from app.services.access.administration.administration import AccessChanged
from app.services.access.administration.keys import ApiKeyChanged
from schema.payloads.payload import Payload
from schema.types.access import ApiKey, Role, User

_KEY = "The API key as it is now; null where the request was refused."


@strawberry.type(description="The outcome of a change of an API key.")
class ApiKeyPayload(Payload):
    """A key after the change."""

    api_key: ApiKey | None = strawberry.field(default=None, description=_KEY)

    @classmethod
    def from_changed(cls, changed: ApiKeyChanged, *, now: Moment) -> Self:
        return cls(is_repeated=changed.replayed, api_key=ApiKey.from_domain(changed.key, now=now))


@strawberry.type(description="The outcome of a mutation that makes a secret.")
class ApiKeySecretPayload(Payload):
    """A key and its new secret."""

    api_key: ApiKey | None = strawberry.field(default=None, description=_KEY)
    key: str | None = strawberry.field(
        default=None,
        description="The whole key, as `Authorization: Bearer` takes it: `sp_`, its prefix, and 32 random bytes in "
        "Base64. Only this response shows it: null in a replay. Rotate it if this response was lost.",
    )

    @classmethod
    def from_changed(cls, changed: ApiKeyChanged, *, now: Moment) -> Self:
        api_key = ApiKey.from_domain(changed.key, now=now)
        return cls(is_repeated=changed.replayed, api_key=api_key, key=changed.text)


@strawberry.type(description="The outcome of a change of a user.")
class UserPayload(Payload):
    """A user after the change."""

    user: User | None = strawberry.field(
        default=None, description="The user as they are now; null where the request was refused."
    )

    @classmethod
    def from_changed(cls, changed: AccessChanged[DomainUser]) -> Self:
        return cls(is_repeated=changed.replayed, user=User.from_domain(changed.record))


@strawberry.type(description="The outcome of a change of the caller's own password.")
class PasswordChangePayload(Payload):
    """Nothing else: a person need not be an admin, as who reads users must."""

    @classmethod
    def from_changed(cls, changed: AccessChanged[DomainUser]) -> Self:
        return cls(is_repeated=changed.replayed)


@strawberry.type(description="The outcome of a change of a role.")
class RolePayload(Payload):
    """A role after the change."""

    role: Role | None = strawberry.field(
        default=None, description="The role as it is now; null where the request was refused."
    )

    @classmethod
    def from_changed(cls, changed: AccessChanged[DomainRole]) -> Self:
        return cls(is_repeated=changed.replayed, role=Role.from_domain(changed.record))
