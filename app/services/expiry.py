"""Releases what reservations hold once their time has run out, in every process at once.

Rule: the decision is the command's own, in its transaction: whichever process comes first releases, and the others are
refused. So a hold is never released twice, and one that was extended in time is not released at all.
"""

import asyncio
import logging
import random
from collections.abc import Sequence
from contextlib import suppress

from app.domain.commands.expire_reservation import ExpireReservation
from app.domain.errors import Refused
from app.domain.failures import ServiceError
from app.domain.operation import Cause
from app.domain.time import MICROSECONDS_PER_SECOND, Moment
from app.services.background import Background
from app.services.cancellation import raise_if_cancelled
from app.services.ports import Clock
from app.services.request import SYSTEM, About, Door
from app.services.reservation_queue import ReservationQueue

POLL_SECONDS = 0.5  # holds last a second at least, so each is known before its time runs out
SETTLE_SECONDS = 0.25  # how long a request waits for a sweep that is under way
RELEASED_AT_ONCE = 64  # shared by one or two transactions
PAUSE_SECONDS = 1.0  # while the database is away

_log = logging.getLogger(__name__)


class Expiry(Background):
    """The sweeper of one process. An async context: its task lives in it."""

    def __init__(self, *, door: Door, queue: ReservationQueue, clock: Clock) -> None:
        super().__init__(name="expiry")
        self._door = door
        self._queue = queue
        self._clock = clock
        self._next: Moment | None = None  # when the next hold runs out; None where there is none, or nobody knows
        self._wake = asyncio.Event()
        self._swept = asyncio.Condition()

    async def settled(self) -> bool:
        """Wait until the holds that have run out by now are released, for a moment at most.

        Return whether there were any: then what was short before may be there now. Costs nothing where none are due.
        """
        if not self._is_due():
            return False
        self._wake.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(SETTLE_SECONDS), self._swept:
                await self._swept.wait_for(lambda: not self._is_due())
        return True

    async def sweep(self) -> int:
        """Release everything that is due, and return how many reservations this process has released.

        Raises Unavailable or Overloaded.
        """
        count = 0
        while due := await self._queue.due(now=self._clock(), limit=RELEASED_AT_ONCE):
            count += await self._release(due)
        self._next = await self._queue.next_expiry()
        async with self._swept:
            self._swept.notify_all()
        return count

    async def _run(self) -> None:
        while True:
            try:
                await self.sweep()
            except ServiceError as error:
                _log.warning("Reservations whose time has run out cannot be released now: %s", error)
                self._next = None  # nobody is to wait for us
                await asyncio.sleep(PAUSE_SECONDS)
            except Exception:  # noqa: BLE001 - the sweeper outlives its faults
                _log.exception("Reservations whose time has run out could not be released.")
                self._next = None
                await asyncio.sleep(PAUSE_SECONDS)
            raise_if_cancelled()
            with suppress(TimeoutError):
                async with asyncio.timeout(self._rest()):
                    await self._wake.wait()
            self._wake.clear()

    async def _release(self, ids: Sequence[str]) -> int:
        # Other processes see the same ones: in an order of its own each finds some that nobody has released yet.
        shuffled = random.sample(ids, len(ids))
        return sum(await asyncio.gather(*map(self._expire, shuffled)))

    async def _expire(self, identity: str) -> bool:
        def build(cause: Cause) -> ExpireReservation:
            return ExpireReservation(cause=cause, id=identity)

        try:
            await self._door.run("reservationExpire", About(actor=SYSTEM), build)
        except Refused:
            return False  # another process was faster, or its owner
        return True

    def _is_due(self) -> bool:
        return self._next is not None and self._next <= self._clock()

    def _rest(self) -> float:
        if self._next is None:
            return POLL_SECONDS
        return min(POLL_SECONDS, max(0.0, (self._next - self._clock()) / MICROSECONDS_PER_SECOND))
