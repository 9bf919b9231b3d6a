"""Keeps the totals of all levels behind the ledger, in one process at a time (ADR 31).

Rule: only the holder of the lease works; that saves work, and is not needed for exactness: see TotalsKeeper.
"""

import asyncio
import time
from contextlib import suppress

from app.domain.failures import ServiceError
from app.services.background.background import Background, woken
from app.services.background.cancellation import raise_if_cancelled
from app.services.background.heartbeat import resting
from app.services.committed_batch import CommittedBatch
from app.services.ports import RENEW_SECONDS, Lease, Monotonic
from app.services.stock.ports import TotalsKeeper

LEASE = "totals"
LOOK_SECONDS = 1.0  # how soon commits of other processes are looked for
GATHER_SECONDS = 0.25  # of commits that one step applies together: each step writes the pages that it changes
REST_FACTOR = 2.0  # times what the last steps took: a busy machine gathers more commits for each step
RELEASE_SECONDS = 0.25  # at a stop; otherwise the lease runs out after its time


class TotalsWorker(Background):
    """The worker of one process. An async context: its task lives in it."""

    def __init__(
        self,
        *,
        totals: TotalsKeeper,
        lease: Lease,
        monotonic: Monotonic = time.monotonic,
        renew_seconds: float = RENEW_SECONDS,
        look_seconds: float = LOOK_SECONDS,
        gather_seconds: float = GATHER_SECONDS,
    ) -> None:
        super().__init__(name="totals")
        self._totals = totals
        self._lease = lease
        self._monotonic = monotonic
        self._renew_seconds = renew_seconds
        self._look_seconds = look_seconds
        self._gather_seconds = gather_seconds
        self._asked_at = float("-inf")
        self._is_held = False
        self._woken = asyncio.Event()
        self._behind_since: float | None = None

    @property
    def lag_seconds(self) -> float:
        """For how long the totals have not had everything, as far as this process keeps them; 0 in the others."""
        return 0.0 if self._behind_since is None or not self._is_held else self._monotonic() - self._behind_since

    def committed(self, _: CommittedBatch) -> None:
        """Wake up. Returns at once."""
        if self._behind_since is None:
            self._behind_since = self._monotonic()
        self._woken.set()

    async def keep(self) -> None:
        """Apply everything that the totals do not have yet, if this process holds the lease. Raises Unavailable."""
        while await self._is_ours() and await self._totals.step():
            raise_if_cancelled()
        self._behind_since = None

    async def _run(self) -> None:
        try:
            await self._for_good(
                self._rest_and_keep,
                cannot="The totals of levels cannot be kept now",
                could_not="The totals of levels could not be kept.",
            )
        finally:
            if self._is_held:
                with suppress(ServiceError, TimeoutError):
                    async with asyncio.timeout(RELEASE_SECONDS):
                        await self._lease.release(LEASE)

    async def _rest_and_keep(self) -> None:
        began = self._monotonic()
        await self.keep()
        with resting():
            await asyncio.sleep(max(self._gather_seconds, REST_FACTOR * (self._monotonic() - began)))
        await woken(self._woken, seconds=self._look_seconds)

    async def _is_ours(self) -> bool:
        now = self._monotonic()
        if now - self._asked_at >= self._renew_seconds:
            self._is_held = await self._lease.hold(LEASE) is not None
            self._asked_at = now
        return self._is_held
