"""Several servers over one database, which are killed and started again while others go on."""

import asyncio
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from tests.support.served import Server


class ServerProcesses:
    """An async context: all of them run in it, and whatever the test did, none is left afterwards."""

    def __init__(self, servers: Sequence[Server]) -> None:
        self._servers = servers
        self._starting: asyncio.Task[None] | None = None

    @property
    def urls(self) -> list[str]:
        """Where they serve GraphQL; a server that is started again keeps its port."""
        return [server.url for server in self._servers]

    async def __aenter__(self) -> Self:
        try:
            for server in self._servers:
                await self._start(server)
        except BaseException:
            await self._end()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._end()

    async def kill_and_restart(self, number: int) -> None:
        """End one as `kill -9` does, and return once it is ready again."""
        server = self._servers[number % len(self._servers)]
        server.kill()
        await self._start(server)

    async def _start(self, server: Server) -> None:
        self._starting = asyncio.create_task(asyncio.to_thread(server.start))
        await asyncio.shield(self._starting)

    async def _end(self) -> None:
        if self._starting is not None:
            await asyncio.wait([self._starting])  # a thread cannot be cancelled, and would start what was killed
        for server in self._servers:
            server.kill()
