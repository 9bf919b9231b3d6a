"""The database's clock: the one time by which every process decides what has expired.

Rule: between two readings of the server's clock the time advances by this machine's monotonic clock, so that a machine
whose time of day is wrong, or is set while it runs, decides as all others do.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC
from typing import Self

from app.domain.failures import Unavailable
from app.domain.time import Moment, moment_of
from app.services.background.background import Background
from app.services.background.heartbeat import resting
from app.store.driver.client import Client
from app.store.driver.failures import driver_failures

READ_EVERY_SECONDS = 10.0  # clocks drift by microseconds in that time; after a failover the new primary's counts soon
READINGS = 3  # the one with the shortest round trip counts


class DatabaseClock(Background):
    """The primary's time to about a millisecond; until its first answer, this machine's own.

    Calling it returns the present moment. An async context, within which it reads the server's clock.
    """

    def __init__(self, client: Client, *, time_of_day: Callable[[], int] = time.time_ns) -> None:
        """Begin with `time_of_day`, in nanoseconds since 1970."""
        super().__init__(name="database clock")
        self._client = client
        self._reading, self._read_at = time_of_day(), time.monotonic_ns()

    def __call__(self) -> Moment:
        """Return the present moment."""
        return Moment((self._reading + time.monotonic_ns() - self._read_at) // 1_000)

    async def __aenter__(self) -> Self:
        with suppress(Unavailable):
            await self.read()
        return await super().__aenter__()

    async def read(self) -> None:
        """Read the server's clock. Raises Unavailable."""
        with driver_failures():
            readings = [await self._ask() for _ in range(READINGS)]
        _, self._reading, self._read_at = min(readings)

    async def _ask(self) -> tuple[int, int, int]:
        """Return the round trip, the server's time, and our monotonic time at which it was true; all in nanoseconds."""
        before = time.monotonic_ns()
        answer = await self._client.admin.command("hello")
        after = time.monotonic_ns()
        # The answer has the millisecond that had begun, at half of the round trip.
        moment = moment_of(answer["localTime"].replace(tzinfo=UTC))  # answers to commands have no time zone
        return after - before, moment * 1_000 + 500_000, (before + after) // 2

    async def _run(self) -> None:
        await self._for_good(
            self._rest_and_read,
            cannot="The database's clock cannot be read now",
            could_not="Reading the database's clock failed.",
        )

    async def _rest_and_read(self) -> None:
        with resting():
            await asyncio.sleep(READ_EVERY_SECONDS)
        await self.read()
