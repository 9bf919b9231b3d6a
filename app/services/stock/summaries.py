"""Sums over levels for dashboards, cached for a moment and shared by concurrent callers.

Rule: a summary is fresh for SUMMARY_FRESH_SECONDS, or for as long as it took to find if that is longer: however many
dashboards poll it, no filter keeps the database busy for more than half of the time.
"""

import time
from copy import copy
from typing import Self

from app.domain.access.visibility import EVERYTHING, Visibility
from app.domain.stock.summary import InventorySummary, SummaryNotReady, TooManySummaries
from app.services.concurrency.single_flight_cache import WAIT_SECONDS, SingleFlightCache
from app.services.filters import LevelFilter
from app.services.ports import Clock, Monotonic, SummaryReader

SUMMARY_FRESH_SECONDS = 1.0  # not noticed by people, and dashboards that poll every second share an answer
MAX_REMEMBERED = 50  # filters; an answer takes 2 MB at most


class Summaries:
    """Sums up levels. Belongs to one event loop."""

    def __init__(
        self,
        *,
        reader: SummaryReader,
        clock: Clock,
        monotonic: Monotonic = time.monotonic,
        wait_seconds: float = WAIT_SECONDS,
    ) -> None:
        self.visibility = EVERYTHING
        self._reader = reader
        self._clock = clock
        self._shared = SingleFlightCache(
            find=self._find,
            good_for=lambda took: max(SUMMARY_FRESH_SECONDS, took),
            max_weight=MAX_REMEMBERED,
            weigh=lambda _: 1,
            not_ready=lambda seconds: SummaryNotReady(waited_seconds=seconds),
            too_many=lambda maximum: TooManySummaries(maximum=maximum),
            name="inventory summary",
            monotonic=monotonic,
            wait_seconds=wait_seconds,
        )

    def within(self, visibility: Visibility) -> Self:
        """Return the summaries of what is visible. They share the answers of all, which are kept by filter."""
        limited = copy(self)
        limited.visibility = visibility
        return limited

    async def summary(self, where: LevelFilter) -> InventorySummary:
        """Return the sums over the levels that match, a few seconds old at most: `as_of` is their moment.

        Raises SummaryTooLarge, SummaryNotReady, TooManySummaries or Unavailable.
        """
        return await self._shared.answer(where.within(self.visibility))

    async def close(self) -> None:
        """Cancel what is being added up."""
        await self._shared.close()

    async def _find(self, where: LevelFilter) -> InventorySummary:
        return await self._reader.summary(where, as_of=self._clock())
