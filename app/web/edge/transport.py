"""A connection that ends in bounded time, with its last answer delivered to who reads it.

Rule: bytes that wait for the client are taken steadily, or the connection is dropped; what the client still sends after
the last answer is thrown away for a while, because closing upon it would reset the connection and lose that answer.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from app.web.edge.http_limits import HttpLimits


class HttpTransport:
    """What the protocol writes to: a transport whose `close` is orderly."""

    def __init__(
        self,
        transport: asyncio.Transport,
        *,
        loop: asyncio.AbstractEventLoop,
        limits: HttpLimits,
        still_sends: Callable[[], bool],
    ) -> None:
        self.inner = transport
        self.write: Callable[[bytes], None] = (
            transport.write
        )  # bound here: looking it up through __getattr__ would cost every message
        self._loop, self._limits, self._still_sends = loop, limits, still_sends
        self._is_closed = False
        self._lingering: asyncio.TimerHandle | None = None
        self._thrown_away = 0
        self._progress: asyncio.TimerHandle | None = None
        self._unsent = 0

    def close(self) -> None:
        """Send what is written, then close; a client that still sends is heard out first."""
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
        """Close without hearing the client out."""
        self._is_closed = True
        self.inner.close()
        self.watch_progress()

    def linger(self, seconds: float) -> None:
        """Say no more, and listen for so long at most."""
        self._is_closed = True
        self.write = _write_nothing
        self.inner.write_eof()
        self.inner.resume_reading()
        self._lingering = self._loop.call_later(seconds, self.inner.abort)

    def throw_away(self, size: int) -> None:
        """Count what came after the end."""
        self._thrown_away += size
        if self._thrown_away > self._limits.max_lingering_bytes:
            self.inner.abort()

    def is_closing(self) -> bool:
        """Tell whether the end has begun."""
        return self._is_closed or self.inner.is_closing()

    def watch_progress(self) -> None:
        """Drop the connection unless the client goes on to take what waits for it."""
        unsent = self.inner.get_write_buffer_size()
        if unsent and self._progress is None:
            self._unsent = unsent
            self._progress = self._loop.call_later(self._limits.progress_seconds, self._check_progress)

    def forget_progress(self) -> None:
        """Stop watching: the client has caught up, or is gone."""
        if self._progress is not None:
            self._progress.cancel()
            self._progress = None

    def lost(self) -> None:
        """Forget the timers of a connection that is gone."""
        self.forget_progress()
        if self._lingering is not None:
            self._lingering.cancel()

    def _check_progress(self) -> None:
        self._progress = None
        unsent = self.inner.get_write_buffer_size()
        if unsent > max(self._unsent - self._limits.min_progress_bytes, 0):
            self.inner.abort()
        else:
            self.watch_progress()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the transport has
        return getattr(self.inner, name)


def _write_nothing(_: bytes) -> None:
    """Take what comes after the end."""
