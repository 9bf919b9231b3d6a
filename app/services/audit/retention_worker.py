"""Removes old days of the audit.

Rule: before anything is removed, the chain records through which day, and the hash of the last page that goes; so it
verifies from the oldest page that is left. Whole days go, the oldest first.
"""

import logging
from functools import partial

from app.domain.audit.entry import AuditEntry, AuditKind
from app.domain.audit.page import Head, day_name
from app.domain.time import MICROSECONDS_PER_DAY, Moment
from app.services.audit.ports import AuditPages
from app.services.audit.recorder import AuditRecorder
from app.services.background.background import Background
from app.services.background.renewed_lease import renewed
from app.services.ports import Clock, Lease

LOOK_SECONDS = 3_600.0
PAUSE_SECONDS = 30.0  # while the database is not available
LEASE = "audit-retention"

logger = logging.getLogger(__name__)


class AuditRetentionWorker(Background):
    """The retention of one process. An async context: its task lives in it."""

    def __init__(self, *, pages: AuditPages, recorder: AuditRecorder, lease: Lease, clock: Clock, days: int) -> None:
        """Keep so many whole days before the present one."""
        super().__init__(name="audit retention")
        self._pages, self._recorder, self._lease, self._clock, self._days = pages, recorder, lease, clock, days

    async def look(self) -> int:
        """Remove the days that are too old, and return how many pages that were. Raises Unavailable."""
        oldest_kept = day_name(Moment(self._clock() - self._days * MICROSECONDS_PER_DAY))
        if await self._pages.last_before(oldest_kept) is None or await self._lease.hold(LEASE) is None:
            return 0
        async with renewed(self._lease, LEASE, task="audit retention lease"):
            last = await self._pages.last_before(oldest_kept)
            if last is None:
                return 0  # by the previous holder of the lease
            await self._recorder.written(partial(_anchor, last))
            removed = await self._pages.remove_through(last.number)
            logger.info("Removed the audit through %s: %d pages.", last.day, removed)
            return removed

    async def _run(self) -> None:
        await self._for_good(
            self.look,
            cannot="Old days of the audit cannot be removed now",
            could_not="Old days of the audit could not be removed.",
            rest_seconds=LOOK_SECONDS,
            pause_seconds=PAUSE_SECONDS,
            error_pause_seconds=LOOK_SECONDS,
        )


def _anchor(last: Head, at: Moment) -> AuditEntry:
    """Return the entry that the chain verifies from once the pages up to this one are gone."""
    return AuditEntry(at=at, kind=AuditKind.RETENTION, through=last.day, head=last.hash)
