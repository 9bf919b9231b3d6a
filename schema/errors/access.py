"""Errors about keys, users and roles, and about passwords."""

import strawberry

from schema.errors.base import UserError


@strawberry.type(description="No API key, user or role has this name.")
class UnknownNameError(UserError):
    kind: str = strawberry.field(description="What is named: `API_KEY`, `USER` or `ROLE`.")
    name: str = strawberry.field(description="The requested name.")


@strawberry.type(description="The name belongs to another API key, user or role, or did: a name is never given twice.")
class NameTakenError(UserError):
    kind: str = strawberry.field(description="What is named: `API_KEY`, `USER` or `ROLE`.")
    name: str = strawberry.field(description="The requested name.")


@strawberry.type(description="The API key was revoked or has expired, the user is disabled, or the role was deleted.")
class NotActiveError(UserError):
    kind: str = strawberry.field(description="What is named: `API_KEY`, `USER` or `ROLE`.")
    name: str = strawberry.field(description="Its name.")


@strawberry.type(description="API keys or users have the role: give them another first.")
class RoleInUseError(UserError):
    role: str = strawberry.field(description="The name of the role.")
    holders: list[str] = strawberry.field(
        description="Some of those who have it, as the ledger names them: `key:till-7`, `person:anna`."
    )


@strawberry.type(
    description="The change would leave no API key and no user that may administer: make another admin first."
)
class LastAdminError(UserError):
    name: str = strawberry.field(description="The name of the last one, or of the role that makes them an admin.")


@strawberry.type(
    description="The caller has no password here: it is an API key, or signs in through an identity provider only."
)
class NoPasswordError(UserError):
    actor: str = strawberry.field(description="The caller, as the ledger names them.")


@strawberry.type(description="The current password is not right.")
class WrongPasswordError(UserError):
    actor: str = strawberry.field(description="The caller, as the ledger names them.")
