"""Has one process review all levels each day.

Rule: a lease chooses the process, and a reviewed day is recorded. So a process that dies during a review is followed by
another that starts again; a day that was missed while no process ran is not made up for.
"""

import logging
import time

from app.domain.day import day_of
from app.services.background.background import Background
from app.services.background.renewed_lease import renewed
from app.services.ports import Clock, Lease, Monotonic
from app.services.replenishment.periodic_review import PeriodicReview, ReviewOutcome

LOOK_SECONDS = 60.0  # how late after midnight, in UTC, a review may begin
PAUSE_SECONDS = 5.0  # while the database is not available
LEASE = "daily-review"

logger = logging.getLogger(__name__)


class DailyReviewWorker(Background):
    """The daily review of one process. An async context: its task lives in it."""

    def __init__(
        self, *, review: PeriodicReview, lease: Lease, clock: Clock, monotonic: Monotonic = time.monotonic
    ) -> None:
        super().__init__(name="daily review")
        self._review = review
        self._lease = lease
        self._clock = clock
        self._monotonic = monotonic

    async def look(self) -> ReviewOutcome | None:
        """Review the day unless that was done, or another process is doing it. Raises Unavailable or Overloaded."""
        day = day_of(self._clock())
        if await self._review.is_done(day) or await self._lease.hold(LEASE) is None:
            return None
        async with renewed(self._lease, LEASE, task="daily review lease"):
            if await self._review.is_done(day):
                return None  # by the previous holder of the lease
            return await self._reviewed(day)

    async def _reviewed(self, day: int) -> ReviewOutcome:
        logger.info("The daily review begins.")
        began = self._monotonic()
        outcome = await self._review.run()
        await self._review.close(day)
        logger.info(
            "The daily review has ended after %.1f s; levels looked at: %d, changed: %d, "
            "orders written or added to: %d, transfers proposed: %d.",
            self._monotonic() - began,
            outcome.levels,
            outcome.changed,
            len(outcome.ordered.purchases),
            len(outcome.ordered.proposals),
        )
        return outcome

    async def _run(self) -> None:
        await self._for_good(
            self.look,
            cannot="The daily review cannot go on now",
            could_not="The daily review failed.",
            rest_seconds=LOOK_SECONDS,
            pause_seconds=PAUSE_SECONDS,
            error_pause_seconds=LOOK_SECONDS,
        )
