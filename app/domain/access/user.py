"""Users: people who sign in with a password, or whom an identity provider names.

Rule: a name stands for one person for ever, disabled or not: the ledger names them.
"""

from collections.abc import Mapping

from msgspec import Struct

from app.domain.access.grant import Grant
from app.domain.access.principal import Principal, PrincipalKind
from app.domain.access.role import Role
from app.domain.time import NEVER, Moment


class KeptSession(Struct, frozen=True):
    """The session that outlives the others, by its id, and the user's `sessions_since` when it began."""

    id: str
    since: Moment


class User(Struct, frozen=True, kw_only=True):
    """A person. Without a `password_hash` they cannot sign in here, only through an identity provider.

    A session that began before `sessions_since` is over: each new password, and being disabled, ends all of them. Only
    the one in which they themselves changed their password goes on: the `kept_session`.
    `created_by` and `disabled_by` are actors.
    """

    name: str
    display_name: str
    grant: Grant
    password_hash: str | None = None
    sessions_since: Moment = NEVER
    kept_session: KeptSession | None = None
    version: int = 1
    created_at: Moment = NEVER
    created_by: str | None = None
    changed_at: Moment = NEVER
    disabled_at: Moment | None = None
    disabled_by: str | None = None

    @property
    def actor(self) -> str:
        """How the ledger records them."""
        return f"{PrincipalKind.PERSON.value}:{self.name}"

    @property
    def is_active(self) -> bool:
        """Whether they may use the API."""
        return self.disabled_at is None

    def principal(self, roles: Mapping[str, Role], *, expires_at: Moment | None = None) -> Principal:
        """Return who they are to the API, by the roles as they are now, until their session or token ends."""
        return Principal(
            kind=PrincipalKind.PERSON,
            name=self.name,
            scopes=self.grant.scopes_by(roles),
            visibility=self.grant.visibility,
            approval_limit=self.grant.approval_limit,
            budget=self.grant.budget,
            expires_at=expires_at,
        )

    def __repr__(self) -> str:
        return f"User(name={self.name!r}, version={self.version})"
