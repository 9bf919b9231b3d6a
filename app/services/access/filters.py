"""What lists of keys, users, roles and trusted documents are narrowed by. A condition that is None lets all through."""

from dataclasses import dataclass

from app.domain.time import NEVER, Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKeyFilter:
    """Keys that are active at `now`, or are not; and those with a role."""

    is_active: bool | None = None
    role: str | None = None
    now: Moment = NEVER


@dataclass(frozen=True, slots=True, kw_only=True)
class UserFilter:
    """Users that are active, or are not; and those with a role."""

    is_active: bool | None = None
    role: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleFilter:
    """Roles that are deleted, or are not."""

    is_active: bool | None = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustedDocumentFilter:
    """Documents that an actor registered."""

    registered_by: str | None = None
