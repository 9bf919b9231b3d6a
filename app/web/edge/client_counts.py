"""How many connections each client has open, and how fast it opens new ones; in one process.

Rule: one client, by address or by name, takes a part of a process's connections and no more. A client of this machine
is not counted by its address: behind a proxy that is not listed, every client has it.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from starlette.types import Scope

from app.domain.access.address import address_group, parse_address
from app.domain.access.token_bucket import TokenBucket
from app.services.background.log_throttle import LogThrottle
from app.web.edge.client_address import TrustedProxies, client_address, proxies_of

IF_A_PROXY = "If that is the address of a proxy, list it in STOCKPULSE_TRUSTED_PROXIES."

logger = logging.getLogger(__name__)

MAX_REMEMBERED = 10_000  # clients whose new connections are counted; the one seen least recently goes first


class ClientCounts:
    """Connections by client."""

    def __init__(
        self,
        *,
        maximum: int | None = None,
        new_per_second: float | None = None,
        new_at_once: float = 0.0,
        advice: str = IF_A_PROXY,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Allow a client so many connections, and so many new ones; None for any number. The log gives the advice."""
        self._maximum, self._advice, self._monotonic = maximum, advice, monotonic
        self._rate, self._at_once = new_per_second, new_at_once
        self._warnings = LogThrottle(monotonic=monotonic)
        self._open: dict[str, int] = {}
        self._new: dict[str, TokenBucket] = {}

    def add(self, client: str) -> bool:
        """Count a new connection; return False, and count nothing, where the client has too many."""
        count = self._open.get(client, 0)
        if (self._maximum is not None and count >= self._maximum) or not self._is_slow_enough(client):
            if self._warnings.is_due():
                logger.warning("Connections of %s are refused: it has or opens too many. %s", client, self._advice)
            return False
        self._open[client] = count + 1
        return True

    def remove(self, client: str) -> None:
        """Count a connection no longer."""
        count = self._open.pop(client) - 1
        if count:
            self._open[client] = count

    @contextmanager
    def counted(self, client: str | None) -> Iterator[bool]:
        """Count a connection meanwhile; yield False where there are too many. None is not counted."""
        is_added = client is not None and self.add(client)
        try:
            yield is_added or client is None
        finally:
            if is_added and client is not None:
                self.remove(client)

    def _is_slow_enough(self, client: str) -> bool:
        if self._rate is None:
            return True
        now = self._monotonic()
        bucket = self._new.pop(client, None) or TokenBucket(capacity=self._at_once, rate=self._rate, at=now)
        self._new[client] = bucket
        if len(self._new) > MAX_REMEMBERED:
            del self._new[next(iter(self._new))]
        return not bucket.take(1, now)


def counted_address(scope: Scope) -> str | None:
    """Return by what the connections of a client's address are counted; None of this machine's and our proxies' own."""
    return counted_group(client_address(scope), proxies_of(scope))


def counted_group(address: str, proxies: TrustedProxies) -> str | None:
    """Return the same of an address; None too of what is no address."""
    parsed = parse_address(address)
    return None if parsed is None or parsed.is_loopback or proxies.trusts(address) else address_group(address)
