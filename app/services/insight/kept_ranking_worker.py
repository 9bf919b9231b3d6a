"""Ranks all levels once a day, location by location, where there are too many to be ranked on request (ADR 34).

Rule: what is kept of a location is written when it is complete. A process that dies is followed by another, which goes
on with the locations that are not ranked yet.
"""

import asyncio
import logging
import time
from functools import partial

from app.domain.day import day_of
from app.domain.insight.ranking import Ranking, RankingTooLarge
from app.domain.insight.window import SALES_DAYS, Window
from app.services.background.background import Background
from app.services.background.heartbeat import resting
from app.services.background.renewed_lease import renewed
from app.services.filters import LevelFilter, LocationFilter
from app.services.insight.ports import InsightReader, KeptRankings
from app.services.insight.ranked_lists import MAX_LOCATIONS
from app.services.insight.rankings import MAX_RANKED_LEVELS
from app.services.paging import PageRequest
from app.services.ports import CatalogReader, Clock, Lease, LevelReader, Monotonic

LOOK_SECONDS = 60.0  # how late after midnight, in UTC, or after a location was created, it is ranked
PAUSE_SECONDS = 5.0  # while the database is not available
REST_FACTOR = 1.0  # times as long as a location took: then a concurrent sale waits hardly longer than usual
LEASE = "kept-ranking"

logger = logging.getLogger(__name__)


class KeptRankingWorker(Background):
    """Keeps the ranking of a large chain. An async context: its task lives in it."""

    def __init__(
        self,
        *,
        reader: InsightReader,
        kept: KeptRankings,
        levels: LevelReader,
        catalog: CatalogReader,
        lease: Lease,
        clock: Clock,
        monotonic: Monotonic = time.monotonic,
        max_levels: int = MAX_RANKED_LEVELS,
    ) -> None:
        """`max_levels` may be ranked on request, so that nothing is kept of them."""
        super().__init__(name="kept ranking")
        self._reader = reader
        self._kept = kept
        self._levels = levels
        self._catalog = catalog
        self._lease = lease
        self._clock = clock
        self._monotonic = monotonic
        self._max_levels = max_levels
        self._refused: dict[str, int] = {}  # locations that cannot be ranked, and the day of the last attempt

    async def look(self) -> int:
        """Rank what was not ranked today; return how many locations were. Raises Unavailable."""
        if await self._levels.count_levels(LevelFilter()) <= self._max_levels or not await self._due():
            return 0
        if await self._lease.hold(LEASE) is None:
            return 0
        async with renewed(self._lease, LEASE, task="kept ranking lease"):
            due = await self._due()
            for code in due:
                began = self._monotonic()
                await self._rank(code)
                with resting():
                    await asyncio.sleep(REST_FACTOR * (self._monotonic() - began))
        return len(due)

    async def _due(self) -> list[str]:
        found = await self._catalog.page_of_locations(LocationFilter(), page=PageRequest(first=MAX_LOCATIONS))
        codes = [location.code for location in found.nodes]
        kept, today = await self._kept.locations(codes), day_of(self._clock())
        return [
            code
            for code in codes
            if (code not in kept or day_of(kept[code].at) < today) and self._refused.get(code) != today
        ]

    async def _rank(self, code: str) -> None:
        window = Window(until=self._clock(), days=SALES_DAYS)
        try:
            stocked = await self._reader.stock_in([code], limit=MAX_RANKED_LEVELS)
            sums = await self._reader.sums_in([code], window=window)
        except RankingTooLarge as error:
            logger.warning("The levels of %s cannot be ranked today: %s", code, error)
            self._refused[code] = day_of(window.until)
            return
        ranking = await asyncio.to_thread(partial(Ranking.of, stocked, sums=sums, window=window))
        await self._kept.keep(code, ranking.levels, at=window.until)

    async def _run(self) -> None:
        await self._for_good(
            self.look,
            cannot="The ranking of all levels cannot go on now",
            could_not="The ranking of all levels failed.",
            rest_seconds=LOOK_SECONDS,
            pause_seconds=PAUSE_SECONDS,
            error_pause_seconds=LOOK_SECONDS,
        )
