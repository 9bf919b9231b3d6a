"""The websocket protocol of our uvicorn: how connections end.

uvicorn closes a connection whose ping was missed with 1011, which clients take as final, and it waits without end for
a client that does not read to take the last bytes. Here a missed ping means 1013 "try again later", and every close
has a deadline. Use it as

    uvicorn.run(app, ws=WebSocketProtocol, ws_per_message_deflate=False, ws_max_size=65_536,
                ws_ping_interval=20, ws_ping_timeout=20, timeout_graceful_shutdown=10)
"""

import asyncio
import socket
from typing import Any, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol


class WebSocketProtocol(WebSocketsSansIOProtocol):
    """uvicorn's own implementation, except for the ways out."""

    # How long a closing connection may take to hand over its last bytes. Well within a graceful shutdown of 10 s.
    flush_seconds = 3.0

    # What the kernel may hold for a client that does not read; left alone it grows to 4 MB each. The kernel doubles
    # the figure, so a client 100 ms away still gets 2.5 MB/s.
    send_buffer_bytes = 131_072

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take over the connection, with a transport that closes in bounded time."""
        connection = transport.get_extra_info("socket")
        if connection is not None:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, self.send_buffer_bytes)
        closing = BoundedTransport(cast(asyncio.Transport, transport), self.loop, self.flush_seconds)
        super().connection_made(cast(asyncio.Transport, closing))

    def keepalive_timeout(self) -> None:
        """Tell a client that missed a ping to come back, and drop it."""
        self.pong_timer = None
        self.pending_ping_payload = None
        if self.close_sent or self.transport.is_closing():
            return
        self.conn.fail(1013, "keepalive ping timeout")
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = True
        # Unsent bytes mean that the client has stopped reading: the close frame behind them would never arrive.
        if self.transport.get_write_buffer_size():
            self.transport.abort()
        else:
            self.transport.close()


class BoundedTransport:
    """A transport whose `close` aborts when the peer does not take the last bytes in time."""

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop, seconds: float) -> None:
        self._transport, self._loop, self._seconds = transport, loop, seconds
        self.write = transport.write  # bound here: looking it up through __getattr__ would cost every message

    def close(self) -> None:
        """Close, and abort if that takes too long."""
        if not self._transport.is_closing():
            self._transport.close()
            self._loop.call_later(self._seconds, self._transport.abort)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the transport has
        return getattr(self._transport, name)
