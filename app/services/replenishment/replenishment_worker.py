"""Orders what levels need, as soon as a movement makes one short.

Rule: a level itself says that it is short, until something is on order for it. So what a process left when it died is
found by any other, and ordered once.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

from app.domain.replenishment.need_route import NeedRoute
from app.domain.stock.level import Level, LevelKey
from app.services.background.background import Background
from app.services.background.cancellation import raise_if_cancelled
from app.services.background.heartbeat import resting
from app.services.committed_batch import CommittedBatch
from app.services.filters import LevelFilter
from app.services.paging import MAX_PAGE_SIZE, pages
from app.services.ports import Lease, LevelReader, Monotonic
from app.services.purchasing.auto_submit import AutoSubmit
from app.services.replenishment.draft_writer import DraftWriter, Ordered
from app.services.replenishment.need_planner import NeedPlanner

GATHER_SECONDS = 0.05  # what becomes short at the same time shares an order
SWEEP_SECONDS = 5.0  # for what a process that crashed has left
REST_FACTOR = 10  # times as long as a sweep took: where very many levels cannot be served, the database can rest
HOPELESS_SECONDS = 30.0  # how long a level without a source is left alone
MAX_HOPELESS = 100_000
LEASE = "replenishment"


class ReplenishmentWorker(Background):
    """The orderer of one process. An async context: its tasks live in it."""

    def __init__(
        self,
        *,
        levels: LevelReader,
        needs: NeedPlanner,
        drafts: DraftWriter,
        submit: AutoSubmit,
        lease: Lease,
        sweep_seconds: float = SWEEP_SECONDS,
        monotonic: Monotonic = time.monotonic,
    ) -> None:
        """`lease` lets one process sweep at a time; without it, processes only repeat each other's work."""
        super().__init__(name="replenisher")
        self._levels = levels
        self._needs = needs
        self._drafts = drafts
        self._submit = submit
        self._lease = lease
        self._sweep_seconds = sweep_seconds
        self._monotonic = monotonic
        self._short: dict[LevelKey, None] = {}  # in the order in which they became short
        self._hopeless: dict[LevelKey, float] = {}  # until when
        self._something = asyncio.Event()

    def committed(self, batch: CommittedBatch) -> None:
        """Queue the levels that a commit made short. Returns at once."""
        for line in batch.movements:
            if line.after.is_short:
                self._short[line.after.key] = None
                self._something.set()

    async def order(self, keys: Sequence[LevelKey]) -> Ordered:
        """Order what these levels need. Raises Unavailable or Overloaded."""
        now = self._monotonic()
        wanted = [key for key in keys if self._hopeless.get(key, 0.0) <= now]
        found = await self._levels.levels_at(wanted) if wanted else {}
        ordered = await self._order([level for level in found.values() if level.is_short])
        await self._submit.submit(ordered.orders)
        return ordered

    async def sweep(self, where: LevelFilter | None = None) -> Ordered:
        """Order whatever the levels that match need, by SKU, and then submit every draft that may be submitted.

        With a filter, as a client requests it, levels that are left alone are looked at, too. Raises Unavailable or
        Overloaded.
        """
        ordered = Ordered()
        short = replace(where or LevelFilter(), needs_reorder=True, is_archived=False)
        async for page in pages(lambda page: self._levels.levels(short, page=page), size=MAX_PAGE_SIZE):
            now = self._monotonic()
            ordered += await self._order(
                [level for level in page.nodes if where is not None or self._hopeless.get(level.key, 0.0) <= now]
            )
        await self._submit.sweep()
        return ordered

    async def _order(self, levels: Sequence[Level]) -> Ordered:
        needs = await self._needs.of(levels)
        self._give_up([need.level.key for need in needs if need.route is NeedRoute.NO_SOURCE])
        return await self._drafts.order(needs)

    def _give_up(self, keys: Sequence[LevelKey]) -> None:
        if len(self._hopeless) > MAX_HOPELESS:
            self._hopeless.clear()
        self._hopeless.update(dict.fromkeys(keys, self._monotonic() + HOPELESS_SECONDS))

    def _runs(self) -> Mapping[str, Callable[[], Awaitable[None]]]:
        return {**super()._runs(), "replenisher sweeps": self._sweep_for_good}

    async def _run(self) -> None:
        await self._order_for_good(self._follow)

    async def _sweep_for_good(self) -> None:
        await self._order_for_good(self._sweep_and_rest)

    async def _order_for_good(self, step: Callable[[], Awaitable[None]]) -> None:
        await self._for_good(
            step, cannot="What levels need cannot be ordered now", could_not="What levels need could not be ordered."
        )

    async def _follow(self) -> None:
        """Order for the levels that commits of this process have made short."""
        with resting():
            await self._something.wait()
        await asyncio.sleep(GATHER_SECONDS)
        self._something.clear()
        keys, self._short = list(self._short), {}
        await self.order(keys)

    async def _sweep_and_rest(self) -> None:
        began = self._monotonic()
        if await self._lease.hold(LEASE) is not None:
            await self.sweep()
        raise_if_cancelled()
        with resting():
            await asyncio.sleep(max(self._sweep_seconds, REST_FACTOR * (self._monotonic() - began)))
