"""A response of Server-Sent Events, as graphql-sse 2 reads it (its distinct connections mode).

Its protocol is https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md. A subscription that is over ends with
`complete`; a stream that ends without is one to be opened again.

Rule: `next` returns when the server has taken the events, so a sender that awaits it is at most one step ahead of the
client's socket buffer.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress

from starlette.types import Scope, Send

from app.web.graphql.transport.http.body_writer import BodyWriter, body_writer_of
from app.web.graphql.transport.http.negotiation import EVENT_STREAM
from app.web.graphql.transport.limits import Limits

Headers = tuple[tuple[bytes, bytes], ...]

# A proxy is neither to keep events until there are more of them, nor to compress them, which would do the same.
UNBUFFERED: Headers = (
    (b"cache-control", b"no-store, no-transform"),
    (b"x-accel-buffering", b"no"),
)
CONTENT_TYPE = (b"content-type", f"{EVENT_STREAM}; charset=utf-8".encode())

COMPLETE = b"event: complete\ndata:\n\n"  # without `data`, browsers would not pass it on
_COMMENT = b":\n\n"

_APART_SECONDS = 0.1  # between the last event and an early end: graphql-sse 2.6 misses an end that comes with an event


def events_of(results: Sequence[bytes]) -> bytes:
    """Return the events of results. JSON of ours has no line breaks."""
    return b"".join([b"event: next\ndata: %b\n\n" % result for result in results])


class EventStream:
    """One response: opened by its first event, or after a moment without one; commented on while there is none."""

    def __init__(self, scope: Scope, send: Send, headers: Headers, limits: Limits) -> None:
        self.is_open = self.is_closed = False
        self.writer: BodyWriter | None = None  # once it is open, where the server offers it
        self._scope, self._send, self._headers, self._limits = scope, send, headers, limits
        self._loop = asyncio.get_running_loop()
        self._sent_at = self._loop.time()
        self._timer = self._loop.call_later(limits.event_stream_opens_milliseconds / 1_000, self._comment)
        self._writing: asyncio.Task[None] | None = None

    async def next(self, results: Sequence[bytes]) -> None:
        """Send results, each as an event; wait first while the client reads slowly."""
        await self._write(events_of(results))

    def write_chunks(self, chunks: bytes) -> None:
        """Send events that have been framed for the writer."""
        assert self.writer is not None
        self.writer.write_chunks(chunks)
        self._sent_at = self._loop.time()

    async def complete(self) -> None:
        """Say that there are no more events, and end the response."""
        await self._write(COMPLETE, is_last=True)

    async def break_off(self) -> None:
        """End the response before its time, so that the client comes back: at once for events, soon for the client."""
        if self.is_closed:
            return
        self.is_closed = True
        if self.is_open and (wait := self._sent_at + _APART_SECONDS - self._loop.time()) > 0:
            await asyncio.sleep(wait)
        await self._transmit(b"", is_last=True)

    def abandon(self) -> None:
        """Send nothing more, be it that the client has gone, or that the response is another one."""
        self.is_closed = True
        self._timer.cancel()
        if self._writing is not None:
            self._writing.cancel()

    async def _write(self, data: bytes, *, is_last: bool = False) -> None:
        if not self.is_closed:
            self.is_closed = is_last
            await self._transmit(data, is_last=is_last)

    async def _transmit(self, data: bytes, *, is_last: bool) -> None:
        if is_last:
            self._timer.cancel()
        is_first, self.is_open = not self.is_open, True
        self._sent_at = self._loop.time()
        if is_first:
            await self._send({"type": "http.response.start", "status": 200, "headers": self._headers})
            self.writer = body_writer_of(self._scope)
        await self._send({"type": "http.response.body", "body": data, "more_body": not is_last})

    def _comment(self) -> None:
        """Send a comment if nothing was sent for a while, and look again when that may be so."""
        rest = self._limits.event_stream_rests_seconds
        silent = self._loop.time() - self._sent_at if self.is_open else rest
        if silent >= rest and (self._writing is None or self._writing.done()):
            self._writing = asyncio.create_task(self._write_comment())
            silent = 0.0
        self._timer = self._loop.call_later(rest - silent, self._comment)

    async def _write_comment(self) -> None:
        with suppress(OSError):
            await self._write(_COMMENT)
