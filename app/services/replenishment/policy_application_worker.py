"""Applies changed policies to all levels that inherit them, and to new levels that other workers missed.

What archiving an item or location means for its levels is applied in the same way: see ADR 25.

Rule: a policy is marked as applied only while it is unchanged since before its levels were walked. So if a process dies
during a walk, another begins again; levels that are in line already cost it only a look.
"""

import asyncio
import time
from collections.abc import Sequence
from contextlib import suppress

from app.domain.errors import Refused
from app.domain.failures import ServiceError
from app.domain.limits import MAX_POLICY_LEVELS
from app.domain.operation import SYSTEM, CommandInfo
from app.domain.replenishment.commands.apply_policies import MarkPoliciesApplied
from app.domain.replenishment.policy_defaults import PolicyDefaults, PolicyScope
from app.domain.time import MICROSECONDS_PER_SECOND, Moment
from app.services.background.background import Background, woken
from app.services.command_bus import CommandBus
from app.services.committed_batch import CommittedBatch
from app.services.filters import LevelFilter
from app.services.ports import RENEW_SECONDS, Clock, Lease, Monotonic
from app.services.replenishment.policy_walk import PolicyWalk
from app.services.replenishment.ports import BegunLevel, PolicyQueue
from app.services.request_info import RequestInfo

LEASE = "policies"
SWEEP_SECONDS = 2.0  # how late a policy that another process has set begins to be applied
PENDING_AT_ONCE = 100  # policies that one walk may serve together
# The ledger shows a line by then: the server ends a transaction after 60 s, and clocks may be another 60 s apart.
LATE_MICROSECONDS = 120 * MICROSECONDS_PER_SECOND
MAKE_UP_MICROSECONDS = 30 * MICROSECONDS_PER_SECOND
RELEASE_SECONDS = 0.25  # at a stop; otherwise the lease runs out after its time


class PolicyApplicationWorker(Background):
    """The applier of one process. An async context: its task lives in it. All methods raise Unavailable or Overloaded.

    Usually only the holder of the lease applies; two processes that apply at once come to the same result.
    """

    def __init__(
        self,
        *,
        bus: CommandBus,
        walk: PolicyWalk,
        queue: PolicyQueue,
        lease: Lease,
        clock: Clock,
        monotonic: Monotonic = time.monotonic,
        renew_seconds: float = RENEW_SECONDS,
    ) -> None:
        super().__init__(name="policy application")
        self._bus = bus
        self._walk = walk
        self._queue = queue
        self._lease = lease
        self._clock = clock
        self._monotonic = monotonic
        self._renew_seconds = renew_seconds
        self._held_at = float("-inf")
        self._woken = asyncio.Event()
        self._has_closed_archived = False

    def committed(self, batch: CommittedBatch) -> None:
        """Wake up where a commit set a policy. Returns at once."""
        for operation in batch.operations:
            for document in operation.documents:
                if isinstance(document, PolicyDefaults) and not document.is_applied:
                    self._woken.set()

    async def sweep(self) -> None:
        """Apply everything that waits, unless another process does."""
        while await self._is_ours() and (pending := await self._queue.pending(limit=PENDING_AT_ONCE)):
            together = _walked_together(pending)
            await self._looked_until()  # from before the walk on: the walk does not see levels that begin behind it
            if await self._walk.walk(_levels_of(together), go_on=self._is_ours):
                await self._mark(together)
        await self._close_archived()
        if await self._is_ours() and await self._queue.are_any():
            await self._make_up()

    async def _close_archived(self) -> None:
        """Close the levels of what an earlier version archived without noting it in them. Done once."""
        if self._has_closed_archived or not await self._is_ours():
            return
        if not await self._queue.are_archived_closed():
            if not await self._walk.walk_archived(go_on=self._is_ours):
                return
            await self._queue.note_archived_closed()
        self._has_closed_archived = True

    async def _run(self) -> None:
        try:
            await self._for_good(
                self._rest_and_sweep,
                cannot="Policies cannot be applied now",
                could_not="Policies could not be applied.",
            )
        finally:
            with suppress(ServiceError, TimeoutError):
                async with asyncio.timeout(RELEASE_SECONDS):
                    await self._lease.release(LEASE)

    async def _rest_and_sweep(self) -> None:
        await woken(self._woken, seconds=SWEEP_SECONDS)
        await self.sweep()

    async def _is_ours(self) -> bool:
        """Hold the lease; tell whether this process has it. It is renewed long before it runs out."""
        if self._monotonic() - self._held_at >= self._renew_seconds:
            if await self._lease.hold(LEASE) is None:
                return False
            self._held_at = self._monotonic()
        return True

    async def _mark(self, applied: Sequence[PolicyDefaults]) -> None:
        def build(info: CommandInfo) -> MarkPoliciesApplied:
            return MarkPoliciesApplied(info=info, applied=tuple((each.id, each.version) for each in applied))

        with suppress(Refused):  # they have changed since, and still wait
            await self._bus.run("policiesMarkApplied", RequestInfo(actor=SYSTEM), build)

    async def _make_up(self) -> None:
        """Look at each level that has begun since the last time, as late as the ledger certainly shows it."""
        since, until = await self._looked_until(), self._now_shown()
        after: BegunLevel | None = None
        while until - since >= MAKE_UP_MICROSECONDS and await self._is_ours():
            begun = await self._queue.begun(since=since, until=until, after=after, limit=MAX_POLICY_LEVELS)
            await self._walk.apply_to([each.key for each in begun])
            is_last = len(begun) < MAX_POLICY_LEVELS
            await self._queue.look_until(until if is_last else begun[-1].at)
            if is_last:
                return
            after = begun[-1]

    async def _looked_until(self) -> Moment:
        """Return until when all new levels were looked at. Walks find those that began before the first time."""
        known = await self._queue.looked_until()
        if known is None:
            known = self._now_shown()
            await self._queue.look_until(known)
        return known

    def _now_shown(self) -> Moment:
        return Moment(self._clock() - LATE_MICROSECONDS)


def _walked_together(pending: Sequence[PolicyDefaults]) -> Sequence[PolicyDefaults]:
    """Return those that one walk serves: all where one is for everything, several items, or a single one."""
    if any(each.scope is PolicyScope.EVERYTHING for each in pending):
        return pending
    if pending[0].scope is PolicyScope.ITEM:
        return [each for each in pending if each.scope is PolicyScope.ITEM]
    return pending[:1]


def _levels_of(together: Sequence[PolicyDefaults]) -> LevelFilter:
    names = tuple(each.name for each in together)
    scopes = {each.scope for each in together}
    if PolicyScope.EVERYTHING in scopes:
        return LevelFilter(is_archived=False)
    if PolicyScope.ITEM in scopes:
        return LevelFilter(skus=names)
    if PolicyScope.LOCATION in scopes:
        return LevelFilter(locations=names)
    return LevelFilter(category=names[0], is_archived=False)
