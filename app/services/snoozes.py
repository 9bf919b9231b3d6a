"""Wakes alerts whose time to sleep is over, in every process at once.

Rule: that an alert is awake again is recorded like everything else that happens to it, so lists and feeds go by the
same record, and whoever watches is told. The decision is the command's own: whichever process comes first wakes it.
"""

from collections.abc import Awaitable, Sequence

from app.domain.commands.change_alert import WakeAlert
from app.domain.fold import Outcome
from app.services.alert_queue import AlertQueue
from app.services.background import Background
from app.services.due import decide_due
from app.services.ports import Clock
from app.services.request import SYSTEM, About, Door

POLL_SECONDS = 1.0  # how late an alert may wake: people snooze for hours
PAUSE_SECONDS = 2.0  # while the database is away


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
        return await decide_due(self._due, self._wake)

    async def _run(self) -> None:
        await self._for_good(
            self.sweep,
            cannot="Alerts whose time to sleep is over cannot be woken now",
            could_not="Alerts whose time to sleep is over could not be woken.",
            rest_seconds=POLL_SECONDS,
            pause_seconds=PAUSE_SECONDS,
        )

    def _due(self, limit: int) -> Awaitable[Sequence[str]]:
        return self._queue.due_to_wake(now=self._clock(), limit=limit)

    def _wake(self, identity: str) -> Awaitable[Outcome]:
        return self._door.run("alertWake", About(actor=SYSTEM), lambda cause: WakeAlert(cause=cause, id=identity))
