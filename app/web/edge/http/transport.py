"""A transport that closes in bounded time, with its last response delivered to a client that reads it.

Rule: the client reads its bytes steadily, or the connection is dropped; what it still sends after the last response is
discarded for a while, because closing at once would reset the connection and lose that response.
"""

import asyncio
import socket
from collections.abc import Callable
from typing import Any

from app.web.edge.http.http_limits import HttpLimits


class HttpTransport:
    """What the protocol writes to: a transport whose `close` is orderly."""

    def __init__(
        self,
        transport: asyncio.Transport,
        *,
        loop: asyncio.AbstractEventLoop,
        limits: HttpLimits,
        still_sends: Callable[[], bool],
        on_unread: Callable[[], None],
    ) -> None:
        self.inner = transport
        self.write: Callable[[bytes], None] = (
            transport.write
        )  # bound here: looking it up through __getattr__ would cost every message
        self._loop, self._limits, self._still_sends, self._on_unread = loop, limits, still_sends, on_unread
        self._is_closed = False
        self._lingering: asyncio.TimerHandle | None = None
        self._thrown_away = 0
        self._progress: asyncio.TimerHandle | None = None
        self._unsent = 0
        self._set_option(socket.SOL_SOCKET, socket.SO_SNDBUF, limits.send_buffer_bytes)

    def expect_acknowledgement(self) -> None:
        """Let the system drop a connection whose client has vanished; else it would try for a quarter of an hour."""
        option = getattr(socket, "TCP_USER_TIMEOUT", None)  # Linux has it
        if option is not None:
            self._set_option(socket.IPPROTO_TCP, option, int(self._limits.acknowledged_seconds * 1_000))

    def close(self) -> None:
        """Flush, then close; what a client still sends is read first."""
        if self.is_closing():
            return
        self._is_closed = True
        self.write = _write_nothing
        if self._still_sends() and self.inner.can_write_eof():
            self.linger(self._limits.linger_seconds)
        else:
            self.inner.close()
            self.watch_progress()

    def close_at_once(self) -> None:
        """Close without reading what the client still sends."""
        self._is_closed = True
        self.inner.close()
        self.watch_progress()

    def linger(self, seconds: float) -> None:
        """End our side, and read for so many seconds at most."""
        self._is_closed = True
        self.write = _write_nothing
        self.inner.write_eof()
        self.inner.resume_reading()
        self._lingering = self._loop.call_later(seconds, self.inner.abort)

    def throw_away(self, size: int) -> None:
        """Count the bytes discarded after the end."""
        self._thrown_away += size
        if self._thrown_away > self._limits.max_lingering_bytes:
            self.inner.abort()

    def is_closing(self) -> bool:
        """Tell whether the connection is being closed."""
        return self._is_closed or self.inner.is_closing()

    def watch_progress(self) -> None:
        """Drop the connection unless the client goes on reading what is buffered for it."""
        unsent = self.inner.get_write_buffer_size()
        if unsent and self._progress is None:
            self._unsent = unsent
            self._progress = self._loop.call_later(self._limits.progress_seconds, self._check_progress)

    def forget_progress(self) -> None:
        """Stop watching: the client has caught up, or has disconnected."""
        if self._progress is not None:
            self._progress.cancel()
            self._progress = None

    def lost(self) -> None:
        """Cancel the timers of a closed connection."""
        self._still_sends = _sends_nothing  # else the two would be kept until the garbage collector runs
        self.forget_progress()
        if self._lingering is not None:
            self._lingering.cancel()

    def _check_progress(self) -> None:
        self._progress = None
        unsent = self.inner.get_write_buffer_size()
        if unsent > max(self._unsent - self._limits.min_progress_bytes, 0):
            self._on_unread()
            self.inner.abort()
        else:
            self.watch_progress()

    def _set_option(self, level: int, option: int, value: int) -> None:
        """Set an option of the socket, where it is one of TCP."""
        connection = self.inner.get_extra_info("socket")
        if connection is not None and connection.family in {socket.AF_INET, socket.AF_INET6}:
            connection.setsockopt(level, option, value)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the transport has
        return getattr(self.inner, name)


def _sends_nothing() -> bool:
    return False


def _write_nothing(_: bytes) -> None:
    """Discard received bytes."""
