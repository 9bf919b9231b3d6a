"""Sessions of browsers, and their tokens as credentials.

Rule: a session is verified against its user or key as they are now. That it is used is noted in the background, once a
minute at most.
"""

import asyncio
import logging
from collections.abc import Collection, Mapping, Sequence
from itertools import chain
from typing import Protocol

from msgspec import structs

from app.domain.access.api_key import ApiKey
from app.domain.access.principal import Principal, PrincipalKind
from app.domain.access.role import Role
from app.domain.access.session import (
    Session,
    SessionLimits,
    mark_of_user,
    marks_of_key,
    new_session,
    new_token,
    session_id,
)
from app.domain.access.user import User
from app.domain.failures import ServiceError, in_full
from app.domain.time import MICROSECONDS_PER_SECOND, Moment
from app.services.access.credentials.session_rate import SessionRate
from app.services.background.log_throttle import LogThrottle
from app.services.ports import Clock

USE_SECONDS = 60  # how exact the last use of a session is; idle times are many minutes

logger = logging.getLogger(__name__)


class SessionStore(Protocol):
    """Keeps sessions. All methods raise Unavailable."""

    async def put(self, session: Session) -> None:
        """Keep a new session."""

    async def sessions(self, ids: Sequence[str]) -> Mapping[str, Session]:
        """Return the sessions that exist, by id."""

    async def note_uses(self, ids: Sequence[str], at: Moment) -> None:
        """Keep when sessions were last used."""

    async def remove(self, id: str) -> Session | None:
        """Remove a session, and return it if there was one."""


class Holders(Protocol):
    """Reads whose sessions they are. All methods raise Unavailable."""

    async def keys_named(self, names: Sequence[str]) -> Mapping[str, ApiKey]:
        """Return the keys that exist, by name."""

    async def users(self, names: Sequence[str]) -> Mapping[str, User]:
        """Return the users that exist, by name."""

    async def roles(self, names: Sequence[str]) -> Mapping[str, Role]:
        """Return the roles that exist, by name."""


class Sessions:
    """Begins, verifies and ends sessions."""

    def __init__(
        self, *, store: SessionStore, holders: Holders, clock: Clock, limits: SessionLimits, rate: SessionRate
    ) -> None:
        self._store, self._holders, self._clock, self._limits, self._rate = store, holders, clock, limits, rate
        self._noting: asyncio.Task[None] | None = None
        self._failures = LogThrottle()

    async def begin(self, of: ApiKey | User, mark: str) -> str:
        """Begin a session of a user or a key, and return its token. Raises Throttled and Unavailable."""
        self._rate.check(of.actor)
        token = new_token()
        await self._store.put(new_session(token, of=of, mark=mark, now=self._clock(), limits=self._limits))
        return token

    async def end(self, token: str) -> Session | None:
        """End a session, and return it if there was one. Raises Unavailable."""
        return await self._store.remove(session_id(token))

    async def __call__(self, tokens: Sequence[str]) -> Sequence[Principal | None]:
        """Return the principal of each session, None where there is none. Raises ServiceError."""
        found = await self._store.sessions([session_id(token) for token in tokens])
        now = self._clock()
        lasting = [session for session in found.values() if not session.is_over(now, self._limits)]
        principals = await self._principals(lasting, now)
        self._note([session for session in lasting if session.id in principals], now)
        return [principals.get(session_id(token)) for token in tokens]

    async def aclose(self) -> None:
        """Wait until the last uses are noted."""
        if self._noting is not None:
            await asyncio.wait({self._noting})

    async def _principals(self, sessions: Collection[Session], now: Moment) -> Mapping[str, Principal]:
        """Return the principals of those sessions whose user or key is as it was when they began, by their ids."""
        keys, users = await asyncio.gather(
            self._holders.keys_named(_names(sessions, PrincipalKind.KEY)),
            self._holders.users(_names(sessions, PrincipalKind.PERSON)),
        )
        grants = [*(key.grant for key in keys.values()), *(user.grant for user in users.values())]
        roles = await self._holders.roles(sorted({*chain.from_iterable(grant.roles for grant in grants)}))
        found: dict[str, Principal] = {}
        for session in sessions:
            principal: Principal | None = None
            if session.kind is PrincipalKind.PERSON:
                user = users.get(session.name)
                if user is not None and user.is_active and mark_of_user(user, session=session.id) == session.mark:
                    principal = user.principal(roles)
            else:
                key = keys.get(session.name)
                if key is not None and session.mark in marks_of_key(key, now):
                    principal = key.principal(roles)
            if principal is not None:
                ends = [end for end in (principal.expires_at, session.ends_at) if end is not None]
                found[session.id] = structs.replace(principal, expires_at=min(ends))
        return found

    def _note(self, sessions: Sequence[Session], now: Moment) -> None:
        due = [each.id for each in sessions if now - each.used_at >= USE_SECONDS * MICROSECONDS_PER_SECOND]
        if due and (self._noting is None or self._noting.done()):
            self._noting = asyncio.create_task(self._note_uses(due, now), name="uses of sessions")

    async def _note_uses(self, ids: Sequence[str], now: Moment) -> None:
        try:
            await self._store.note_uses(ids, now)
        except ServiceError as error:
            if self._failures.is_due():
                logger.warning("The last use of sessions could not be noted: %s", in_full(error))


def _names(sessions: Collection[Session], kind: PrincipalKind) -> Sequence[str]:
    return sorted({session.name for session in sessions if session.kind is kind})
