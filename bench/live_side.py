"""One side of a live benchmark: a server, the sockets that are subscribed to it, and changes by their schedule.

The sockets are those of `stockpulse bench live`. All sides answer the same documents, so they are measured alike.

Rule: CPU time of the server is the main figure, since the sockets share the machine's cores with it.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from statistics import quantiles

from app.client.http.connection import Endpoint
from app.client.live_bench.changes import CONNECTIONS, Sent, send_changes
from app.client.live_bench.events import LEVELS
from app.client.live_bench.plan import SubscriberPlan
from app.client.live_bench.process_pool import Connected, ProcessPool, Received, process_pool
from app.client.live_bench.server_process import Usage, usage
from app.client.live_bench.shop import levels_at
from bench.scene import LOCATION, SKUS
from bench.stage import Server

PROCESSES = 2
READY_SECONDS = 120.0
LATE_SECONDS = 60.0  # for events that a server is behind with
QUIET_SECONDS = 0.5  # without an event: conflated ones do not come any more


class SocketsMissing(Exception):
    """Not all subscribers came in, or some were lost: whatever was measured is worth nothing."""


class StatesWrong(Exception):
    """The last states of subscribers are not the database's: whatever was measured is worth nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveRun:
    """What one side did in one round."""

    received: Received
    sent: Sent
    cpu_seconds: float
    seconds: float

    @property
    def cpu_us(self) -> float:
        """CPU microseconds of the server per delivered event."""
        return self.cpu_seconds / self.received.messages * 1_000_000

    @property
    def messages_per_core_second(self) -> float:
        """Delivered events per second of the server's CPU time."""
        return self.received.messages / self.cpu_seconds

    def to_last_ms(self, percent: int, *, is_from_write: bool) -> float:
        """Return a percentile, over the changes, of the milliseconds until the last subscriber had one.

        From the moment at which the server began to write it; or from the first sign of its being written that reached
        a client, which is the answer to the mutation or the first event.
        """
        taken = [
            each.last - (each.recorded if is_from_write else min(self.sent.made[event].answered, each.first))
            for event, each in self.received.events.items()
            if event in self.sent.made
        ]
        return quantiles(taken, n=100, method="inclusive")[percent - 1] * 1_000


@dataclass(kw_only=True)
class LiveSide:
    """A server with its subscribers."""

    server: Server
    endpoint: Endpoint
    pool: ProcessPool
    connected: Connected
    skus: list[str]
    reach: int  # subscribers that each change is sent to

    async def run(self, *, rate: float, seconds: float) -> LiveRun:
        """Change levels, and wait for what is late. Raises SocketsMissing."""
        await self.pool.begin()
        before = self.usage()
        loop = asyncio.get_running_loop()
        begun = loop.time()
        sent = await self.change(rate=rate, seconds=seconds)
        await self._until_quiet(len(sent.made) * self.reach)
        after, received = self.usage(), await self.pool.end()
        if received.failures or sent.failures:
            raise SocketsMissing(f"{dict(received.failures)} {dict(sent.failures)}")
        return LiveRun(
            received=received,
            sent=sent,
            cpu_seconds=after.cpu_seconds - before.cpu_seconds,
            seconds=loop.time() - begun,
        )

    async def change(self, *, rate: float, seconds: float) -> Sent:
        """Change levels, and wait for the answers only."""
        return await send_changes(
            self.endpoint, location=LOCATION, skus=self.skus, rate=rate, seconds=seconds, connections=CONNECTIONS
        )

    async def check_states(self) -> None:
        """Compare the last state of each subscriber with the database. Raises StatesWrong."""
        wrong, examples = await self.pool.settle(await levels_at(self.endpoint, LOCATION), seconds=LATE_SECONDS)
        if wrong:
            raise StatesWrong(f"{wrong} subscribers: {examples}")

    def usage(self) -> Usage:
        """Return what the server has taken until now."""
        found = usage([self.server.pid])
        assert found is not None, "the live benchmarks need /proc"
        return found

    async def _until_quiet(self, messages: int) -> None:
        """Wait until all events have arrived, or none arrives any more."""
        found, waited = -1, 0.0
        while waited < LATE_SECONDS:
            before, found = found, await self.pool.wait_for(messages, seconds=QUIET_SECONDS)
            if found in {before, messages}:
                return
            waited += QUIET_SECONDS


@asynccontextmanager
async def subscribed(
    server: Server,
    *,
    subscribers: int,
    skus: list[str] = SKUS[:20],
    levels_each: int = 20,
    receive_buffer_bytes: int | None = None,
) -> AsyncIterator[LiveSide]:
    """Open so many sockets, each with so many of the levels, and close them in the end. Raises SocketsMissing."""
    groups = [skus[first : first + levels_each] for first in range(0, len(skus), levels_each)]
    url = f"http://127.0.0.1:{server.port}/graphql"
    plan = SubscriberPlan(
        url=url,
        document=LEVELS,
        variables=[{"filter": {"locations": [LOCATION], "skus": group}} for group in groups],
        subscribers=subscribers,
        first_messages=levels_each,
        reads_levels=True,
        connecting_at_once=128,
        ready_seconds=READY_SECONDS,
        receive_buffer_bytes=receive_buffer_bytes,
    )
    async with process_pool(plan, processes=PROCESSES) as pool:
        connected = await pool.connected(seconds=READY_SECONDS + LATE_SECONDS)
        if connected.ready != subscribers:
            raise SocketsMissing(f"{connected.ready} of {subscribers} came in: {dict(connected.failures)}")
        yield LiveSide(
            server=server,
            endpoint=Endpoint.parse(url),
            pool=pool,
            connected=connected,
            skus=skus,
            reach=subscribers // len(groups),
        )
