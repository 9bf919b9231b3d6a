"""Authentication: whose credentials a request carries (ADR 38).

A verified credential is valid for four seconds without being verified again. One in use is verified in the background
before they are over, so that a busy client never waits; one whose websockets are open is verified as often, once for
all of them. What changes is announced by Redis, and then verified at once.

Rule: no credential is accepted, and no websocket is kept, for more than five seconds after the database says otherwise,
whatever Redis does. While the database is away, no client is called unauthenticated: what was verified is valid to its
end, and then the answer is Unavailable.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum, auto

from app.domain.access.principal import Principal
from app.domain.failures import ServiceError, Unauthenticated
from app.domain.time import MICROSECONDS_PER_SECOND
from app.services.access.credentials.verification_queue import VerificationQueue, Verify
from app.services.background.background import Background, woken
from app.services.ports import Clock, Monotonic

# The value of an `Authorization` header, or as text the token of a session's cookie.
Credential = bytes | str

VALID_SECONDS = 4.0  # the promise is five: the fifth is for the time that a websocket takes to close
RENEW_SECONDS = 2.0  # half of it, so that one slow read does not make a client wait
LOOK_SECONDS = 0.5  # between two looks at the credentials of open websockets
LOOKED_AT_TOGETHER = 100  # some milliseconds; then other tasks of the process have their turn
UNKNOWN_SECONDS = 2.0  # a client that goes on with a wrong key costs the database a read in so many seconds
MAX_VERIFIED = 10_000  # as many as there may be websockets; each takes some hundred bytes
MAX_UNKNOWN = 1_000  # a credential may have 8 KB
MAX_CREDENTIAL_CHARACTERS = 8_192  # tokens with many claims have some thousand

KEY_MARK = "sp_"  # what API keys begin with; a JWT never does, as it begins with base64url of "{"


class Ending(Enum):
    """Why a websocket may no longer use its credential."""

    REVOKED = auto()  # it is not valid any more, and will never be again
    CHANGED = auto()  # it has expired, or its principal may do something else now: another connection may be made
    UNCONFIRMED = auto()  # the database has not confirmed it in time


OnEnd = Callable[[Ending], None]


def secret_of(credential: bytes) -> str:
    """Return the key or the token of the value of a header, however that spells the rest."""
    return credential.partition(b" ")[2].strip().decode("latin-1")


class _Verified:
    """A verified credential: valid until, and to be verified again at, so many seconds of the monotonic clock.

    The second is never after the first: only then is the first looked at.
    """

    __slots__ = ("principal", "renew_at", "valid_until")

    def __init__(self, principal: Principal, *, valid_until: float, renew_at: float) -> None:
        self.principal, self.valid_until, self.renew_at = principal, valid_until, renew_at


class _Watched:
    """A credential with open websockets, and when the database confirmed it last."""

    __slots__ = ("confirmed_at", "on_end", "principal")

    def __init__(self, principal: Principal, *, confirmed_at: float) -> None:
        self.principal, self.confirmed_at = principal, confirmed_at
        self.on_end: dict[object, OnEnd] = {}


class Authenticator(Background):
    """The credentials of one process. An async context, within which open websockets are watched over."""

    def __init__(
        self,
        *,
        keys: Verify,
        tokens: Verify | None = None,
        sessions: Verify | None = None,
        clock: Clock,
        monotonic: Monotonic = time.monotonic,
    ) -> None:
        """Verify API keys, tokens of an identity provider, and tokens of sessions by these."""
        super().__init__(name="authentication")
        self._keys = VerificationQueue(keys, name="verification of keys")
        self._tokens = VerificationQueue(tokens, name="verification of tokens") if tokens else None
        self._sessions = VerificationQueue(sessions, name="verification of sessions") if sessions else None
        self._clock, self._monotonic = clock, monotonic
        self._verified: dict[Credential, _Verified] = {}  # the one verified longest ago first
        self._unknown: dict[Credential, float] = {}  # until when, in the order in which they were refused
        self._renewals: dict[Credential, asyncio.Task[None]] = {}
        self._watched: dict[Credential, _Watched] = {}
        self._has_watched = asyncio.Event()
        self.hits = self.misses = 0  # of lookups among those verified lately
        self._changes = 0  # that were heard of: what was read before the last one may be of before it

    def known(self, credential: Credential) -> Principal | None:
        """Return the principal of a credential that was verified lately, without waiting."""
        found = self._verified.get(credential)
        if found is not None:
            now = self._monotonic()
            if now < found.renew_at:
                self.hits += 1
                return found.principal
            if now < found.valid_until:
                self._renew(credential)
                self.hits += 1
                return found.principal
        self.misses += 1
        return None

    def __len__(self) -> int:
        return len(self._verified)

    def is_refused(self, credential: Credential) -> bool:
        """Tell whether a credential was found not to be valid a moment ago."""
        return self._unknown.get(credential, 0.0) > self._monotonic()

    async def principal(self, credential: Credential) -> Principal:
        """Return the principal of a credential. Raises Unauthenticated, and ServiceError where that is not known."""
        principal = self.known(credential)
        if principal is None and not self.is_refused(credential):
            principal = await self._verify(credential)
        if principal is None:
            raise Unauthenticated("These credentials are not valid.")
        return principal

    @contextmanager
    def watching(self, credential: Credential, principal: Principal, on_end: OnEnd) -> Iterator[None]:
        """Call `on_end` once, without waiting, when a credential may no longer be used as this principal's."""
        watched = self._watched.get(credential)
        if watched is None:
            found = self._verified.get(credential)  # None where so many others were verified meanwhile
            confirmed_at = found.valid_until - VALID_SECONDS if found else self._monotonic() - RENEW_SECONDS
            watched = self._watched[credential] = _Watched(principal, confirmed_at=confirmed_at)
            self._has_watched.set()
        place = object()
        watched.on_end[place] = on_end
        try:
            yield
        finally:
            watched.on_end.pop(place, None)
            if not watched.on_end and self._watched.get(credential) is watched:
                del self._watched[credential]

    def changed(self, names: frozenset[str] | None) -> None:
        """Verify anew what belongs to these actors, at once; everybody's for a role; and for None, soon."""
        self._changes += 1
        self._unknown.clear()
        is_everybody = names is None or any(name.startswith("role:") for name in names)
        for found in self._verified.values():
            if is_everybody or (names and found.principal.actor in names):
                found.renew_at = 0.0
                if names is not None:
                    found.valid_until = 0.0
        for credential, watched in list(self._watched.items()):
            if is_everybody or (names and watched.principal.actor in names):
                self._renew(credential)

    async def __aexit__(self, *failure: object) -> None:
        await super().__aexit__(None, None, None)
        for task in self._renewals.values():
            task.cancel()
        for queue in (self._keys, self._tokens, self._sessions):
            if queue is not None:
                await queue.close()

    def _renew(self, credential: Credential) -> None:
        """Verify a credential in the background, unless that is under way."""
        if credential not in self._renewals:
            task = asyncio.create_task(self._renewed(credential), name="renewal of a credential")
            self._renewals[credential] = task
            task.add_done_callback(lambda _: self._renewals.pop(credential, None))

    async def _renewed(self, credential: Credential) -> None:
        try:
            await self._verify(credential)
        except ServiceError:
            return  # it stays valid to its end; then the failure is raised to the caller

    async def _verify(self, credential: Credential) -> Principal | None:
        """Return the principal, or None, as the database says from now on. Raises ServiceError."""
        queue, text = self._queue_of(credential)
        while True:
            began, changes = self._monotonic(), self._changes
            principal = await queue.verified(text) if queue is not None else None
            if changes == self._changes or self._monotonic() - began >= VALID_SECONDS:
                break
        if principal is not None and self._seconds_left(principal) <= 0:
            self._verified.pop(credential, None)
            self._end(credential, Ending.CHANGED)
            principal = None
        if principal is None:
            self._refuse(credential)
        else:
            self._keep(credential, principal, began=began)
        return principal

    def _queue_of(self, credential: Credential) -> tuple[VerificationQueue | None, str]:
        if isinstance(credential, str):
            return self._sessions, credential
        text = secret_of(credential)
        if credential[:7].lower() != b"bearer " or not text.isascii() or len(text) > MAX_CREDENTIAL_CHARACTERS:
            return None, ""
        if text.startswith(KEY_MARK):
            return self._keys, text
        return (self._tokens if text.count(".") == 2 else None), text  # noqa: PLR2004 - header, payload, signature

    def _seconds_left(self, principal: Principal) -> float:
        """Return for how long a principal's key, token or session lasts."""
        if principal.expires_at is None:
            return VALID_SECONDS
        return (principal.expires_at - self._clock()) / MICROSECONDS_PER_SECOND

    def _keep(self, credential: Credential, principal: Principal, *, began: float) -> None:
        """Remember what the database said at a moment, or later."""
        until = min(began + VALID_SECONDS, self._monotonic() + self._seconds_left(principal))
        self._unknown.pop(credential, None)
        self._verified.pop(credential, None)  # inserted again at the end
        self._verified[credential] = _Verified(principal, valid_until=until, renew_at=min(began + RENEW_SECONDS, until))
        while len(self._verified) > MAX_VERIFIED:
            del self._verified[next(iter(self._verified))]
        watched = self._watched.get(credential)
        if watched is not None and watched.principal != principal:
            self._end(credential, Ending.CHANGED)
        elif watched is not None:
            watched.confirmed_at = began

    def _refuse(self, credential: Credential) -> None:
        self._verified.pop(credential, None)
        self._end(credential, Ending.REVOKED)
        self._unknown.pop(credential, None)
        self._unknown[credential] = self._monotonic() + UNKNOWN_SECONDS
        while len(self._unknown) > MAX_UNKNOWN:
            del self._unknown[next(iter(self._unknown))]

    def _end(self, credential: Credential, ending: Ending) -> None:
        watched = self._watched.pop(credential, None)
        if watched is not None:
            if ending is Ending.REVOKED and self._seconds_left(watched.principal) <= 0:
                ending = Ending.CHANGED
            for on_end in list(watched.on_end.values()):
                on_end(ending)

    async def _run(self) -> None:
        await self._for_good(
            self._look,
            cannot="Credentials of open websockets cannot be verified now",
            could_not="The credentials of open websockets could not be looked at.",
            rest_seconds=LOOK_SECONDS,
        )

    async def _look(self) -> None:
        """Look at each credential with open websockets; rest while there are none."""
        if not self._watched:
            await woken(self._has_watched, seconds=None)
        for place, (credential, watched) in enumerate(list(self._watched.items())):
            if place % LOOKED_AT_TOGETHER == LOOKED_AT_TOGETHER - 1:
                await asyncio.sleep(0)
            if self._watched.get(credential) is not watched:
                continue  # its last websocket has closed meanwhile
            age = self._monotonic() - watched.confirmed_at
            if self._seconds_left(watched.principal) <= 0:
                self._end(credential, Ending.CHANGED)
            elif age >= VALID_SECONDS:
                self._end(credential, Ending.UNCONFIRMED)
            elif age >= RENEW_SECONDS:
                self._renew(credential)
