"""Slows clients that send API keys that are not valid: each costs a read of the database.

Rule: a key that was valid here lately is never slowed, whatever its neighbours at the same address send.
"""

import time

from app.domain.access.address import address_group
from app.domain.access.token_bucket import TokenBucket
from app.domain.failures import Throttled
from app.services.ports import Monotonic

FREE_FAILURES = 20  # at once, by address: a shop whose tills all still have the key that was revoked
SECONDS_PER_FAILURE = 2.0  # beyond; 0.5 reads a second of each address are nothing
MAX_ADDRESSES = 10_000  # remembered; the one that was seen least recently goes first
MAX_VALID = 10_000


class FailedKeys:
    """Counts in this process alone, and awaits nothing.

    Around each check of a credential that is not cached:

        failed_keys.check(address=client_address(scope), credential=text)     # raises Throttled
        principal = await check(text)                                         # raises Unavailable, too
        if principal is None:
            failed_keys.failed(address=client_address(scope), credential=text)
        else:
            failed_keys.succeeded(credential=text)

    Only what is known to be wrong counts: a hundred tills of one shop that come back at the same moment are right, and
    while the database is away no credential is wrong. Guesses at the same time need no bound here, as a key has 256
    random bits, and they share one read.
    """

    def __init__(self, *, monotonic: Monotonic = time.monotonic) -> None:
        self._monotonic = monotonic
        self._buckets: dict[str, TokenBucket] = {}
        self._valid: dict[int, None] = {}  # by hash, which is secret to the process: the credentials are not kept

    def check(self, *, address: str, credential: str) -> None:
        """Refuse an address that has failed too often. Raises Throttled, which says nothing of the credential."""
        if hash(credential) in self._valid:
            return
        now = self._monotonic()
        bucket = self._bucket(address, now)
        wait = bucket.take(1, now)
        if wait:
            raise Throttled("Too many credentials that are not valid. Try again later.", retry_after_seconds=wait)
        bucket.give(1, now)

    def failed(self, *, address: str, credential: str) -> None:
        """Note that a credential is not valid, or not any more."""
        self._valid.pop(hash(credential), None)
        now = self._monotonic()
        self._bucket(address, now).take(1, now)

    def succeeded(self, *, credential: str) -> None:
        """Note that a credential is valid."""
        known = hash(credential)
        self._valid.pop(known, None)  # inserted again at the end
        self._valid[known] = None
        if len(self._valid) > MAX_VALID:
            del self._valid[next(iter(self._valid))]

    def _bucket(self, address: str, now: float) -> TokenBucket:
        group = address_group(address)
        bucket = self._buckets.pop(group, None) or TokenBucket(
            capacity=FREE_FAILURES, rate=1 / SECONDS_PER_FAILURE, at=now
        )
        self._buckets[group] = bucket
        if len(self._buckets) > MAX_ADDRESSES:
            del self._buckets[next(iter(self._buckets))]
        return bucket
