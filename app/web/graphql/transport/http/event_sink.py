"""The results of one shared subscription, as events of its stream.

Rule: they are written at once where the server allows it and nothing waits before them; else the task of the stream
takes them. All streams of a group get the same bytes, which are made once.
"""

from collections.abc import Callable, Sequence
from typing import ClassVar

from app.web.graphql.shared.waiting_results import WaitingResults
from app.web.graphql.transport.http.body_writer import chunk
from app.web.graphql.transport.http.event_stream import EventStream, events_of


class EventSink(WaitingResults):
    """One subscription on a stream of events."""

    __slots__ = ("_events",)

    _framed: ClassVar[tuple[Sequence[bytes], bytes]] = ((), b"")  # the results that were written last

    def __init__(self, events: EventStream) -> None:
        super().__init__()
        self._events = events

    @property
    def is_writable(self) -> bool:
        """Whether the stream takes more."""
        events = self._events
        if events.is_closed or not super().is_writable:
            return False
        return events.writer is None or events.writer.is_writable

    def write(self, results: Sequence[bytes]) -> None:
        """Send each as an event."""
        if self._events.writer is None:
            super().write(results)
            return
        written, chunks = self._framed
        if written is not results:
            chunks = chunk(events_of(results))
            EventSink._framed = results, chunks
        self._events.write_chunks(chunks)

    def on_writable(self, resume: Callable[[], None]) -> None:
        """Call back when the stream takes more."""
        writer = self._events.writer
        if writer is None or not super().is_writable:
            super().on_writable(resume)
        else:
            writer.on_writable(resume)
