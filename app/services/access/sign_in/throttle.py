"""Slows failed sign-ins, by address and by name (OWASP's API2: broken authentication).

Rule: whether a name exists shows in nothing here: names that exist and names that do not are counted alike.
"""

import time
from collections.abc import Sequence
from hashlib import blake2b

from app.domain.access.address import address_group
from app.domain.access.slowing import BY_ADDRESS, BY_NAME
from app.domain.failures import ServiceError, Throttled
from app.services.access.sign_in.attempts import Counter, LocalSignInAttempts, SignInAttempts
from app.services.ports import Monotonic

RETRY_SHARED_SECONDS = 1.0  # after a failure: an attempt must not wait for a Redis that is away again and again


class SignInThrottle:
    """Admits attempts to sign in with a password, and makes those wait that follow too many failures.

    Around each check of a password:

        await throttle.attempt(name=name, address=client_address(scope))     # raises Throttled
        person = await check(name, password)                                 # also where the name does not exist
        if person is not None:
            await throttle.succeeded(name=name, address=client_address(scope))

    A failure needs no call: an attempt counts as failed until it succeeds, so that attempts at the same time are slowed
    as well. The counters are shared by all processes in Redis; while it is away each process counts for itself.

    - By address: 20 attempts are free, then the next waits 1 s, 2 s, 4 s, … up to 15 min. A success takes back its own
      attempt and no other: an account of one's own buys no guesses at others.
    - By name: 5 are free, then 1 s, 2 s, … up to 60 s. A success starts again. From an address (IPv6: its /64) at which
      the name has signed in within 30 days, only failures at this address count, so that strangers elsewhere shut no
      one out.
    - In a known browser (see `KnownBrowsers`) only its own failures with this name count, as by name: neither do
      strangers at the same address, or behind a proxy that is not listed, shut its owner out.
    """

    def __init__(self, shared: SignInAttempts, *, monotonic: Monotonic = time.monotonic) -> None:
        self._shared = shared
        self._local = LocalSignInAttempts(monotonic=monotonic)
        self._monotonic = monotonic
        self._away_until = float("-inf")

    async def attempt(self, *, name: str, address: str, browser: str | None = None) -> None:
        """Count an attempt for a name, whether it exists or not, from a client's address or its group.

        `browser` is the id of the browser if it is known for this name. Raises Throttled with the seconds after which
        the next attempt may be made; this one does not count then.
        """
        counters = await self._counters(_Keys(name, address, browser))
        wait = self._local.wait(counters) or await self._attempt_shared(counters)
        if wait:
            raise Throttled("Too many attempts with a password. Try again later.", retry_after_seconds=wait)
        self._local.count(counters)

    async def succeeded(self, *, name: str, address: str, browser: str | None = None) -> None:
        """Note that an admitted attempt was right."""
        keys = _Keys(name, address, browser)
        await self._note_success(self._local, keys)
        if self._is_shared():
            try:
                await self._note_success(self._shared, keys)
            except ServiceError:
                self._note_away()

    async def _note_success(self, attempts: SignInAttempts, keys: "_Keys") -> None:
        if keys.browser is None:
            await attempts.succeeded(reset=(keys.name, keys.pair), undone=keys.address, known=keys.known)
        else:  # the address has not counted it
            reset = (keys.name, keys.pair, keys.browser)
            await attempts.succeeded(reset=reset, undone=keys.browser, known=keys.known)

    async def _counters(self, keys: "_Keys") -> Sequence[Counter]:
        if keys.browser is not None:
            return (Counter(keys.browser, BY_NAME),)
        by_name = keys.pair if await self._is_known(keys.known) else keys.name
        return (Counter(by_name, BY_NAME), Counter(keys.address, BY_ADDRESS))

    async def _is_known(self, known: str) -> bool:
        if await self._local.is_known(known):
            return True
        if not self._is_shared():
            return False
        try:
            return await self._shared.is_known(known)
        except ServiceError:
            self._note_away()
            return False

    async def _attempt_shared(self, counters: Sequence[Counter]) -> float:
        if not self._is_shared():
            return 0.0
        try:
            return await self._shared.attempt(counters)
        except ServiceError:
            self._note_away()
            return self._local.wait(counters)

    def _is_shared(self) -> bool:
        return self._monotonic() >= self._away_until

    def _note_away(self) -> None:
        self._away_until = self._monotonic() + RETRY_SHARED_SECONDS


class _Keys:
    """The keys of the counters of a name, an address and a known browser, if it is one.

    Digests: Redis holds no names, nor what was typed as one.
    """

    def __init__(self, name: str, address: str, browser: str | None) -> None:
        folded, group = name.strip().casefold(), address_group(address)
        self.name = _digest("name", folded)
        self.address = _digest("address", group)
        self.pair = _digest("pair", folded, group)
        self.known = _digest("known", folded, group)
        self.browser = None if browser is None else _digest("browser", folded, browser)


def _digest(*parts: str) -> str:
    return blake2b("\0".join(parts).encode(errors="surrogatepass"), digest_size=16).hexdigest()
