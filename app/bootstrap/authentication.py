"""The authentication of one process: credentials, sessions, and signing in."""

from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass

from app.bootstrap.access import Access
from app.bootstrap.foundation import Foundation
from app.bootstrap.throttling import Throttling
from app.config import Settings
from app.domain.access.session import SessionLimits
from app.services.access.authentication import Authenticator
from app.services.access.bearer_keys import KeyVerifier
from app.services.access.sessions import Sessions
from app.services.access.sign_in import SignIn
from app.store.access.sessions import MongoSessions

SECONDS_PER_MINUTE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Authentication:
    """What tells clients apart."""

    authenticator: Authenticator
    sign_in: SignIn


@asynccontextmanager
async def open_authentication(
    base: Foundation, settings: Settings, throttling: Throttling, access: Access
) -> AsyncIterator[Authentication]:
    """Verify credentials by the database, and hear of their changes."""
    limits = SessionLimits(
        idle_seconds=settings.session_idle_minutes * SECONDS_PER_MINUTE,
        max_seconds=settings.session_max_minutes * SECONDS_PER_MINUTE,
    )
    keys = KeyVerifier(reader=access.reader, writer=access.writer, hasher=access.hasher, clock=base.clock)
    sessions = Sessions(store=MongoSessions(base.database), holders=access.reader, clock=base.clock, limits=limits)
    async with (
        aclosing(keys),
        aclosing(sessions),
        Authenticator(keys=keys, sessions=sessions, clock=base.clock) as authenticator,
    ):
        base.access_channel.listen(authenticator.changed)
        sign_in = SignIn(
            sessions=sessions,
            reader=access.reader,
            writer=access.writer,
            hasher=access.hasher,
            passwords=access.passwords,
            throttle=throttling.sign_ins,
            failed_keys=throttling.failed_keys,
            changes=base.access_channel,
            clock=base.clock,
        )
        yield Authentication(authenticator=authenticator, sign_in=sign_in)
