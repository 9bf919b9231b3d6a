"""Sums over levels for dashboards, added up once for all who ask at the same time, and for a moment after.

Rule: an answer is handed out for SUMMARY_FRESH_SECONDS after it was found, or for as long as it took to find if that
is longer: however many dashboards poll it, no filter keeps the database busy for more than half of the time.
"""

import asyncio
import time
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from app.domain.summary import InventorySummary, SummaryNotReady, TooManySummaries
from app.services.filters import LevelFilter
from app.services.ports import Clock, SummaryReader

SUMMARY_FRESH_SECONDS = 1.0  # people do not notice, and dashboards that poll every second share their answers
WAIT_SECONDS = 8.0  # below a load balancer's usual 10 s, so that we answer first
MAX_AT_ONCE = 2  # each takes one core of the database
MAX_FLIGHTS = 20  # filters that are being summed up or wait for their turn
MAX_REMEMBERED = 50  # filters; an answer takes 2 MB at most


class _Answer(NamedTuple):
    summary: InventorySummary
    good_until: float


class Summaries:
    """Sums up levels. Belongs to one event loop. A failure is told to those who wait for it, and not remembered."""

    def __init__(
        self,
        *,
        reader: SummaryReader,
        clock: Clock,
        monotonic: Callable[[], float] = time.monotonic,
        wait_seconds: float = WAIT_SECONDS,
    ) -> None:
        self._reader = reader
        self._clock = clock
        self._monotonic = monotonic
        self._wait_seconds = wait_seconds
        self._turns = asyncio.Semaphore(MAX_AT_ONCE)
        self._answers: dict[LevelFilter, _Answer] = {}  # in the order in which they were found
        self._flights: dict[LevelFilter, asyncio.Task[InventorySummary]] = {}

    async def summary(self, where: LevelFilter) -> InventorySummary:
        """Return the sums over the levels that match, a few seconds old at most: `as_of` tells the moment.

        Raises SummaryTooLarge, SummaryNotReady, TooManySummaries or Unavailable.
        """
        answer = self._answers.get(where)
        if answer is not None and self._monotonic() < answer.good_until:
            return answer.summary
        flight = self._flights.get(where) or self._depart(where)
        try:
            async with asyncio.timeout(self._wait_seconds):
                return await asyncio.shield(flight)  # it is not this caller's alone
        except TimeoutError:
            raise SummaryNotReady(waited_seconds=self._wait_seconds) from None

    async def close(self) -> None:
        """Give up what is being added up."""
        flights = list(self._flights.values())
        for flight in flights:
            flight.cancel()
        await asyncio.gather(*flights, return_exceptions=True)

    def _depart(self, where: LevelFilter) -> asyncio.Task[InventorySummary]:
        if len(self._flights) >= MAX_FLIGHTS:
            raise TooManySummaries(maximum=MAX_FLIGHTS)
        flight = self._flights[where] = asyncio.create_task(self._fly(where), name="inventory summary")
        flight.add_done_callback(partial(self._land, where))
        return flight

    async def _fly(self, where: LevelFilter) -> InventorySummary:
        async with self._turns:
            began = self._monotonic()
            summary = await self._reader.summary(where, as_of=self._clock())
            ended = self._monotonic()
        self._forget_stale(now=ended)
        self._answers[where] = _Answer(summary, ended + max(SUMMARY_FRESH_SECONDS, ended - began))
        return summary

    def _land(self, where: LevelFilter, flight: asyncio.Task[InventorySummary]) -> None:
        del self._flights[where]
        if not flight.cancelled():
            flight.exception()  # is told to those who wait; if none of them is left, to nobody

    def _forget_stale(self, *, now: float) -> None:
        """Forget what is out of date, and what was found first where that leaves too much."""
        fresh = [entry for entry in self._answers.items() if entry[1].good_until > now]
        self._answers = dict(fresh[-(MAX_REMEMBERED - 1) :])
