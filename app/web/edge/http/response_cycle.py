"""One request and its response on a connection of uvicorn, in half of its time.

uvicorn checks and joins the head of each response anew, writes head and body one after the other, and lets the
application wait for a body that has arrived. Here lines that occur in every response are kept, a response that is sent
as a whole is written as a whole, and a body that is complete is handed over at once.

Rule: the bytes are those of uvicorn; whatever is not a plain response of known length is left to it. A stream of events
is one more that only says when it begins: its connection is closed with it.
"""

from collections.abc import Callable
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import (
    HEADER_RE,
    HEADER_VALUE_RE,
    STATUS_LINE,
    RequestResponseCycle,
)

_MAX_KNOWN_LINES = 256
_MAX_JOINED_BYTES = 16_384  # copying more costs as much as a second write

# Headers whose values are kept for no other response.
_OF_ONE_RESPONSE = frozenset({b"x-request-id", b"date", b"etag", b"retry-after"})
_EVENT_STREAM = b"text/event-stream"
_CLOSE = (b"connection", b"close")
_FOR_UVICORN = frozenset({b"connection", b"transfer-encoding", b"content-length"})  # the last, if spelt otherwise

Header = tuple[bytes, bytes]


class ResponseCycle(RequestResponseCycle):
    """One request and its response."""

    _lines: ClassVar[dict[Header, bytes]] = {}  # of headers that any response may have
    _defaults: ClassVar[tuple[object, bytes]] = ((), b"")  # the headers that uvicorn adds, and their lines

    _head: bytes | None = None  # of a response whose body is still to come
    _is_read = False  # the body, to its end

    on_stream: Callable[["ResponseCycle"], None] | None = None  # called when a stream of events begins

    async def send(self, message: Any) -> None:  # noqa: ANN401 - a message of ASGI
        """Send a part of the response. A plain head waits for the body."""
        if not self.response_started:
            if self._may_wait(message):
                self._head = self._head_of(message)
                if self._head is not None:
                    self.response_started, self.waiting_for_100_continue = True, False
                    return
            if self.on_stream is not None and _begins_stream(message):
                self.on_stream(self)
                message = {**message, "headers": [*message["headers"], _CLOSE]}
        head, self._head = self._head, None
        if head is not None and self._is_whole(message):
            self._finish(head, message["body"])
            return
        if head is not None and not self.disconnected:
            self.transport.write(head)
        await super().send(message)

    async def receive(self) -> Any:  # noqa: ANN401 - as above
        """Return the next part of the body: at once, where all of it has arrived."""
        if self.more_body or self._is_read or self.waiting_for_100_continue or self.disconnected:
            return await super().receive()
        self._is_read = True
        self.flow.resume_reading()
        self.message_event.clear()
        body, self.body = bytes(self.body), bytearray()
        return {"type": "http.request", "body": body, "more_body": False}

    def _may_wait(self, message: Any) -> bool:  # noqa: ANN401 - as above
        return (
            message["type"] == "http.response.start"
            and self.keep_alive
            and not (self.disconnected or self.flow.write_paused or self.access_log)
            and self.scope["method"] != "HEAD"
        )

    def _head_of(self, message: Any) -> bytes | None:  # noqa: ANN401 - as above
        """Return the head, and note the length of the body; None where uvicorn has to write it."""
        content, length = [STATUS_LINE[message["status"]], self._default_lines()], None
        for header in message.get("headers", ()):
            line = self._lines.get(header) if type(header) is tuple else None
            if line is None:
                name, value = header
                if name == b"content-length":
                    length, line = value, b"content-length: %b\r\n" % value
                else:
                    line = self._line(name.lower(), value)
                if line is None:
                    return None
            content.append(line)
        if length is None or not length.isdigit():
            return None
        self.chunked_encoding, self.expected_content_length = False, int(length)
        content.append(b"\r\n")
        return b"".join(content)

    def _line(self, name: bytes, value: bytes) -> bytes | None:
        """Return the line of a header; None where uvicorn has to judge it."""
        if name in _FOR_UVICORN or HEADER_RE.search(name) or HEADER_VALUE_RE.search(value):
            return None
        line = b"%b: %b\r\n" % (name, value)
        if name not in _OF_ONE_RESPONSE and len(self._lines) < _MAX_KNOWN_LINES:
            self._lines[name, value] = line
        return line

    def _default_lines(self) -> bytes:
        headers, lines = self._defaults
        if headers is not self.default_headers:  # uvicorn makes a new list each second, for the date
            lines = b"".join([b"%b: %b\r\n" % header for header in self.default_headers])
            ResponseCycle._defaults = self.default_headers, lines
        return lines

    def _is_whole(self, message: Any) -> bool:  # noqa: ANN401 - as above
        return (
            message["type"] == "http.response.body"
            and not message.get("more_body", False)
            and len(message.get("body", b"")) == self.expected_content_length > 0
            and not (self.disconnected or self.flow.write_paused)
        )

    def _finish(self, head: bytes, body: bytes) -> None:
        if len(body) <= _MAX_JOINED_BYTES:
            self.transport.write(head + body)
        else:
            self.transport.write(head)
            self.transport.write(body)
        self.expected_content_length = 0
        self.response_complete = True
        self.message_event.set()
        if not self.keep_alive:
            self.transport.close()
        self.on_response()


def _begins_stream(message: Any) -> bool:  # noqa: ANN401 - a message of ASGI
    """Tell whether a message is the head of a stream of events, of which the length is not known."""
    if message["type"] != "http.response.start":
        return False
    names = {name.lower(): value for name, value in message.get("headers", ())}
    return names.get(b"content-type", b"").startswith(_EVENT_STREAM) and b"content-length" not in names
