"""Errors about keys, users and roles, and about passwords."""

from collections.abc import Mapping, Sequence
from typing import Final

from app.domain.errors.base import Conflict, ErrorCode, Field, NotFound

_SPOKEN: Final[Mapping[str, str]] = {"API_KEY": "API key", "USER": "user", "ROLE": "role"}
_ENDED: Final[Mapping[str, str]] = {
    "API_KEY": "has expired or was revoked. Make another, under a new name",
    "USER": "is disabled. Enable them first",
    "ROLE": "was deleted. Make another, under a new name",
}


class UnknownName(NotFound):
    """No key, user or role has this name. `kind` is API_KEY, USER or ROLE."""

    code = ErrorCode.UNKNOWN_NAME

    def __init__(self, *, kind: str, name: str, field: Field = ("name",)) -> None:
        self.kind, self.name = kind, name
        super().__init__(f"No {_SPOKEN[kind]} has the name {name!r}.", field=field, facts={"kind": kind, "name": name})


class NameTaken(Conflict):
    """The name belongs to another one, and does so for ever."""

    code = ErrorCode.NAME_TAKEN

    def __init__(self, *, kind: str, name: str, field: Field = ("name",)) -> None:
        self.kind, self.name = kind, name
        super().__init__(
            f"The name {name!r} belongs to another {_SPOKEN[kind]}, or did: a name is never given twice.",
            field=field,
            facts={"kind": kind, "name": name},
        )


class NotActive(Conflict):
    """The key was revoked or has expired, the user is disabled, or the role was deleted."""

    code = ErrorCode.NOT_ACTIVE

    def __init__(self, *, kind: str, name: str, field: Field = ("name",)) -> None:
        self.kind, self.name = kind, name
        super().__init__(
            f"The {_SPOKEN[kind]} {name!r} {_ENDED[kind]}.", field=field, facts={"kind": kind, "name": name}
        )


class RoleInUse(Conflict):
    """The role is to be deleted, and keys or users have it. `holders` are some of them, as actors."""

    code = ErrorCode.ROLE_IN_USE

    def __init__(self, *, role: str, holders: Sequence[str], field: Field = ("name",)) -> None:
        self.role, self.holders = role, tuple(holders)
        super().__init__(
            f"The role {role!r} is held by {', '.join(holders)}. Give them another first.",
            field=field,
            facts={"role": role, "holders": list(holders)},
        )


class LastAdmin(Conflict):
    """The change would leave no key and no user that may administer."""

    code = ErrorCode.LAST_ADMIN

    def __init__(self, *, name: str, field: Field = ("name",)) -> None:
        self.name = name
        super().__init__(
            f"Without {name!r} no key and no user would be left that may administer. Make another admin first.",
            field=field,
            facts={"name": name},
        )


class NoPassword(Conflict):
    """The caller is no person, or one who signs in through an identity provider only."""

    code = ErrorCode.NO_PASSWORD

    def __init__(self, *, actor: str, field: Field = ("currentPassword",)) -> None:
        self.actor = actor
        super().__init__(
            f"{actor} signs in without a password of this server. Only users have one, and not all of them.",
            field=field,
            facts={"actor": actor},
        )


class WrongPassword(Conflict):
    """The caller's password is another one."""

    code = ErrorCode.WRONG_PASSWORD

    def __init__(self, *, actor: str, field: Field = ("currentPassword",)) -> None:
        self.actor = actor
        super().__init__("The current password is not right.", field=field, facts={"actor": actor})
