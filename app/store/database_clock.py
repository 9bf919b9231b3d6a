"""The database's clock: the one time by which every process decides what has run out.

Rule: between two looks at the server the time goes on by this machine's monotonic clock, so that a machine whose time
of day is wrong, or is set while it runs, decides as all others do.
"""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC
from typing import Self

from app.domain.failures import Unavailable
from app.domain.time import Moment, moment_of
from app.services.background import Background
from app.services.heartbeat import resting
from app.store.client import Client
from app.store.driver_failures import driver_failures

LOOK_SECONDS = 10.0  # clocks drift by microseconds in that time; after a failover the new primary's counts soon
LOOKS = 3  # the quickest answer tells the time best


class DatabaseClock(Background):
    """Tells the primary's time to about a millisecond; until its first answer, this machine's own.

    Calling it returns the present moment. An async context: its looks at the server live in it.
    """

    def __init__(self, client: Client, *, time_of_day: Callable[[], int] = time.time_ns) -> None:
        """Begin with `time_of_day`, in nanoseconds since 1970."""
        super().__init__(name="database clock")
        self._client = client
        self._told, self._at = time_of_day(), time.monotonic_ns()

    def __call__(self) -> Moment:
        """Return the present moment."""
        return Moment((self._told + time.monotonic_ns() - self._at) // 1_000)

    async def __aenter__(self) -> Self:
        with suppress(Unavailable):
            await self.look()
        return await super().__aenter__()

    async def look(self) -> None:
        """Ask the server for its time. Raises Unavailable."""
        with driver_failures():
            looks = [await self._ask() for _ in range(LOOKS)]
        _, self._told, self._at = min(looks)

    async def _ask(self) -> tuple[int, int, int]:
        """Return how long the answer took, what time it told, and when it was true; all in nanoseconds."""
        before = time.monotonic_ns()
        answer = await self._client.admin.command("hello")
        after = time.monotonic_ns()
        # It names the millisecond that had begun, halfway between asking and hearing.
        told = moment_of(answer["localTime"].replace(tzinfo=UTC))  # commands are answered without time zones
        return after - before, told * 1_000 + 500_000, (before + after) // 2

    async def _run(self) -> None:
        await self._for_good(
            self._rest_and_look,
            cannot="The clock goes on by itself",
            could_not="The database's clock could not be read.",
        )

    async def _rest_and_look(self) -> None:
        with resting():
            await asyncio.sleep(LOOK_SECONDS)
        await self.look()
