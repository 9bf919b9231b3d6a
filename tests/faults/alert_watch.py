"""A dashboard that watches the alerts, at another server whenever its own is gone."""

import asyncio
import base64
import json
from collections.abc import Sequence
from contextlib import suppress
from itertools import cycle
from types import TracebackType
from typing import Any, Self

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidMessage

ALERTS = """
subscription Alerts($after: String) {
  stockAlerts(after: $after) { kind change cursor version alert { id } }
}
"""
SETTINGS: dict[str, Any] = {"subprotocols": ["graphql-transport-ws"], "ping_interval": None, "compression": None}
PAUSE_SECONDS = 0.02  # before the next server is tried


class AlertWatch:
    """Keeps the versions of each alert in the order in which they were told, and resumes by the last cursor.

    An async context: it watches while that is open.
    """

    def __init__(self, urls: Sequence[str]) -> None:
        self._urls = [url.replace("http://", "ws://") for url in urls]
        self._cursor: str | None = None
        self.told: dict[str, list[int]] = {}
        self.resumed = 0
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._watch())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._task is not None
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    async def _watch(self) -> None:
        for url in cycle(self._urls):
            try:
                async with connect(url, **SETTINGS) as connection:
                    await self._follow(connection)
            except (OSError, ConnectionClosed, InvalidHandshake, InvalidMessage):
                await asyncio.sleep(PAUSE_SECONDS)

    async def _follow(self, connection: ClientConnection) -> None:
        await connection.send('{"type": "connection_init"}')
        assert json.loads(await connection.recv()) == {"type": "connection_ack"}
        payload = {"query": ALERTS, "variables": {"after": self._cursor}}
        await connection.send(json.dumps({"type": "subscribe", "id": "alerts", "payload": payload}))
        self.resumed += self._cursor is not None
        async for text in connection:
            message = json.loads(text)
            assert message["type"] == "next", message
            self._take(message["payload"]["data"]["stockAlerts"])

    def _take(self, event: dict[str, Any]) -> None:
        kind, _, identity = base64.b64decode(event["alert"]["id"]).decode().partition(":")
        assert kind == "StockAlert", event
        versions = self.told.setdefault(identity, [])
        version = event["version"]
        assert not versions or version >= versions[-1], (identity, versions, event)
        if not versions or version > versions[-1]:  # a resumed feed may tell again what its snapshot had shown
            versions.append(version)
        self._cursor = event["cursor"]
