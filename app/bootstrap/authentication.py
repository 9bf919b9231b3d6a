"""The authentication of one process: credentials, sessions, and signing in."""

from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass

from app.bootstrap.foundation import Foundation
from app.bootstrap.throttling import Throttling
from app.config import Settings
from app.domain.access.session import SessionLimits
from app.security.key_hash import KeyHash
from app.security.passwords import Argon2Passwords
from app.services.access.authentication import Authenticator
from app.services.access.bearer_keys import KeyVerifier
from app.services.access.sessions import Sessions
from app.services.access.sign_in import SignIn
from app.store.access.reader import MongoAccess
from app.store.access.sessions import MongoSessions
from app.store.access.writer import MongoAccessWriter

SECONDS_PER_MINUTE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Authentication:
    """What tells clients apart."""

    authenticator: Authenticator
    sign_in: SignIn


@asynccontextmanager
async def open_authentication(
    base: Foundation, settings: Settings, throttling: Throttling
) -> AsyncIterator[Authentication]:
    """Verify credentials by the database, and hear of their changes."""
    reader, writer = MongoAccess(base.database), MongoAccessWriter(base.client, base.database)
    hasher = KeyHash(base.master_keys)
    limits = SessionLimits(
        idle_seconds=settings.session_idle_minutes * SECONDS_PER_MINUTE,
        max_seconds=settings.session_max_minutes * SECONDS_PER_MINUTE,
    )
    keys = KeyVerifier(reader=reader, writer=writer, hasher=hasher, clock=base.clock)
    sessions = Sessions(store=MongoSessions(base.database), holders=reader, clock=base.clock, limits=limits)
    async with (
        aclosing(keys),
        aclosing(sessions),
        Authenticator(keys=keys, sessions=sessions, clock=base.clock) as authenticator,
    ):
        base.access_channel.listen(authenticator.changed)
        sign_in = SignIn(
            sessions=sessions,
            reader=reader,
            writer=writer,
            hasher=hasher,
            passwords=Argon2Passwords(),
            throttle=throttling.sign_ins,
            failed_keys=throttling.failed_keys,
            changes=base.access_channel,
            clock=base.clock,
        )
        yield Authentication(authenticator=authenticator, sign_in=sign_in)
