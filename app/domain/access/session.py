"""Sessions: a browser that signed in, with a name and a password or with an API key.

Rule: a session lasts no longer than what it began with. It carries a mark of that, so that a new password, another
grant or the end of a secret ends it, without a process that would have to look for it.
"""

import hashlib
import secrets

import msgspec
from msgspec import Struct

from app.domain.access.api_key import ApiKey
from app.domain.access.principal import PrincipalKind
from app.domain.access.user import User
from app.domain.time import MICROSECONDS_PER_SECOND, Moment

TOKEN_BYTES = 32


class SessionLimits(Struct, frozen=True, kw_only=True):
    """How long a session lasts, in seconds: without use, and in all."""

    idle_seconds: int
    max_seconds: int


class Session(Struct, frozen=True, kw_only=True):
    """A session of a key or a person, by name. `id` is a digest of its token, `mark` one of what it began with."""

    id: str
    kind: PrincipalKind
    name: str
    mark: str
    began_at: Moment
    used_at: Moment
    ends_at: Moment

    @property
    def actor(self) -> str:
        """How the ledger records whose session it is."""
        return f"{self.kind.value}:{self.name}"

    def is_over(self, now: Moment, limits: SessionLimits) -> bool:
        """Tell whether it has lasted too long, or was not used for too long."""
        return now >= self.ends_at or now - self.used_at >= limits.idle_seconds * MICROSECONDS_PER_SECOND


def new_token() -> str:
    """Return a token of 256 random bits, for a cookie."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def session_id(token: str) -> str:
    """Return the digest by which a token is stored. It needs no key: 256 bits cannot be guessed."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def new_session(token: str, *, of: ApiKey | User, mark: str, now: Moment, limits: SessionLimits) -> Session:
    """Return a session that begins now."""
    kind = PrincipalKind.KEY if isinstance(of, ApiKey) else PrincipalKind.PERSON
    ends_at = Moment(now + limits.max_seconds * MICROSECONDS_PER_SECOND)
    return Session(id=session_id(token), kind=kind, name=of.name, mark=mark, began_at=now, used_at=now, ends_at=ends_at)


def mark_of_user(user: User, *, session: str | None = None) -> str:
    """Return the mark of a person's password and of what they are allowed, as the session with this id may carry it."""
    return _digest(began_since(user, session=session), user.grant)


def began_since(user: User, *, session: str | None) -> Moment:
    """Return since when the session with this id, if it is one of the user's, must have begun."""
    kept = user.kept_session
    return kept.since if kept is not None and kept.id == session else user.sessions_since


def marks_of_key(key: ApiKey, now: Moment) -> tuple[str, ...]:
    """Return the mark of each active secret of a key, with what the key allows, the present one first."""
    return tuple(_digest(secret.made_at, key.grant) for secret in key.active_secrets(now))


def _digest(*parts: object) -> str:
    return hashlib.sha256(msgspec.json.encode(parts, order="deterministic")).hexdigest()
