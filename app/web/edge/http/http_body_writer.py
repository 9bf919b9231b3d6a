"""A stream of events as the response of a connection, of which parts are written past the ASGI application's `send`."""

from collections.abc import Callable
from typing import cast

from app.web.edge.http.response_cycle import ResponseCycle
from app.web.edge.http.transport import HttpTransport
from app.web.graphql.transport.http.body_writer import EXTENSION, BodyWriter


class HttpBodyWriter(BodyWriter):
    """BodyWriter over HTTP/1.1, offered in the scope of the request from its beginning until `end`."""

    def __init__(self, cycle: ResponseCycle, way: HttpTransport) -> None:
        self._cycle, self._way = cycle, way
        self._resumed: list[Callable[[], None]] = []
        cycle.scope["extensions"] = {EXTENSION: cast("dict[object, object]", self)}

    @property
    def is_writable(self) -> bool:
        """Whether more of the stream may be written: not while much is unsent, nor once it has ended."""
        cycle = self._cycle
        return (
            not (cycle.response_complete or cycle.disconnected or cycle.flow.write_paused)
            and not self._way.is_closing()
        )

    def write_chunks(self, chunks: bytes) -> None:
        """Write more of the stream, framed already."""
        self._way.write(chunks)

    def on_writable(self, resume: Callable[[], None]) -> None:
        """Call back once, soon after more may be written; never, where the connection is closed."""
        self._resumed.append(resume)

    def resume(self) -> None:
        """Call back all that wait: parts may be written again."""
        resumed, self._resumed = self._resumed, []
        for each in resumed:
            each()

    def end(self) -> None:
        """Call nothing back any more, and let go of the request, which would keep this alive."""
        self._resumed.clear()
        self._cycle.scope.pop("extensions", None)
