"""Tokens of an identity provider: JSON Web Tokens (RFC 7519), verified by its public keys or by a shared secret.

PyJWT checks signatures and claims (ADR 38). Its own client for key sets blocks and has no limits, so keys come from a
port.

Rule: every token names an issuer, an audience, a subject, when it was issued and when it ends, and ends then.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

import jwt
from jwt import PyJWK
from jwt.exceptions import PyJWTError
from jwt.types import Options

from app.domain.failures import ProviderUnavailable, in_full
from app.domain.time import MICROSECONDS_PER_SECOND, Moment
from app.security.key_set import read_key_set
from app.services.access.credentials.bearer_tokens import Claims
from app.services.background.log_throttle import LogThrottle
from app.services.ports import Clock, Monotonic

LEEWAY_SECONDS: Final = 30  # for clocks that differ; not for the end of a token, as connections end with it
REFRESH_SECONDS: Final = 600.0  # so long is a key that the provider withdraws still accepted
UNKNOWN_KEY_SECONDS: Final = 30.0  # between two fetches that tokens with unknown keys cause
WAIT_SECONDS: Final = 1.0  # for such a fetch: others wait along, and a websocket waits for 1.5 s before it is closed
STALE_SECONDS: Final = 86_400.0  # how long keys are used while the provider cannot be reached
MAX_VERIFIED: Final = 10_000  # tokens whose signature is not verified again
MAX_SECONDS: Final = 2**40  # far beyond any token, and within what a moment can be
# The library would compare times with this machine's clock, which may be wrong; all that expires here does so by the
# database's.
_OPTIONS: Final[Options] = {
    "require": ["exp", "iat", "aud", "iss", "sub"],
    "enforce_minimum_key_length": True,
    "verify_exp": False,
    "verify_iat": False,
    "verify_nbf": False,
}

# Returns the provider's key set, as JSON has it. Raises ProviderUnavailable.
FetchKeySet = Callable[[], Awaitable[object]]

logger = logging.getLogger(__name__)


class KeySet:
    """The provider's keys: fetched at the first use, and again when they are old or a token has an unknown one."""

    def __init__(self, fetch: FetchKeySet, *, monotonic: Monotonic = time.monotonic) -> None:
        self._fetch, self._monotonic = fetch, monotonic
        self._document: object = None  # from which the keys were read
        self._keys: Mapping[str | None, PyJWK] = {}
        self._fetched_at = self._tried_at = float("-inf")
        self._fetching: asyncio.Task[None] | None = None
        self._failures = LogThrottle()
        self.version = 0  # grows with each set that is not as the one before

    async def key(self, id: str | None) -> PyJWK | None:
        """Return the key with an id; None where the provider has none. Raises ProviderUnavailable."""
        now = self._monotonic()
        age, is_due = now - self._fetched_at, now - self._tried_at >= UNKNOWN_KEY_SECONDS
        if age > STALE_SECONDS:
            await asyncio.shield(self._refresh())
        elif id not in self._keys:
            if is_due:
                self._refresh().add_done_callback(self._note)
            await self._wait_for_fetch()
            if id not in self._keys and self._fetched_at < self._tried_at:
                raise ProviderUnavailable(details="whether it has a new key is not known yet")
        elif age > REFRESH_SECONDS and is_due:
            self._refresh().add_done_callback(self._note)
        return self._keys.get(id)

    async def aclose(self) -> None:
        """Cancel a fetch that is under way."""
        if self._fetching is not None:
            self._fetching.cancel()
            await asyncio.wait({self._fetching})

    async def _wait_for_fetch(self) -> None:
        if self._fetching is not None and not self._fetching.done():
            await asyncio.wait({self._fetching}, timeout=WAIT_SECONDS)

    def _refresh(self) -> "asyncio.Task[None]":
        if self._fetching is None or self._fetching.done():
            self._tried_at = self._monotonic()
            self._fetching = asyncio.create_task(self._fetch_keys(), name="key set of the identity provider")
        return self._fetching

    async def _fetch_keys(self) -> None:
        began = self._monotonic()
        document = await self._fetch()
        if document != self._document:
            keys = read_key_set(document)
            if not keys:
                raise ProviderUnavailable(details="its key set has no key that verifies tokens here")
            self._document, self._keys = document, keys
            self.version += 1
        self._fetched_at = began

    def _note(self, task: "asyncio.Task[None]") -> None:
        error = None if task.cancelled() else task.exception()
        if error is not None and self._failures.is_due():
            logger.warning("The keys of the identity provider cannot be fetched: %s", in_full(error))


class TokenVerifier:
    """Verifies tokens of one issuer for one audience."""

    def __init__(
        self,
        *,
        issuer: str,
        audience: Sequence[str],
        keys: KeySet | None = None,
        secret: str | None = None,
        clock: Clock,
    ) -> None:
        """Take the provider's public `keys`, or the `secret` that it shares with us: one of them."""
        assert (keys is None) != (secret is None)
        self._issuer, self._audience, self._keys, self._secret, self._clock = issuer, audience, keys, secret, clock
        self._verified: dict[str, Claims] = {}
        self._version = 0  # of the keys, by which those were verified

    async def claims(self, token: str) -> Claims | None:
        """Return what a token claims, None where it is not valid. Raises ProviderUnavailable while no key is known."""
        if self._keys is not None and self._keys.version != self._version:
            self._verified.clear()
            self._version = self._keys.version
        claims = self._verified.get(token)
        if claims is None:
            claims = await self._verify(token)
        if claims is None or claims.ends_at <= self._clock():
            self._verified.pop(token, None)
            return None
        self._verified[token] = claims
        if len(self._verified) > MAX_VERIFIED:
            del self._verified[next(iter(self._verified))]
        return claims

    async def _verify(self, token: str) -> Claims | None:
        try:
            key, algorithm = await self._key_of(token)
            if key is None:
                return None
            found = jwt.decode(
                token,
                key,
                algorithms=[algorithm],
                issuer=self._issuer,
                audience=self._audience,
                options=_OPTIONS,
            )
        except (PyJWTError, ValueError, TypeError, RecursionError):
            return None
        return _claims(found, self._clock())

    async def _key_of(self, token: str) -> tuple[PyJWK | str | None, str]:
        """Return the key of a token and the algorithm of that key. Raises PyJWTError and ProviderUnavailable."""
        if self._keys is None:
            return self._secret, "HS256"
        header = jwt.get_unverified_header(token)
        name = header.get("kid")
        key = await self._keys.key(name if isinstance(name, str) else None)
        if key is None or header.get("alg") != key.algorithm_name:
            return None, ""
        return key, key.algorithm_name


def _claims(found: Mapping[str, Any], now: Moment) -> Claims | None:
    """Return the claims of a token that may be used from now on, or from a moment ago."""
    issued, begins, ends = (_moment(found.get(name)) for name in ("iat", "nbf", "exp"))
    latest = now + LEEWAY_SECONDS * MICROSECONDS_PER_SECOND
    if issued is None or ends is None or issued > latest or not found["sub"]:
        return None
    if "nbf" in found and (begins is None or begins > latest):
        return None
    return Claims(subject=found["sub"], ends_at=ends, all=found)


def _moment(seconds: object) -> Moment | None:
    """Return the moment of a NumericDate (RFC 7519, 2); None for anything else."""
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds <= MAX_SECONDS:
        return None
    return Moment(int(seconds * MICROSECONDS_PER_SECOND))
