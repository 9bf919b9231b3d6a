# ruff: noqa: ANN401 - JSON is of any type
"""Clients that do not give up: one that repeats each change with its key, and one that follows a subscription."""

import asyncio
import json
from contextlib import suppress
from types import TracebackType
from typing import Any, Self
from uuid import uuid4

import httpx
from websockets.exceptions import ConnectionClosed, InvalidMessage

from tests.as_served.running import BEARER
from tests.graphql.live.sockets import dial
from tests.support.waiting import DEADLINE_SECONDS

REPEAT_SECONDS = 0.05
ANSWER_SECONDS = 12.0  # a mutation is tried for eight


class Partner:
    """Sends over HTTP. Each change has a key, and is sent again until it is acknowledged."""

    def __init__(self, port: int) -> None:
        self._client = httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", headers={"authorization": BEARER}, timeout=ANSWER_SECONDS
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def run(self, query: str, **variables: Any) -> Any:
        """Return the data of the one root field, as soon as there is an answer."""
        async with asyncio.timeout(2 * DEADLINE_SECONDS):
            while True:
                with suppress(httpx.TransportError):
                    response = await self._client.post("/graphql", json={"query": query, "variables": variables})
                    if response.status_code == httpx.codes.OK:
                        answer = response.json()
                        assert "errors" not in answer, answer
                        [value] = answer["data"].values()
                        return value
                    assert response.status_code == httpx.codes.SERVICE_UNAVAILABLE, response.text
                await asyncio.sleep(REPEAT_SECONDS)

    async def change(self, query: str, **input: Any) -> Any:
        """Return the payload of a change that was recorded; `input` gets a key."""
        payload = await self.run(query, input={**input, "idempotencyKey": uuid4().hex})
        assert payload["userErrors"] == [], payload
        return payload

    async def all(self, query: str, **variables: Any) -> list[Any]:
        """Return all nodes of a list."""
        nodes: list[Any] = []
        after = None
        while True:
            page = await self.run(query, after=after, **variables)
            nodes += page["nodes"]
            if not page["pageInfo"]["hasNextPage"]:
                return nodes
            after = page["pageInfo"]["endCursor"]


class Follower:
    """Follows a subscription whatever becomes of its connection; `events` are all that it was told.

    Where events have cursors, it goes on after the last one, unless that is refused; else it begins anew.
    """

    def __init__(self, port: int, query: str, **variables: Any) -> None:
        self._port, self._query, self._variables = port, query, variables
        self.events: list[Any] = []
        self.refusals: list[Any] = []
        self.connections = 0
        self._is_refused = False
        self._has_begun = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._follow())
        async with asyncio.timeout(DEADLINE_SECONDS):
            await self._has_begun.wait()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._task is not None
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    async def _follow(self) -> None:
        while True:
            with suppress(ConnectionClosed, InvalidMessage, OSError):  # a TimeoutError is one of them
                await self._follow_once()
            await asyncio.sleep(REPEAT_SECONDS)

    def _refused(self, message: Any) -> None:
        if message["type"] == "error":
            self.refusals += message["payload"]
            self._is_refused = any(each["extensions"]["code"] == "BAD_USER_INPUT" for each in message["payload"])

    async def _follow_once(self) -> None:
        cursors = [event["cursor"] for event in self.events[-1:] if "cursor" in event and not self._is_refused]
        self._is_refused = False
        async with dial(self._port, authorization=BEARER) as socket:
            self.connections += 1
            await socket.start(self._query, **self._variables, **({"after": cursors[0]} if cursors else {}))
            async for text in socket.connection:
                message = json.loads(text)
                if message["type"] != "next":
                    self._refused(message)
                    return  # it could not begin now, or not there
                assert message["payload"].keys() == {"data"}, message
                [event] = message["payload"]["data"].values()
                self.events.append(event)
                self._has_begun.set()
