"""Rankings of levels, cached for a while and shared by concurrent callers.

Rule: a ranking is fresh for ten times as long as it took to make, and for a second at least. A small shop sees its
classes follow its sales at once; a large one keeps its database busy for a tenth of the time at most, and gets the
former ranking while the next one is made.
"""

import asyncio
import time
from collections.abc import Collection
from functools import partial
from typing import NamedTuple

from app.domain.insight.insight import LedgerSums
from app.domain.insight.ranking import Ranking, RankingNotReady, RankingTooLarge, StockedLevel, TooManyRankings
from app.domain.insight.window import Window
from app.domain.stock.level import LevelKey
from app.services.concurrency.single_flight_cache import PATIENCE_SECONDS, WAIT_SECONDS, SingleFlightCache
from app.services.insight.ports import InsightReader
from app.services.ports import Clock, Monotonic

MAX_RANKED_LEVELS = 200_000  # in all cached rankings, and so in one; they take 90 MB
FRESH_SECONDS = 1.0
FRESH_FACTOR = 10
USABLE_FACTOR = 3  # how many times as old a ranking may be where the next one takes long
BATCH_LOCATIONS = 10  # read at once: no query may run for long, however many locations there are


class _Question(NamedTuple):
    locations: frozenset[str]
    days: int
    with_out_time: bool


class Rankings:
    """Ranks levels. Belongs to one event loop.

    All methods raise RankingTooLarge, RankingNotReady, TooManyRankings or Unavailable.
    """

    def __init__(
        self,
        *,
        reader: InsightReader,
        clock: Clock,
        monotonic: Monotonic = time.monotonic,
        wait_seconds: float = WAIT_SECONDS,
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self._reader = reader
        self._clock = clock
        self._shared = SingleFlightCache(
            find=self._find,
            good_for=lambda took: max(FRESH_SECONDS, FRESH_FACTOR * took),
            max_weight=MAX_RANKED_LEVELS,
            weigh=len,
            not_ready=lambda seconds: RankingNotReady(waited_seconds=seconds),
            too_many=lambda maximum: TooManyRankings(maximum=maximum),
            name="ranking",
            usable_factor=USABLE_FACTOR,
            monotonic=monotonic,
            wait_seconds=wait_seconds,
            patience_seconds=patience_seconds,
        )

    async def ranking(self, locations: Collection[str], *, days: int, with_out_time: bool = False) -> Ranking:
        """Return the ranking of all levels at these locations by their movements of the last days.

        It knows how long levels were out of stock only if that is asked for, which takes twice as long.
        """
        return await self._shared.answer(_Question(frozenset(locations), days, with_out_time))

    async def close(self) -> None:
        """Cancel what is being made."""
        await self._shared.close()

    async def _find(self, question: _Question) -> Ranking:
        window = Window(until=self._clock(), days=question.days)
        codes = sorted(question.locations)
        read = self._reader.sums_in if question.with_out_time else self._reader.sales_in
        stocked: list[StockedLevel] = []
        sums: dict[LevelKey, LedgerSums] = {}
        for some in (codes[start : start + BATCH_LOCATIONS] for start in range(0, len(codes), BATCH_LOCATIONS)):
            stocked += await self._reader.stock_in(some, limit=MAX_RANKED_LEVELS)
            if len(stocked) > MAX_RANKED_LEVELS:
                raise RankingTooLarge(f"{MAX_RANKED_LEVELS:,} levels")
            sums |= await read(some, window=window)
        return await asyncio.to_thread(partial(Ranking.of, stocked, sums=sums, window=window))
