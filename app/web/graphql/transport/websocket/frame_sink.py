"""The results of one shared subscription, each as a prepared text frame with the operation's id.

Rule: nothing is written once the operation has ended, however it did: its member is let go of first.
"""

from collections.abc import Callable, Sequence

from app.web.graphql.shared.sink import ResultSink
from app.web.graphql.transport.websocket.prepared_text import PreparedText


class FrameSink(ResultSink):
    """One operation on a websocket whose server writes prepared text. `on_failure` ends the operation."""

    __slots__ = ("_before", "_frames", "_on_failure")

    def __init__(self, frames: PreparedText, *, id: str, on_failure: Callable[[Exception], None]) -> None:
        """Take the id as it stands in JSON."""
        self._frames, self._on_failure = frames, on_failure
        self._before = f'{{"id":{id},"type":"next","payload":'.encode()

    @property
    def is_writable(self) -> bool:
        """Whether the connection takes more."""
        return self._frames.is_writable

    def write(self, results: Sequence[bytes]) -> None:
        """Send each as a `next` message."""
        self._frames.write_texts(self._before, results, b"}")

    def on_writable(self, resume: Callable[[], None]) -> None:
        """Call back when the connection takes more."""
        self._frames.on_writable(resume)

    def fail(self, error: Exception) -> None:
        """End the operation."""
        self._on_failure(error)
