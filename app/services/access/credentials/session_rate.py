"""Bounds how many sessions begin with one key or user: each is a document that is kept for hours.

Rule: this counts what was right; what was wrong is counted before it, by `SignInThrottle` and `FailedKeys`.
"""

import time

from app.domain.access.token_bucket import TokenBucket
from app.domain.failures import Throttled
from app.services.ports import Monotonic

AT_ONCE = 100  # all tills of a chain that share a key, in the morning
PER_SECOND = 1.0  # beyond; in 12 hours 43,200 documents of some 300 bytes
MAX_ACTORS = 10_000  # remembered; the one that was seen least recently goes first


class SessionRate:
    """Counts in this process alone."""

    def __init__(self, *, monotonic: Monotonic = time.monotonic) -> None:
        self._monotonic = monotonic
        self._buckets: dict[str, TokenBucket] = {}

    def check(self, actor: str) -> None:
        """Count a session that begins now. Raises Throttled, and counts nothing, where there are too many."""
        now = self._monotonic()
        bucket = self._buckets.pop(actor, None) or TokenBucket(capacity=AT_ONCE, rate=PER_SECOND, at=now)
        self._buckets[actor] = bucket
        if len(self._buckets) > MAX_ACTORS:
            del self._buckets[next(iter(self._buckets))]
        wait = bucket.take(1, now)
        if wait:
            raise Throttled("Too many sign-ins with these credentials. Try again later.", retry_after_seconds=wait)
