"""The authentication of one process: credentials, sessions, and signing in."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass

from app.bootstrap.access import Access
from app.bootstrap.foundation import Foundation
from app.bootstrap.throttling import Throttling
from app.config import Settings
from app.domain.access.session import SessionLimits
from app.outbound.identity_provider import IdentityProvider
from app.security.tokens import KeySet, TokenVerifier
from app.services.access.credentials.authentication import Authenticator
from app.services.access.credentials.bearer_keys import KeyVerifier
from app.services.access.credentials.bearer_tokens import ClaimNames, TokenPrincipals
from app.services.access.credentials.session_rate import SessionRate
from app.services.access.credentials.sessions import Sessions
from app.services.access.sign_in.known_browsers import KnownBrowsers
from app.services.access.sign_in.sign_in import SignIn
from app.store.access.sessions import MongoSessions

SECONDS_PER_MINUTE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Authentication:
    """What tells clients apart."""

    authenticator: Authenticator
    sign_in: SignIn


@asynccontextmanager
async def open_authentication(
    base: Foundation, settings: Settings, *, access: Access, throttling: Throttling
) -> AsyncIterator[Authentication]:
    """Verify credentials by the database, and hear of their changes."""
    limits = SessionLimits(
        idle_seconds=settings.session_idle_minutes * SECONDS_PER_MINUTE,
        max_seconds=settings.session_max_minutes * SECONDS_PER_MINUTE,
    )
    keys = KeyVerifier(reader=access.reader, writer=access.writer, hasher=access.hasher, clock=base.clock)
    sessions = Sessions(
        store=MongoSessions(base.database),
        holders=access.reader,
        clock=base.clock,
        limits=limits,
        rate=SessionRate(),
    )
    async with (
        aclosing(keys),
        aclosing(sessions),
        _tokens(base, settings, access) as tokens,
        Authenticator(keys=keys, tokens=tokens, sessions=sessions, clock=base.clock) as authenticator,
    ):
        base.access_channel.listen(authenticator.changed)
        sign_in = SignIn(
            sessions=sessions,
            reader=access.reader,
            writer=access.writer,
            hasher=access.hasher,
            passwords=access.passwords,
            throttle=throttling.sign_ins,
            known_browsers=KnownBrowsers(macs=base.master_keys, clock=base.clock),
            failed_keys=throttling.failed_keys,
            changes=base.access_channel,
            clock=base.clock,
        )
        yield Authentication(authenticator=authenticator, sign_in=sign_in)


@asynccontextmanager
async def _tokens(base: Foundation, settings: Settings, access: Access) -> AsyncIterator[TokenPrincipals | None]:
    """Verify tokens of the identity provider, if there is one."""
    issuer = settings.oidc_issuer
    if issuer is None:
        yield None
        return
    async with AsyncExitStack() as stack:
        keys = None
        if settings.oidc_secret is None:
            provider = IdentityProvider(issuer=issuer, key_set_url=settings.oidc_jwks_url)
            keys = KeySet((await stack.enter_async_context(provider)).key_set)
            await stack.enter_async_context(aclosing(keys))
        yield TokenPrincipals(
            tokens=TokenVerifier(
                issuer=issuer,
                audience=settings.oidc_audience,
                keys=keys,
                secret=settings.oidc_secret.get_secret_value() if settings.oidc_secret else None,
                clock=base.clock,
            ),
            reader=access.reader,
            names=ClaimNames(
                roles=settings.oidc_roles_claim,
                scopes=settings.oidc_scopes_claim,
                locations=settings.oidc_locations_claim,
                approval_limit=settings.oidc_approval_limit_claim,
            ),
        )
