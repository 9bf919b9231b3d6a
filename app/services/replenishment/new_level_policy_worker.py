"""Applies inherited settings to levels that have just begun, in the process that began them.

Rule: this only makes it quick. Levels that are lost here, with the process or because too many wait, are found by
app.services.replenishment.policy_application_worker.
"""

import asyncio

from app.domain.failures import ServiceError
from app.domain.limits import MAX_POLICY_LEVELS
from app.domain.stock.level import LevelKey
from app.services.background.background import Background, woken
from app.services.committed_batch import CommittedBatch
from app.services.replenishment.policy_walk import PolicyWalk
from app.services.replenishment.ports import PolicyQueue

MAX_WAITING = 20_000  # levels, 5 MB; a large import may begin more, and the policy application worker finds those
GATHER_SECONDS = 0.02  # many small commits share a command


class NewLevelPolicyWorker(Background):
    """The follower of one process. An async context: its task lives in it."""

    def __init__(self, *, walk: PolicyWalk, queue: PolicyQueue) -> None:
        super().__init__(name="begun levels")
        self._walk = walk
        self._queue = queue
        self._waiting: dict[LevelKey, None] = {}  # in the order in which they began
        self._something = asyncio.Event()

    def committed(self, batch: CommittedBatch) -> None:
        """Queue the levels that a commit began. Returns at once."""
        for line in batch.movements:
            if line.after.version == 1 and len(self._waiting) < MAX_WAITING:
                self._waiting[line.after.key] = None
                self._something.set()

    async def apply(self) -> None:
        """Bring the waiting levels in line; one small read tells whether there is any policy at all.

        Raises Unavailable or Overloaded, and then the rest still waits.
        """
        while waiting := list(self._waiting):
            if await self._queue.are_any():  # read after they began: a policy that is set later is walked past them
                waiting = waiting[:MAX_POLICY_LEVELS]
                await self._walk.apply_to(waiting)
            for key in waiting:
                del self._waiting[key]

    async def _run(self) -> None:
        await self._for_good(
            self._follow,
            cannot="The policies of new levels cannot be applied now",
            could_not="The policies of new levels could not be applied.",
            rest_seconds=GATHER_SECONDS,
            error_pause_seconds=GATHER_SECONDS,
        )

    async def _follow(self) -> None:
        if not self._waiting:
            await woken(self._something, seconds=None)
        try:
            await self.apply()
        except ServiceError:
            raise  # they still wait
        except Exception:
            self._waiting.clear()  # an error in one of them must not stop those to come
            raise
