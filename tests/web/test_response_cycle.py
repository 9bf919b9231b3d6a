# ruff: noqa: ANN401 - messages and results are of any kind
"""Plain responses: the bytes are those of uvicorn."""

import asyncio
import logging
from typing import Any

import pytest
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from app.web.edge.http.response_cycle import ResponseCycle

LOG = logging.getLogger("test")
JSON = (b"content-type", b"application/json")


def start(*headers: Any, status: int = 200) -> dict[str, Any]:
    """Return the message that begins a response."""
    return {"type": "http.response.start", "status": status, "headers": list(headers)}


def body(data: bytes, *, more: bool = False) -> dict[str, Any]:
    """Return the message with a part of the body."""
    return {"type": "http.response.body", "body": data, "more_body": more}


def length(size: int) -> tuple[bytes, bytes]:
    """Return the header that tells the size of the body."""
    return b"content-length", str(size).encode()


LARGE = b"x" * 20_000
RESPONSES: dict[str, list[Any]] = {
    "whole": [start(JSON, length(2)), body(b"{}")],
    "large": [start(JSON, length(len(LARGE))), body(LARGE)],
    "in parts": [start(JSON, length(4)), body(b"{", more=True), body(b'":}')],
    "empty": [start(JSON, length(0)), body(b"")],
    "without a length": [start(JSON), body(b"{}")],
    "length that is none": [start(JSON, (b"content-length", b"+2")), body(b"{}")],
    "too short": [start(JSON, length(3)), body(b"{}")],
    "too long": [start(JSON, length(1)), body(b"{}")],
    "names in capitals": [start((b"Content-Type", b"a/b"), (b"Content-Length", b"1")), body(b"x")],
    "header as a list": [start([b"x-a", b"b"], length(1)), body(b"x")],
    "to be closed": [start(JSON, length(2), (b"connection", b"close")), body(b"{}")],
    "in chunks": [start(JSON, (b"transfer-encoding", b"chunked")), body(b"{}")],
    "not well-formed": [start((b"x-a", b"b\r\nx-c: d"), length(1)), body(b"x")],
    "without content": [start(status=204), body(b"")],
    "body twice": [start(length(1)), body(b"x"), body(b"x")],
    "head twice": [start(length(1)), start(length(1)), body(b"x")],
    "no head": [body(b"x")],
}


class Transport:
    """What the cycle writes to."""

    def __init__(self) -> None:
        self.log: list[object] = []

    def write(self, data: bytes) -> None:
        self.log.append(data)

    def close(self) -> None:
        self.log.append("close")

    def is_closing(self) -> bool:
        return "close" in self.log


class Flow:
    """A client that reads."""

    write_paused = False

    def resume_reading(self) -> None:
        """There is nothing to resume."""


def a_cycle(kind: type[RequestResponseCycle], transport: Transport, *, method: str, keep_alive: bool = True) -> Any:
    """Return a cycle that writes to the transport."""
    return kind(
        scope={"method": method},  # type: ignore[typeddict-item] # no more of it is read
        transport=transport,  # type: ignore[arg-type]
        flow=Flow(),  # type: ignore[arg-type]
        logger=LOG,
        access_logger=LOG,
        access_log=False,
        default_headers=[(b"date", b"today")],
        message_event=asyncio.Event(),
        expect_100_continue=False,
        keep_alive=keep_alive,
        on_response=lambda: transport.log.append("complete"),
    )


@pytest.mark.parametrize("messages", RESPONSES.values(), ids=RESPONSES)
@pytest.mark.parametrize("method", ["POST", "HEAD"])
@pytest.mark.parametrize("keep_alive", [True, False])
async def test_a_response_is_written_as_by_uvicorn(messages: list[Any], method: str, keep_alive: bool) -> None:
    """Twice, as lines are kept: the same bytes, errors and ends."""
    for _ in range(2):
        assert await seen(ResponseCycle, messages, method, keep_alive) == await seen(
            RequestResponseCycle, messages, method, keep_alive
        )


async def seen(kind: type[RequestResponseCycle], messages: list[Any], method: str, keep_alive: bool) -> Any:
    """Send the messages; return the bytes, what happened besides, and the errors."""
    transport, errors = Transport(), []
    cycle = a_cycle(kind, transport, method=method, keep_alive=keep_alive)
    for message in messages:
        try:
            await cycle.send(message)
        except (RuntimeError, ValueError) as error:
            errors.append(str(error))
    written = b"".join(each for each in transport.log if isinstance(each, bytes))
    return written, [each for each in transport.log if isinstance(each, str)], errors, cycle.response_complete


async def test_a_body_that_has_arrived_is_handed_over_once() -> None:
    """After it, the application waits for the end of the connection."""
    cycle = a_cycle(ResponseCycle, Transport(), method="POST")
    cycle.body, cycle.more_body = bytearray(b"{}"), False
    cycle.message_event.set()
    assert await cycle.receive() == {"type": "http.request", "body": b"{}", "more_body": False}
    later = asyncio.ensure_future(cycle.receive())
    await asyncio.sleep(0)
    assert not later.done()
    cycle.disconnected = True
    cycle.message_event.set()
    assert await later == {"type": "http.disconnect"}
