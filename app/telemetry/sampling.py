"""Reads at an interval, and before each scrape, what is not counted as it happens.

Rule: a probe only reads what its part of the program knows already; one that fails harms no other.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from time import perf_counter

from app.telemetry.metrics import Metrics

LOOK_SECONDS = 0.25  # at the lag of the event loop
LOOKS_KEPT = 40  # of the last ten seconds
SAMPLE_SECONDS = 5.0  # below the interval of scrapes: what another process of the server says is no older

Probe = Callable[[], None]
Read = Callable[[], Awaitable[None]]  # bounded in time, and raises nothing

logger = logging.getLogger(__name__)


class Sampler:
    """The probes of one process, and the reads of what other machines know, which come before them at a scrape."""

    def __init__(self, metrics: Metrics) -> None:
        self._lag, self._take_over = metrics.loop_lag_seconds, metrics.take_over
        self._lags: deque[float] = deque([0.0], maxlen=LOOKS_KEPT)
        self.probes: Sequence[Probe] = ()
        self.reads: Sequence[Read] = ()
        self._failed: set[Probe] = set()

    @property
    def lag_seconds(self) -> float:
        """The longest that the event loop was late within the last ten seconds."""
        return max(self._lags)

    async def refresh(self) -> None:
        """Bring everything up to date."""
        await asyncio.gather(*(read() for read in self.reads))
        self.sample()

    def sample(self) -> None:
        """Run each probe, and take over what was counted."""
        for probe in (*self.probes, self._take_over):
            try:
                probe()
            except Exception:
                if probe not in self._failed:  # it would fail likewise every few seconds
                    self._failed.add(probe)
                    logger.exception("A metric could not be read.")

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run them at an interval within the context."""
        task = asyncio.create_task(self._run(), name="sampling of metrics")
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            self.sample()  # what was counted since: another process of the server may tell it

    async def _run(self) -> None:
        sample_at = perf_counter()
        while True:
            if perf_counter() >= sample_at:
                self.sample()
                sample_at = perf_counter() + SAMPLE_SECONDS
            # Not by the loop's clock, which has whole milliseconds.
            due = perf_counter() + LOOK_SECONDS
            await asyncio.sleep(LOOK_SECONDS)
            self._lags.append(max(0.0, perf_counter() - due))
            self._lag.observe(self._lags[-1])
