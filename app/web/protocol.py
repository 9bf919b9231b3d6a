"""The websocket protocol of our uvicorn: close codes, and deadlines for messages and closes.

uvicorn closes a connection that missed a ping with 1011, which clients take as final. It waits without limit for a
client that does not read its last bytes, or never ends a message. Here a missed ping closes with 1013 "try again
later", and every message and every close has a deadline. Use it as

    uvicorn.run(app, ws=WebSocketProtocol, ws_per_message_deflate=False, ws_max_size=65_536,
                ws_ping_interval=20, ws_ping_timeout=20, timeout_graceful_shutdown=10)
"""

import asyncio
import socket
import struct
from collections.abc import Callable, Sequence
from typing import Any, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request
from websockets.protocol import OPEN

from app.web.edge.counted import count_slow_client
from app.web.edge.light_waiting import LightEvent, LightQueue
from app.web.edge.refusal import Refusal
from app.web.edge.stopping import tell_of_stop
from app.web.graphql.transport.websocket.prepared_text import EXTENSION

_HEADER_16, _HEADER_64 = struct.Struct("!BBH"), struct.Struct("!BBQ")

_NO_HANDSHAKE = Refusal(400, "The request is no handshake of a websocket.")


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """uvicorn's own implementation, except for how connections end."""

    # How long a closing connection may take to send its last bytes. Well within a graceful shutdown of 10 s.
    flush_seconds = 3.0

    # The kernel's send buffer for a client that does not read; by default it grows to 4 MB each. The kernel doubles
    # the figure, so a client 100 ms away still gets 2.5 MB/s.
    send_buffer_bytes = 131_072

    # How long a message may take from its first byte to its last: the largest, 64 KB, at 26 kbit/s.
    message_seconds = 20.0

    # A client that splits its messages makes a few pieces; pieces may be empty, so the size does not bound them.
    max_fragments = 1_000

    _resumed: list[Callable[[], None]] | None = None  # called when more may be written

    _message_deadline: asyncio.TimerHandle | None = None
    _fragments: list[bytes] | None = None  # of the message that the deadline is for

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - uvicorn's own
        super().__init__(*args, **options)
        self.queue, self.writable = cast(Any, LightQueue()), cast(Any, LightEvent())

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin the connection, on a transport that closes in bounded time."""
        connection = transport.get_extra_info("socket")
        if connection is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, self.send_buffer_bytes)
        closing = BoundedTransport(cast(asyncio.Transport, transport), self.loop, self.flush_seconds)
        super().connection_made(cast(asyncio.Transport, closing))
        self.conn.debug = False  # it would log each header and message, and with them keys and cookies

    def connection_lost(self, exc: Exception | None) -> None:
        """Cancel the deadline of an unfinished message."""
        self._stop_waiting()
        self._resumed = None
        if self.handshake_initiated:
            self.scope["extensions"].pop(EXTENSION, None)  # which has kept the connection alive
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse received bytes; an unfinished message has a deadline."""
        expected = len(self.conn.reader.buffer) + len(data)
        super().data_received(data)
        waiting = len(self.conn.reader.buffer)
        is_another = self.frames is not self._fragments if self.frames else waiting < expected
        self._fragments = self.frames
        if is_another or self.close_sent or not (self.frames or waiting):
            self._stop_waiting()
        if self.close_sent or not (self.frames or waiting):
            return
        if len(self.frames) > self.max_fragments:
            self._end(1008, "too many fragments")
        elif self._message_deadline is None:
            self._message_deadline = self.loop.call_later(
                self.message_seconds, self._end, 1008, "the message did not arrive in time"
            )

    def send_receive_event_to_app(self) -> None:
        """Pass a message to the application. Invalid UTF-8 closes with 1007 (RFC 6455, 8.1), unlogged."""
        if self.curr_msg_data_type == "text" and not _is_utf_8(self.frames):
            self.frames = []
            self._end(1007, "the text is not UTF-8")
        else:
            super().send_receive_event_to_app()

    async def run_asgi(self) -> None:
        """Run the application; an HTTP response completes the handshake, too, which uvicorn would log as an error."""
        app = self.app

        async def answering(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - ASGI's own
            await app(scope, receive, send)
            self.handshake_complete = self.handshake_complete or self.initial_response is not None

        self.app = answering
        try:
            await super().run_asgi()
        finally:
            self.app = app  # not what refers to this: it would be kept until the garbage collector runs

    def handle_connect(self, event: Request) -> None:
        """Offer prepared text to the application, where nothing is compressed."""
        super().handle_connect(event)
        if not self.handshake_complete and not self.conn.extensions:
            cast(dict[str, Any], self.scope["extensions"])[EXTENSION] = self

    def start_keepalive(self) -> None:
        """Begin to ping; the handshake is complete, and its messages need not be kept."""
        self.request = self.response = cast(Any, None)
        super().start_keepalive()

    @property
    def is_writable(self) -> bool:
        """Whether frames may be written: not while much is unsent, nor once the connection is being closed."""
        return self.writable.is_set() and self.conn.state is OPEN and not self.transport.is_closing()

    def write_texts(self, before: bytes, texts: Sequence[bytes], after: bytes) -> None:
        """Write a text frame for each text, with what comes before and after it in the frame, all in UTF-8."""
        around = len(before) + len(after)
        if len(texts) == 1:  # most of the time
            self.transport.write(b"".join((_text_header(around + len(texts[0])), before, texts[0], after)))
            return
        pieces: list[bytes] = []
        for text in texts:
            pieces += (_text_header(around + len(text)), before, text, after)
        self.transport.write(b"".join(pieces))

    def on_writable(self, resume: Callable[[], None]) -> None:
        """Call back once, soon after frames may be written again; never, where the connection is closed."""
        self._resumed = self._resumed or []
        self._resumed.append(resume)

    def resume_writing(self) -> None:
        """Go on: the client has read."""
        super().resume_writing()
        resumed, self._resumed = self._resumed, None
        for resume in resumed or ():
            resume()

    def shutdown(self) -> None:
        """Close with 1012, "the service restarts"."""
        tell_of_stop(self.app_state)
        super().shutdown()

    def handle_ping(self) -> None:
        """Send a pong, unless the client does not read: pongs would pile up without bound."""
        if self.writable.is_set():
            super().handle_ping()
        else:
            self.conn.data_to_send()

    def handle_parser_exception(self) -> None:
        """Close a connection that broke the protocol; before the handshake by an HTTP response."""
        if self.conn.close_sent is not None:
            super().handle_parser_exception()
            return
        self.handshake_complete = self.close_sent = True
        self.transport.write(_NO_HANDSHAKE.as_http(self.default_headers))
        self.transport.close()

    def keepalive_timeout(self) -> None:
        """Close with 1013, which clients retry, when a client missed a ping; then drop the connection."""
        self.pong_timer = None
        self.pending_ping_payload = None
        count_slow_client(self.app_state, "websocket")
        self._end(1013, "keepalive ping timeout")

    def _stop_waiting(self) -> None:
        if self._message_deadline is not None:
            self._message_deadline.cancel()
            self._message_deadline = None

    def _end(self, code: int, reason: str) -> None:
        if self.close_sent or self.transport.is_closing():
            return
        self.conn.fail(code, reason)
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        # Unsent bytes mean that the client has stopped reading: the close frame behind them would never arrive.
        if self.transport.get_write_buffer_size():
            self.transport.abort()
        else:
            self.transport.close()


def _text_header(size: int) -> bytes:
    """Return the header of a whole text frame from a server (RFC 6455, 5.2)."""
    if size <= 125:  # noqa: PLR2004 - larger sizes are marked by 126 and 127
        return bytes((0x81, size))
    return _HEADER_16.pack(0x81, 126, size) if size <= 0xFFFF else _HEADER_64.pack(0x81, 127, size)  # noqa: PLR2004


def _is_utf_8(pieces: list[bytes]) -> bool:
    try:
        b"".join(pieces).decode()
    except UnicodeDecodeError:
        return False
    return True


class BoundedTransport:
    """A transport whose `close` aborts when the peer does not read the last bytes in time."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop, seconds: float) -> None:
        self._transport, self._loop, self._seconds = transport, loop, seconds
        # Bound here: looking them up through __getattr__ would cost every message.
        self.write, self.is_closing = transport.write, transport.is_closing

    def close(self) -> None:
        """Close, and abort if that takes too long."""
        if not self._transport.is_closing():
            self._transport.close()
            self._loop.call_later(self._seconds, self._transport.abort)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the transport has
        return getattr(self._transport, name)
