"""Wakes alerts whose time to sleep is over, in every process at once.

Rule: that an alert is awake again is recorded like everything else that happens to it, so lists and feeds go by the
same record, and whoever watches is told. The decision is the command's own: whichever process comes first wakes it.
"""

import asyncio
import logging
import random
from collections.abc import Sequence

from app.domain.commands.change_alert import WakeAlert
from app.domain.errors import Refused
from app.domain.failures import ServiceError
from app.domain.operation import Cause
from app.services.alert_queue import AlertQueue
from app.services.background import Background
from app.services.cancellation import raise_if_cancelled
from app.services.ports import Clock
from app.services.request import SYSTEM, About, Door

POLL_SECONDS = 1.0  # how late an alert may wake: people snooze for hours
WOKEN_AT_ONCE = 64  # shared by one or two transactions
PAUSE_SECONDS = 1.0  # while the database is away

_log = logging.getLogger(__name__)


class Snoozes(Background):
    """The alarm clock of one process. An async context: its task lives in it."""

    def __init__(self, *, door: Door, queue: AlertQueue, clock: Clock) -> None:
        super().__init__(name="snoozes")
        self._door = door
        self._queue = queue
        self._clock = clock

    async def sweep(self) -> int:
        """Wake everything that is due, and return how many this process has woken.

        Raises Unavailable or Overloaded.
        """
        count = 0
        while due := await self._queue.due_to_wake(now=self._clock(), limit=WOKEN_AT_ONCE):
            count += await self._wake(due)
        return count

    async def _run(self) -> None:
        while True:
            try:
                await self.sweep()
            except ServiceError as error:
                _log.warning("Alerts whose time to sleep is over cannot be woken now: %s", error)
                await asyncio.sleep(PAUSE_SECONDS)
            except Exception:  # noqa: BLE001 - the alarm clock outlives its faults
                _log.exception("Alerts whose time to sleep is over could not be woken.")
                await asyncio.sleep(PAUSE_SECONDS)
            raise_if_cancelled()
            await asyncio.sleep(POLL_SECONDS)

    async def _wake(self, ids: Sequence[str]) -> int:
        # Other processes see the same ones: in an order of its own each finds some that nobody has woken yet.
        shuffled = random.sample(ids, len(ids))
        return sum(await asyncio.gather(*map(self._wake_one, shuffled)))

    async def _wake_one(self, identity: str) -> bool:
        def build(cause: Cause) -> WakeAlert:
            return WakeAlert(cause=cause, id=identity)

        try:
            await self._door.run("alertWake", About(actor=SYSTEM), build)
        except Refused:
            return False  # another process was faster, or somebody snoozed it on
        return True
