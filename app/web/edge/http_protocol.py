"""The HTTP protocol of our uvicorn: what it takes before the application is asked.

uvicorn waits without end for a request that was begun, keeps whatever headers come, and takes as many connections as
there are. Here each has a bound: see `HttpLimits`. What goes beyond one is answered by its status (400, 408, 413, 414,
431, 503) and a sentence, and the connection ends in order: see `HttpTransport`.

Rule: a request that arrives whole costs no timer.
"""

import asyncio
import socket
from typing import Any, ClassVar, cast
from weakref import WeakKeyDictionary

import httptools
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from app.web.edge.http_limits import HttpLimits
from app.web.edge.refusal import Refusal
from app.web.edge.transport import HttpTransport

_MAX_LINE_OF_HANDSHAKE_BYTES = 8_000  # the websocket library reads the head again, and takes 8,192 in a line
_SECONDS_UNTIL_THERE_IS_ROOM = 2

_MALFORMED = Refusal(400, "The request is no well-formed HTTP/1.1.")
_TOO_SLOW = Refusal(408, "The request did not arrive in time.")
_TOO_LARGE = Refusal(413, "The request is too large.")
_TARGET_TOO_LONG = Refusal(414, "The address of the request is too long.")
_HEAD_TOO_LARGE = Refusal(431, "The headers of the request are too many or too large.")
_NO_ROOM = Refusal(
    503,
    "Too many connections: try again later.",
    "OVERLOADED",
    headers=((b"retry-after", str(_SECONDS_UNTIL_THERE_IS_ROOM).encode()),),
)


