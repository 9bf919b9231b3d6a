"""Releases the units of expired reservations, in every process at once (ADR 11).

Rule: each command decides in its own transaction: the first process releases, and the others are refused. So a hold is
never released twice, and one that was extended in time is not released.
"""

import asyncio
from collections.abc import Awaitable, Sequence
from contextlib import suppress

from app.domain.operation import SYSTEM
from app.domain.outcome import Outcome
from app.domain.reservations.commands.expire_reservation import ExpireReservation
from app.domain.time import MICROSECONDS_PER_SECOND, Moment
from app.services.background.background import Background, woken
from app.services.background.due_work import decide_due
from app.services.command_bus import CommandBus
from app.services.ports import Clock
from app.services.request_info import RequestInfo
from app.services.reservations.ports import ReservationQueue

POLL_SECONDS = 0.5  # a reservation lasts a second at least, so each is known before it expires
MAX_WAIT_SECONDS = 0.25  # how long a request waits for a sweep that is under way


class ReservationExpiryWorker(Background):
    """The sweeper of one process. An async context: its task lives in it."""

    def __init__(self, *, bus: CommandBus, queue: ReservationQueue, clock: Clock) -> None:
        super().__init__(name="expiry")
        self._bus = bus
        self._queue = queue
        self._clock = clock
        self._next: Moment | None = None  # when the next one expires; None where there is none, or it is not known
        self._wake = asyncio.Event()
        self._wake.set()  # the first sweep is at once
        self._swept = asyncio.Condition()

    async def release_expired(self) -> bool:
        """Wait until the reservations that have expired by now are released, for MAX_WAIT_SECONDS at most.

        Return whether there were any: then units that were short before may be free now. Costs nothing where none are
        due.
        """
        if not self._is_due():
            return False
        self._wake.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(MAX_WAIT_SECONDS), self._swept:
                await self._swept.wait_for(lambda: not self._is_due())
        return True

    async def sweep(self) -> int:
        """Release everything that is due, and return how many reservations this process has released.

        Raises Unavailable or Overloaded.
        """
        count = await decide_due(self._due, self._expire)
        self._next = await self._queue.next_expiry()
        async with self._swept:
            self._swept.notify_all()
        return count

    async def _run(self) -> None:
        await self._for_good(
            self._rest_and_sweep,
            cannot="Expired reservations cannot be released now",
            could_not="Expired reservations could not be released.",
        )

    async def _rest_and_sweep(self) -> None:
        await woken(self._wake, seconds=self._rest())
        try:
            await self.sweep()
        except Exception:
            self._next = None  # no request is to wait for a failing sweep
            raise

    def _due(self, limit: int) -> Awaitable[Sequence[str]]:
        return self._queue.due(now=self._clock(), limit=limit)

    def _expire(self, identity: str) -> Awaitable[Outcome]:
        request = RequestInfo(actor=SYSTEM)
        return self._bus.run("reservationExpire", request, lambda info: ExpireReservation(info=info, id=identity))

    def _is_due(self) -> bool:
        return self._next is not None and self._next <= self._clock()

    def _rest(self) -> float:
        if self._next is None:
            return POLL_SECONDS
        return min(POLL_SECONDS, max(0.0, (self._next - self._clock()) / MICROSECONDS_PER_SECOND))
