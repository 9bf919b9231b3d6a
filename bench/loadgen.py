"""An HTTP client that takes as little CPU as it can, because it shares the cores with what it measures.

Rule: every response is checked. A good one ends with bytes that no other one has, because GraphQL answers in the order
of the selection; whatever ends otherwise is looked at, and raised.
"""

import asyncio
from collections.abc import Callable
from time import perf_counter
from typing import cast

from bench.measure import Run

NextRequest = Callable[[], bytes]

_LENGTH = b"content-length:"


class BadAnswer(Exception):
    """A response that is not the one that was expected."""


class HttpLoad:
    """Connections that stay open for a round; each asks again as soon as it is answered."""

    def __init__(self, port: int, *, next_request: NextRequest, good_ending: bytes, connections: int) -> None:
        self._port = port
        self._next_request = next_request
        self._good_ending = good_ending
        self._connections = connections

    async def run(self, seconds: float) -> Run:
        """Ask for so many seconds. Raises BadAnswer, or ConnectionError."""
        # New ones for each round: while the other side has its turn, a server may close those that are idle.
        connections = [await self._connect() for _ in range(self._connections)]
        latencies: list[float] = []
        began = perf_counter()
        try:
            await asyncio.gather(*(each.work(latencies, until=began + seconds) for each in connections))
            return Run(seconds=perf_counter() - began, latencies=latencies)
        finally:
            for connection in connections:
                connection.close()

    async def _connect(self) -> "_Connection":
        _, protocol = await asyncio.get_running_loop().create_connection(
            lambda: _Connection(self._next_request, self._good_ending), "127.0.0.1", self._port
        )
        return protocol


class _Connection(asyncio.Protocol):
    def __init__(self, next_request: NextRequest, good_ending: bytes) -> None:
        self._next_request, self._good_ending = next_request, good_ending
        self._partial = b""
        self._latencies: list[float] = []
        self._sent = self._until = 0.0

    def work(self, latencies: list[float], *, until: float) -> asyncio.Future[None]:
        self._latencies, self._until = latencies, until
        self._done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sent = perf_counter()
        self._transport.write(self._next_request())
        return self._done

    def close(self) -> None:
        self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        if self._partial:
            data = self._partial + data
        if not data.endswith(self._good_ending):
            self._partial = data
            if _is_whole(data) and not self._done.done():
                self._done.set_exception(BadAnswer(data.decode(errors="replace")))
            return
        self._partial = b""
        now = perf_counter()
        self._latencies.append(now - self._sent)
        if now < self._until:
            self._sent = now
            self._transport.write(self._next_request())
        else:
            self._done.set_result(None)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._done.done():
            self._done.set_exception(exc or ConnectionError("The server closed the connection."))


def post(path: str, body: bytes, *, key: str | None = None) -> bytes:
    """Return the bytes of a request, with an API key where there is one."""
    lines = [
        f"POST {path} HTTP/1.1",
        "host: 127.0.0.1",
        *([f"authorization: Bearer {key}"] if key else []),
        "content-type: application/json",
        f"content-length: {len(body)}",
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


def _is_whole(data: bytes) -> bool:
    head, end, body = data.partition(b"\r\n\r\n")
    if not end:
        return False
    lower = head.lower()
    start = lower.index(_LENGTH) + len(_LENGTH)
    return len(body) >= int(lower[start : lower.find(b"\r\n", start) if b"\r\n" in lower[start:] else None])
