"""What waits in the database, read for scrapes and for readiness.

Rule: it is read at most every ten seconds, however often it is asked for; while the database is away it is not known.
"""

import asyncio
import time
from math import nan

from app.domain.failures import ServiceError
from app.domain.time import MICROSECONDS_PER_SECOND
from app.services.cancellation import raise_if_cancelled
from app.services.ports import Clock, Monotonic
from app.store.readers.backlog_counts import BacklogCounts, MongoBacklogCounter
from app.telemetry.metrics import Metrics

READ_EVERY_SECONDS = 10.0
WAIT_SECONDS = 1.0  # of a scrape; what comes later is for the next


class ObservedBacklog:
    """The counts of one process, and the metrics of them."""

    def __init__(
        self, counter: MongoBacklogCounter, *, clock: Clock, metrics: Metrics, monotonic: Monotonic = time.monotonic
    ) -> None:
        self._counter, self._clock, self._metrics, self._monotonic = counter, clock, metrics, monotonic
        self._read_at = float("-inf")
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
        except ServiceError:
            self.counts = None
        self._read_at = self._monotonic()
        self._publish(self.counts)

    def _publish(self, counts: BacklogCounts | None) -> None:
        metrics = self._metrics
        metrics.mongo_up.set(counts is not None)
        if counts is None:
            metrics.reservations_waiting.set(nan)
            metrics.delivery_age.set(nan)
            return
        for alert, number in counts.alerts.items():
            metrics.alerts_open.labels(alert).set(number)
        for state, number in counts.deliveries.items():
            metrics.deliveries.labels(state).set(number)
        metrics.reservations_waiting.set(counts.reservations)
        metrics.delivery_age.set(self.oldest_delivery_seconds)
