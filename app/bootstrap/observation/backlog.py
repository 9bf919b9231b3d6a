"""What waits in the database, read for scrapes and for readiness.

Rule: it is read at most every ten seconds, however often it is asked for. What was read is good for a minute, so that
a database at which counting is slow for once changes nothing; while it is away for longer nothing is known.
"""

import asyncio
import time
from math import nan
from typing import Protocol

from app.domain.alerts.open_alert import AlertType
from app.domain.failures import ServiceError
from app.domain.time import MICROSECONDS_PER_SECOND
from app.services.background.cancellation import raise_if_cancelled
from app.services.ports import Clock, Monotonic
from app.store.readers.documents.backlog_counts import COUNTED_DELIVERIES, BacklogCounts
from app.telemetry.metrics import Metrics

READ_EVERY_SECONDS = 10.0
KEPT_SECONDS = 60.0
WAIT_SECONDS = 1.0  # of a scrape; what comes later is for the next


class BacklogCounter(Protocol):
    """Counts what waits."""

    async def counts(self) -> BacklogCounts:
        """Return the counts. Raises Unavailable."""


class ObservedBacklog:
    """The counts of one process, and the metrics of them."""

    def __init__(
        self, counter: BacklogCounter, *, clock: Clock, metrics: Metrics, monotonic: Monotonic = time.monotonic
    ) -> None:
        self._counter, self._clock, self._metrics, self._monotonic = counter, clock, metrics, monotonic
        self._read_at = self._known_at = float("-inf")
        self._reading: asyncio.Task[None] | None = None
        self.counts: BacklogCounts | None = None

    @property
    def oldest_delivery_seconds(self) -> float:
        """Age of the oldest delivery that waits, as far as it is known."""
        if self.counts is None or self.counts.oldest_delivery_at is None:
            return 0.0
        return max(0.0, (self._clock() - self.counts.oldest_delivery_at) / MICROSECONDS_PER_SECOND)

    async def refresh(self) -> None:
        """Read the counts, unless they are recent; wait for that a second at most."""
        if self._reading is None:
            if self._monotonic() - self._read_at < READ_EVERY_SECONDS:
                return
            self._reading = asyncio.create_task(self._read(), name="counting what waits")
            self._reading.add_done_callback(self._has_read)
        await asyncio.wait({self._reading}, timeout=WAIT_SECONDS)
        raise_if_cancelled()

    def _has_read(self, _: asyncio.Task[None]) -> None:
        self._reading = None

    async def _read(self) -> None:
        try:
            self.counts = await self._counter.counts()
            self._known_at = self._monotonic()
        except ServiceError:
            if self._monotonic() - self._known_at >= KEPT_SECONDS:
                self.counts = None
        self._read_at = self._monotonic()
        self._publish(self.counts)

    def _publish(self, counts: BacklogCounts | None) -> None:
        metrics = self._metrics
        if counts is None:
            for gauge in (metrics.reservations_waiting, metrics.delivery_age):
                gauge.set(nan)
            for each in AlertType:
                metrics.alerts_open.labels(each.value).set(nan)
            for kept in COUNTED_DELIVERIES:
                metrics.deliveries.labels(kept.value).set(nan)
            return
        for alert, number in counts.alerts.items():
            metrics.alerts_open.labels(alert).set(number)
        for state, number in counts.deliveries.items():
            metrics.deliveries.labels(state).set(number)
        metrics.reservations_waiting.set(counts.reservations)
        metrics.delivery_age.set(self.oldest_delivery_seconds)
