"""Prepared text: the bytes that uvicorn would send, where nothing is compressed and nothing else is in the way."""

import asyncio
from collections.abc import Callable

import pytest
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from app.web.graphql.transport.websocket.prepared_text import EXTENSION, PreparedText, prepared_text_of
from tests.support.waiting import eventually
from tests.web.test_slow_clients import frame, raw_client
from tests.web.toy import dial, serve

SIZES = [0, 1, 125, 126, 127, 65_535, 65_536, 70_000]  # of frames, around the sizes of headers


class Kept:
    """An application that accepts one websocket, and keeps it until it ends."""

    def __init__(self) -> None:
        self.scope: Scope = {}
        self.send: Send | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept", "subprotocol": "graphql-transport-ws"})
        self.scope, self.send = scope, send
        while (await receive())["type"] != "websocket.disconnect":
            pass

    @property
    def frames(self) -> PreparedText:
        """Return the extension."""
        frames = prepared_text_of(self.scope)
        assert frames is not None
        return frames


async def test_the_bytes_are_those_of_the_ordinary_send() -> None:
    """For each form of header, one text or several, and between messages that are sent as usual."""
    app = Kept()
    async with serve(app) as (_, port), raw_client(port, receive_buffer=262_144) as (reader, _):
        await eventually(lambda: app.send is not None)
        assert app.send is not None
        for size in SIZES:
            text = ("é" * size)[: size // 2].encode() + b"x" * (size % 2)
            assert len(text) == size
            cut = size // 4 * 2
            await app.send({"type": "websocket.send", "text": text.decode()})
            app.frames.write_texts(text[:cut], [text[cut:]], b"")
            usual = await reader.readexactly(size + (2 if size < 126 else 4 if size < 65_536 else 10))
            assert await reader.readexactly(len(usual)) == usual
        app.frames.write_texts(b"<", [b"a", b"bc"], b">")
        await app.send({"type": "websocket.send", "text": "d"})
        assert await reader.readexactly(14) == b"\x81\x03<a>\x81\x04<bc>\x81\x01d"


async def test_it_is_not_offered_where_messages_are_compressed_nor_by_another_server() -> None:
    """There, they are sent as usual."""
    for options, client in (
        ({"ws_per_message_deflate": True}, {"compression": "deflate"}),
        ({"ws": WebSocketsSansIOProtocol}, {}),
    ):
        app = Kept()
        async with serve(app, **options) as (_, port), dial(port, init=False, **client):
            await eventually(lambda app=app: app.send is not None)
            assert prepared_text_of(app.scope) is None


@pytest.mark.parametrize("end", ["client", "server", "stop"])
async def test_it_is_not_writable_once_the_connection_closes(end: str) -> None:
    """However it closes; and the connection is not kept by what it had offered."""
    app = Kept()
    async with serve(app) as (server, port), raw_client(port) as (reader, writer):
        await eventually(lambda: app.send is not None)
        assert app.send is not None
        frames = app.frames
        assert frames.is_writable
        if end == "client":
            writer.write(frame(0x88, b"\x03\xe8"))
        elif end == "server":
            await app.send({"type": "websocket.close", "code": 1000})
        else:
            server.should_exit = True
        await eventually(lambda: not frames.is_writable)
        if end == "server":
            writer.write(frame(0x88, b"\x03\xe8"))
        await reader.read()
        await eventually(lambda: EXTENSION not in app.scope["extensions"])


async def test_it_says_when_a_slow_client_has_read() -> None:
    """Once for each that has asked, without being asked in between."""
    app = Kept()
    resumed: list[int] = []

    def resume(number: int) -> Callable[[], None]:
        return lambda: resumed.append(number)

    async with serve(app) as (_, port), raw_client(port, receive_buffer=262_144) as (reader, _):
        await eventually(lambda: app.send is not None)
        written = 0
        while app.frames.is_writable:
            app.frames.write_texts(b"", [b"x" * 65_536], b"")
            written += 65_546
            await asyncio.sleep(0)
        app.frames.on_writable(resume(1))
        app.frames.on_writable(resume(2))
        await asyncio.sleep(0)
        assert resumed == []
        await reader.readexactly(written)
        await eventually(lambda: resumed == [1, 2])
        assert app.frames.is_writable
