"""Counters of attempts to sign in: the port, and the one in memory.

Rule: an attempt is counted before it is made, in the step that admits it, so that attempts at the same time do not all
pass on what none of them has failed yet.
"""

import time
from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct

from app.domain.access.slowing import Slowing
from app.services.ports import Monotonic

MAX_COUNTERS = 20_000  # in memory: 4 MB; the one that was used least recently goes first
KNOWN_SECONDS = 30 * 86_400.0  # how long an address is known after a success


class Counter(Struct, frozen=True):
    """One counter: its key, which shows no name, and how it slows."""

    key: str
    slowing: Slowing


class SignInAttempts(Protocol):
    """Counts attempts."""

    async def attempt(self, counters: Sequence[Counter]) -> float:
        """Count one in all of them and return 0; or count nothing and return how many seconds the next one waits.

        Raises ServiceError.
        """

    async def succeeded(self, *, reset: Sequence[str], undone: str, known: str) -> None:
        """Forget these counters, take one attempt and the delay from another, and remember a known address.

        Raises ServiceError.
        """

    async def is_known(self, known: str) -> bool:
        """Tell whether an address is known: see `succeeded`. Raises ServiceError."""


class _Count(Struct):
    attempts: int
    waits_until: float
    forgotten_at: float


class LocalSignInAttempts:
    """The counters of one process."""

    def __init__(self, *, monotonic: Monotonic = time.monotonic) -> None:
        self._monotonic = monotonic
        self._counts: dict[str, _Count] = {}
        self._known: dict[str, float] = {}  # until when

    async def attempt(self, counters: Sequence[Counter]) -> float:
        """Count one in all of them, or return how long it waits."""
        wait = self.wait(counters)
        if not wait:
            self.count(counters)
        return wait

    def wait(self, counters: Sequence[Counter]) -> float:
        """Return how long an attempt would wait, and count nothing."""
        now = self._monotonic()
        found = (self._counts.get(each.key) for each in counters)
        return max(0.0, *(each.waits_until - now for each in found if each is not None), 0.0)

    def count(self, counters: Sequence[Counter]) -> None:
        """Count an attempt in all of them."""
        now = self._monotonic()
        for each in counters:
            old = self._counts.pop(each.key, None)
            attempts = 1 if old is None or old.forgotten_at <= now else old.attempts + 1
            delay = each.slowing.delay(attempts)
            self._counts[each.key] = _Count(attempts, now + delay, now + delay + each.slowing.forget_seconds)
        _bound(self._counts)

    async def succeeded(self, *, reset: Sequence[str], undone: str, known: str) -> None:
        """Note a success."""
        for key in reset:
            self._counts.pop(key, None)
        count = self._counts.get(undone)
        if count is not None:
            count.attempts -= 1
            count.waits_until = 0.0
        self._known.pop(known, None)
        self._known[known] = self._monotonic() + KNOWN_SECONDS
        _bound(self._known)

    async def is_known(self, known: str) -> bool:
        """Tell whether an address is known."""
        return self._known.get(known, 0.0) > self._monotonic()


def _bound(entries: dict[str, _Count] | dict[str, float]) -> None:
    while len(entries) > MAX_COUNTERS:
        del entries[next(iter(entries))]
