"""API keys: what partners' programs authenticate with.

Rule: a name stands for one key for ever, revoked or not: the ledger names it. A secret is known by its keyed hash only,
and at most two are active at a time, so that a program can change from one to the other.
"""

from collections.abc import Mapping

from msgspec import Struct, structs

from app.domain.access.grant import Grant
from app.domain.access.principal import Principal, PrincipalKind
from app.domain.access.role import Role
from app.domain.time import MICROSECONDS_PER_SECOND, NEVER, Moment

MAX_ACTIVE_SECRETS = 2


class KeySecret(Struct, frozen=True, kw_only=True):
    """The keyed hash of a secret. It is active `until` a moment, None for no end."""

    hash: str
    made_at: Moment
    until: Moment | None = None

    def is_active(self, now: Moment) -> bool:
        """Tell whether it is active at a moment."""
        return self.until is None or now < self.until

    def __repr__(self) -> str:
        return f"KeySecret(made_at={self.made_at}, until={self.until})"


class ApiKey(Struct, frozen=True, kw_only=True):
    """A key. `prefix` is the part of it that finds it, unique; the first of the `secrets` is the present one.

    With `documents_only` it runs registered documents only. `created_by` and `revoked_by` are actors.
    """

    name: str
    prefix: str
    secrets: tuple[KeySecret, ...]
    grant: Grant
    description: str | None = None
    documents_only: bool = False
    expires_at: Moment | None = None
    version: int = 1
    created_at: Moment = NEVER
    created_by: str | None = None
    changed_at: Moment = NEVER
    last_used_at: Moment | None = None
    revoked_at: Moment | None = None
    revoked_by: str | None = None

    @property
    def actor(self) -> str:
        """How the ledger records it."""
        return f"{PrincipalKind.KEY.value}:{self.name}"

    def is_active(self, now: Moment) -> bool:
        """Tell whether it may be used at a moment: neither revoked nor expired."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)

    def active_secrets(self, now: Moment) -> tuple[KeySecret, ...]:
        """Return the secrets that authenticate at a moment, the present one first; none of a key that is not active."""
        return tuple(each for each in self.secrets if each.is_active(now)) if self.is_active(now) else ()

    def principal(self, roles: Mapping[str, Role], *, by: KeySecret | None = None) -> Principal:
        """Return who uses it, by the roles as they are now; with the secret that was used, until that ends, too."""
        ends = [end for end in (self.expires_at, by.until if by else None) if end is not None]
        return Principal(
            kind=PrincipalKind.KEY,
            name=self.name,
            scopes=self.grant.scopes_by(roles),
            visibility=self.grant.visibility,
            approval_limit=self.grant.approval_limit,
            budget=self.grant.budget,
            documents_only=self.documents_only,
            expires_at=min(ends, default=None),
        )

    def rotated(self, hash: str, *, grace_seconds: int, now: Moment) -> "ApiKey":
        """Return it with a new secret. The former one is active for so many seconds more, others no longer."""
        end = Moment(now + grace_seconds * MICROSECONDS_PER_SECOND)
        former = (
            structs.replace(old, until=end if old.until is None else min(old.until, end)) for old in self.secrets[:1]
        )
        secrets = (KeySecret(hash=hash, made_at=now), *(old for old in former if old.is_active(now)))
        assert len(secrets) <= MAX_ACTIVE_SECRETS, self
        return structs.replace(self, secrets=secrets)
