"""Closes what still waits on a member that is primary no more.

A primary that is frozen, or that the network has cut off, leaves its connections open. The driver learns of the next
primary from that one itself, but what waits for an answer of the one before goes on to wait, for the seconds that one
answer may take: a write, until it is tried again.

Rule: this is the only place that knows these names of the driver: `_topology`, `_servers`, and the `reset` of a pool.
The driver resets a pool in the same way where its own check of a member gets no answer, which takes longer than an
election. `tests/cluster/test_failover.py` fails when one of them is gone.
"""

import asyncio
import logging
from typing import Any

from pymongo import AsyncMongoClient

from app.services.background.background import Background
from app.services.background.heartbeat import resting
from app.store.driver.client import Client

LOOK_SECONDS = 0.1  # it costs microseconds, and an election lasts for seconds

logger = logging.getLogger(__name__)


class PrimaryWatch(Background):
    """An async context, within which connections to former primaries are closed. Motor's are left alone."""

    def __init__(self, client: Client) -> None:
        super().__init__(name="primary watch")
        self._client = client
        self._primary: tuple[str, int | None] | None = None

    async def _run(self) -> None:
        await self._for_good(
            self._look,
            cannot="The primary of the database cannot be watched now",
            could_not="Watching the primary of the database failed.",
        )

    async def _look(self) -> None:
        with resting():
            await asyncio.sleep(LOOK_SECONDS)
        found = _primary_of(self._client)
        if found is None or found == self._primary:
            return
        before, self._primary = self._primary, found
        if before is not None:
            logger.warning("The database has another primary.")
            await _end_connections(self._client, before)


def _primary_of(client: Client) -> tuple[str, int | None] | None:
    servers = client.topology_description.server_descriptions()
    return next((address for address, each in servers.items() if each.server_type_name == "RSPrimary"), None)


async def _end_connections(client: Client, address: tuple[str, int | None]) -> None:
    """Let everything that waits on a member fail, as at a broken connection, within half a second."""
    if not isinstance(client, AsyncMongoClient):
        return
    driver: Any = client
    server = driver._topology._servers.get(address)  # noqa: SLF001 - see above
    if server is not None:
        await server.pool.reset(interrupt_connections=True)
