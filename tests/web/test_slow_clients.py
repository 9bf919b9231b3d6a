"""Websocket clients that stop reading, sleep, or vanish: in bounded memory, and without harm to others."""

import asyncio
import base64
import contextlib
import socket
import struct
from collections.abc import AsyncIterator

import pytest
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.asyncio.client import ClientConnection

from app.web.protocol import WebSocketProtocol
from tests.support.waiting import eventually
from tests.web.toy import LOG, closed, dial, hear, say, serve, subscribe, toy_app

ENDLESS = "subscription { endless(characters: 20000) }"


class Impatient(WebSocketProtocol):
    """Gives closing connections little time, so that the tests are fast."""

    flush_seconds = 0.1
    message_seconds = 0.1


@contextlib.asynccontextmanager
async def stalled(port: int) -> AsyncIterator[ClientConnection]:
    """Open a connection that subscribes to an endless stream and then reads nothing, not even pings."""
    async with dial(port, max_queue=1, close_timeout=0.1) as client:
        await subscribe(client, ENDLESS)
        await hear(client)
        yield client
        client.transport.abort()


@contextlib.asynccontextmanager
async def raw_client(
    port: int, *, receive_buffer: int = 4_096
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Open a websocket by hand: nothing reads, answers or closes it but the test."""
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)  # soon full
    connection.connect(("127.0.0.1", port))
    reader, writer = await asyncio.open_connection(sock=connection, limit=receive_buffer // 4)
    try:
        key = base64.b64encode(b"0123456789abcdef").decode()
        writer.write(
            f"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n".encode()
        )
        async with asyncio.timeout(60):
            await reader.readuntil(b"\r\n\r\n")
        yield reader, writer
    finally:
        writer.transport.abort()


TEXT, CLOSE, PING = 0x81, 0x88, 0x89


def frame(opcode: int, payload: bytes) -> bytes:
    """Make a short frame as a client must: masked, here with zeros."""
    return bytes([opcode, 0x80 | len(payload)]) + bytes(4) + payload


async def talk(client: ClientConnection, times: int) -> None:
    """Exchange pings, each an iteration of the server's event loop."""
    for _ in range(times):
        await say(client, type="ping")
        await hear(client)


async def until_the_source_rests(port: int) -> None:
    """Wait until the endless source is no longer pulled, though the loop goes round for another client."""
    pulled, rounds_at_rest = -1, 0
    async with dial(port) as other, asyncio.timeout(60):
        while rounds_at_rest < 10:
            await talk(other, 20)
            rounds_at_rest = rounds_at_rest + 1 if LOG.pulled == pulled else 0
            pulled = LOG.pulled


async def test_a_source_is_only_pulled_while_the_client_reads() -> None:
    """Once the buffers of the socket are full, the generator rests; memory is bounded by those and one message."""
    async with serve(toy_app()) as (_, port), stalled(port):
        await until_the_source_rests(port)
        assert LOG.open == 1


async def test_a_client_that_stopped_reading_is_dropped() -> None:
    """Its ping goes unanswered; the connection is aborted, for a close frame behind unread bytes would never leave."""
    app = toy_app()
    async with serve(app, ws_ping_interval=0.05, ws_ping_timeout=0.1) as (_, port), stalled(port):
        await eventually(lambda: LOG.open == 0 and app.live_connections.count == 0)


async def test_other_clients_are_not_slowed_down() -> None:
    """A stalled connection takes none of the loop's time."""
    async with serve(toy_app()) as (_, port), stalled(port), dial(port) as other:
        await subscribe(other, "subscription { count(to: 200) }")
        heard = [await hear(other) for _ in range(201)]
        assert heard[-1]["type"] == "complete"


@pytest.mark.parametrize(("protocol", "code"), [(WebSocketProtocol, 1013), (WebSocketsSansIOProtocol, 1011)])
async def test_a_missed_ping_closes_with_a_code_that_clients_retry(protocol: type, code: int) -> None:
    """1013, and not uvicorn's 1011, which they take as final. When uvicorn's changes, see app/web/protocol.py."""
    async with (
        serve(toy_app(), ws=protocol, ws_ping_interval=0.05, ws_ping_timeout=0.1) as (_, port),
        raw_client(port) as (reader, _),
    ):
        async with asyncio.timeout(60):
            frames = await reader.read()  # to the end of the connection; a sleeper sends no pong
        assert frames.startswith(b"\x89\x04"), "a ping of four bytes"
        assert frames[6:].startswith(b"\x88" + bytes([2 + len(b"keepalive ping timeout")]) + struct.pack("!H", code))


async def test_a_client_that_answers_pings_stays() -> None:
    """Many intervals later it is still served."""
    async with serve(toy_app(), ws_ping_interval=0.01, ws_ping_timeout=5) as (server, port), dial(port) as client:
        [connection] = server.server_state.connections
        pings: set[float] = set()
        await eventually(lambda: pings.add(connection.ping_sent_at) or len(pings) >= 5)  # type: ignore[union-attr]
        await talk(client, 1)


async def test_a_graceful_stop_does_not_wait_for_a_stalled_client() -> None:
    """The last bytes have a deadline; the server is down although the client never reads."""
    async with serve(toy_app(), ws=Impatient, timeout_graceful_shutdown=None) as (server, port), stalled(port):
        server.should_exit = True
        await eventually(lambda: LOG.open == 0 and not server.server_state.connections)


async def test_a_close_by_a_client_that_does_not_read_on_is_bounded() -> None:
    """It sends a close frame and leaves its buffers full: the server does not wait for it."""
    async with serve(toy_app(), ws=Impatient) as (server, port), raw_client(port) as (reader, writer):
        writer.write(frame(TEXT, b'{"type":"connection_init"}'))
        query = ENDLESS.encode()
        writer.write(frame(TEXT, b'{"type":"subscribe","id":"1","payload":{"query":"' + query + b'"}}'))
        await until_the_source_rests(port)
        writer.write(frame(CLOSE, struct.pack("!H", 1000)))
        await eventually(lambda: LOG.open == 0 and not server.server_state.connections)
        assert not reader.at_eof(), "what the client has not read is still there"


async def test_a_client_that_vanishes_is_let_go() -> None:
    """A reset connection ends its operations at once."""
    async with serve(toy_app()) as (_, port):
        async with dial(port) as client:
            await subscribe(client, "subscription { silent }")
            await eventually(lambda: LOG.open == 1)
            client.transport.abort()
            await closed(client)
        await eventually(lambda: LOG.open == 0)


@pytest.mark.parametrize(
    "begun",
    [
        bytes([0x01, 0x80 | 5]) + bytes(4) + b"hello",
        bytes([0x81, 0x80 | 5]) + bytes(4) + b"hel",
        bytes([0x81]),
    ],
    ids=["fragment", "half a frame", "half a head"],
)
async def test_a_message_that_does_not_go_on_ends_the_connection(begun: bytes) -> None:
    """Whatever is missing of it; a client that is merely silent stays."""
    async with (
        serve(toy_app(), ws=Impatient) as (server, port),
        raw_client(port) as (reader, writer),
        dial(port) as other,
    ):
        writer.write(frame(TEXT, b'{"type":"connection_init"}') + begun)
        async with asyncio.timeout(60):
            frames = await reader.read()
        assert struct.pack("!H", 1008) + b"the message did not arrive in time" in frames
        await talk(other, 1)
        assert len(server.server_state.connections) == 1


async def test_a_message_in_endless_pieces_ends_the_connection() -> None:
    """Empty fragments have no size, and take memory all the same."""
    async with serve(toy_app()) as (_, port), raw_client(port) as (reader, writer):
        writer.write(bytes([0x01, 0x80]) + bytes(4) + (bytes([0x00, 0x80]) + bytes(4)) * 5_000)
        async with asyncio.timeout(60):
            frames = await reader.read()
        assert struct.pack("!H", 1008) + b"too many fragments" in frames


async def test_pings_of_a_client_that_does_not_read_take_no_memory() -> None:
    """Their pongs would pile up; those for which there is no room are left out."""
    async with serve(toy_app(), ws=Impatient, ws_ping_interval=None) as (server, port), raw_client(port) as (_, writer):
        [connection] = server.server_state.connections
        waiting = []
        for _ in range(200):
            writer.write(frame(PING, b"p" * 125) * 500)
            await writer.drain()
            waiting.append(connection.transport.get_write_buffer_size())  # type: ignore[union-attr]
        assert max(waiting) > 0, "the client does not read"
        assert max(waiting) < 500_000, "of 13 MB: no more than what one read brings"