class _Refused(Exception):
    """Ends the parser's work from within one of its callbacks."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(refusal.message)


class _Open:
    """The connections of one server that speak HTTP."""

    def __init__(self) -> None:
        self.served: set[HttpProtocol] = set()
        self.refused: set[HttpProtocol] = set()


_open_of: WeakKeyDictionary[ServerState, _Open] = WeakKeyDictionary()


class HttpProtocol(HttpToolsProtocol):
    """uvicorn's own implementation, within bounds.

    uvicorn's `limit_concurrency` is the number of connections that it keeps open; websockets do not count.
    """

    limits: ClassVar = HttpLimits()

    _way: HttpTransport  # made with the connection

    def __init__(self, config: Config, server_state: ServerState, app_state: dict[str, Any], **options: Any) -> None:  # noqa: ANN401 - uvicorn's own
        super().__init__(config, server_state, app_state, **options)
        self._max_connections, self.limit_concurrency = self.limit_concurrency, None
        self._open = _open_of.setdefault(server_state, _Open())
        self._is_in_head = self._is_in_message = self._is_deaf = False
        self._received = 0  # of a message that is not complete
        self._stage_seconds: float | None = None
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection over, or refuse it when there are too many."""
        connection = transport.get_extra_info("socket")
        if connection is not None and connection.family in {socket.AF_INET, socket.AF_INET6}:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, self.limits.send_buffer_bytes)
        self._way = HttpTransport(
            cast("asyncio.Transport", transport),
            loop=self.loop,
            limits=self.limits,
            still_sends=lambda: self._is_in_message,
        )
        super().connection_made(cast("asyncio.Transport", self._way))
        if self._max_connections is not None and len(self._open.served) >= self._max_connections:
            self._refuse_connection()
        else:
            self._open.served.add(self)
            self._wait(self.limits.head_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        """Let everything go."""
        self._leave()
        self._way.lost()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse what has come, and keep its time and its size."""
        if self._is_deaf or self._way.is_closing():
            self._way.throw_away(len(data))
            return
        self._received += len(data)
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._upgrade()
        except httptools.HttpParserError as error:
            self._refuse(_reason(error))
        else:
            self._keep_bounds()

    def eof_received(self) -> bool:  # type: ignore[override]  # as asyncio has it
        """Let the transport close, after the answer to what was asked before the client's end."""
        if self._is_in_message or self._is_at_rest():
            return False
        self.cycle.keep_alive = False
        return True

    # What the parser tells.

    def on_message_begin(self) -> None:
        """Begin a request: the connection is idle no longer."""
        super().on_message_begin()
        self._unset_keepalive_if_required()
        self._is_in_head = self._is_in_message = True

    def on_headers_complete(self) -> None:
        """Look at the head as a whole, and let the application begin."""
        self._check_head()
        super().on_headers_complete()
        self._is_in_head = False
        if not self.parser.should_upgrade():
            self.headers = []  # trailers are no headers of a request that has begun

    def on_message_complete(self) -> None:
        """End a request."""
        super().on_message_complete()
        self._is_in_message = False
        self._received = 0

    # What uvicorn does by itself.

    def handle_websocket_upgrade(self) -> None:
        """Hand the connection over as it came."""
        self._leave()
        self._way.lost()
        self.transport = self._way.inner
        super().handle_websocket_upgrade()

    def _unsupported_upgrade_warning(self) -> None:
        """Say nothing: anybody can ask for an upgrade, as often as they like."""

    def pause_writing(self) -> None:
        """Wait for a client that is behind, but not for ever."""
        super().pause_writing()
        self._way.watch_progress()

    def resume_writing(self) -> None:
        """Go on."""
        super().resume_writing()
        if not self._way.is_closing():
            self._way.forget_progress()

    def shutdown(self) -> None:
        """Close, after the answer that is being made; a body that is still to come is not waited for."""
        if self._way.is_closing() or self._is_at_rest() or self._is_in_body():
            self._way.close_at_once()
        else:
            super().shutdown()

    # Bounds.

    def _keep_bounds(self) -> None:
        limits = self.limits
        if not self._is_in_message:
            if self._received == 0:  # else there were blank lines and nothing more
                self._wait(None)
        elif self._is_in_head:
            if len(self.url) > limits.max_target_bytes:
                self._refuse(_TARGET_TOO_LONG)
            elif self._received > limits.max_head_bytes:
                self._refuse(_HEAD_TOO_LARGE)
            else:
                self._wait(limits.head_seconds)
        elif self._received > limits.max_message_bytes or len(self.headers) > limits.max_headers:
            self._refuse(_TOO_LARGE)
        else:
            self._wait(limits.body_seconds)

    def _check_head(self) -> None:
        limits, headers, target = self.limits, self.headers, self.url
        if len(target) > limits.max_target_bytes:
            raise _Refused(_TARGET_TOO_LONG)
        size = len(target) + sum([len(name) + len(value) for name, value in headers])
        if size > limits.max_head_bytes or len(headers) > limits.max_headers:
            raise _Refused(_HEAD_TOO_LARGE)
        if len(self.pipeline) >= limits.max_pipelined:
            raise _Refused(_TOO_LARGE)
        if self.parser.should_upgrade() and self._should_upgrade():
            self._check_handshake()
        if target[:1] != b"/":
            self._take_host_from_target()

    def _check_handshake(self) -> None:
        if any(name in {b"content-length", b"transfer-encoding"} for name, _ in self.headers):
            raise _Refused(_MALFORMED)  # a body would be waited for, before the handshake is looked at
        lines = [len(self.url), *(len(name) + len(value) for name, value in self.headers)]
        if max(lines) > _MAX_LINE_OF_HANDSHAKE_BYTES:
            raise _Refused(_HEAD_TOO_LARGE)

    def _take_host_from_target(self) -> None:
        """Prefer the host of an absolute address to the header (RFC 9112, 3.2.2), so that both are checked as one."""
        parsed = httptools.parse_url(self.url)
        if parsed.host:
            port = f":{parsed.port}".encode() if parsed.port else b""
            others = [header for header in self.headers if header[0] != b"host"]
            self.headers[:] = [*others, (b"host", parsed.host + port)]

    def _wait(self, seconds: float | None) -> None:
        """Give what is being sent so long from now, unless it has its time already."""
        if seconds == self._stage_seconds:
            return
        if self._deadline is not None:
            self._deadline.cancel()
        self._stage_seconds = seconds
        self._deadline = None if seconds is None else self.loop.call_later(seconds, self._be_late)

    def _be_late(self) -> None:
        self._deadline = None
        if self._is_in_message:
            self._refuse(_TOO_SLOW)
        else:
            self._way.close()  # it never said anything

    def _is_in_body(self) -> bool:
        """Tell whether the request that was read last is still to be completed."""
        return self._is_in_message and not self._is_in_head

    def _is_at_rest(self) -> bool:
        """Tell whether no answer is being made to the request that was read last."""
        cycle: RequestResponseCycle | None = self.cycle  # uvicorn's annotation leaves out that there may be none yet
        return cycle is None or cycle.response_complete

    # The ways out.

    def _refuse(self, refusal: Refusal) -> None:
        """Answer what cannot be a request, after what is being answered, and close."""
        self._wait(None)
        self._is_deaf = True
        cycle, is_ours = self.cycle, self._is_in_body()
        is_answered = self._is_at_rest()
        if is_ours and (self.pipeline or (not is_answered and cycle.response_started)):
            self._way.abort()
        elif not is_answered and not is_ours:
            cycle.keep_alive = False
        else:
            if not is_answered:
                cycle.disconnected = True  # the application need not wait for the rest
                cycle.message_event.set()
            if not (is_answered and is_ours):
                self._way.write(refusal.as_http(self.server_state.default_headers))
            # Who was too slow has little on the way.
            is_slow = refusal is _TOO_SLOW
            self._way.linger(self.limits.refused_linger_seconds if is_slow else self.limits.linger_seconds)

    def _refuse_connection(self) -> None:
        self._is_deaf = True
        self._way.write(_NO_ROOM.as_http(self.server_state.default_headers))
        if len(self._open.refused) < self.limits.max_refused:
            self._open.refused.add(self)
            self._way.linger(self.limits.refused_linger_seconds)
        else:
            self._way.close_at_once()

    def _upgrade(self) -> None:
        if self._should_upgrade():
            self.handle_websocket_upgrade()
        elif self.cycle is not None:
            # The parser takes the rest for another protocol; the request was answered as one of HTTP/1.1.
            self.cycle.keep_alive = False
            self._is_deaf = True
            self._wait(None)

    def _leave(self) -> None:
        self._wait(None)
        self._open.served.discard(self)
        self._open.refused.discard(self)


def _reason(error: BaseException) -> Refusal:
    """Return why the parser stopped: one of our reasons, or its own."""
    cause = error.__context__ or error.__cause__
    return cause.refusal if isinstance(cause, _Refused) else _MALFORMED
