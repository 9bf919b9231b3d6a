"""The HTTP protocol of our uvicorn: bounds on what a client may send before the application runs.

uvicorn waits without limit for an unfinished request, keeps any number of headers, and accepts any number of
connections. Here each has a bound: see `HttpLimits`. Beyond one, the client gets its status (400, 408, 413, 414, 431,
503) with a sentence, and the connection is closed in order: see `HttpTransport`.

Rule: a request that arrives in one piece costs no timer.
"""

import asyncio
import socket
from collections.abc import Callable
from functools import partial
from typing import Any, ClassVar, cast
from weakref import WeakKeyDictionary

import httptools
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle
from uvicorn.server import ServerState

from app.web.edge.client_address import NO_PROXIES
from app.web.edge.client_counts import ClientCounts, counted_group
from app.web.edge.counted import count_refusal, count_slow_client
from app.web.edge.draining import DRAINING, Draining
from app.web.edge.http_limits import HttpLimits
from app.web.edge.open_connections import OpenConnections
from app.web.edge.refusal import Refusal
from app.web.edge.request_head import (
    HEAD_TOO_LARGE,
    MALFORMED,
    TARGET_TOO_LONG,
    RequestRefused,
    check_handshake,
    check_head,
    origin_form,
)
from app.web.edge.response_cycle import PlainProtocol, ResponseCycle
from app.web.edge.stopping import tell_of_stop
from app.web.edge.transport import HttpTransport
from app.web.graphql.transport.http.body_writer import EXTENSION

_SECONDS_UNTIL_THERE_IS_ROOM = 2

_TOO_SLOW = Refusal(408, "The request did not arrive in time.")
_TOO_LARGE = Refusal(413, "The request is too large.")
_NO_ROOM = Refusal(
    503,
    "Too many connections: try again later.",
    "OVERLOADED",
    headers=((b"retry-after", str(_SECONDS_UNTIL_THERE_IS_ROOM).encode()),),
)
_TOO_MANY_OF_ONE = Refusal(
    429,
    "Too many connections from this address: try again later.",
    "THROTTLED",
    headers=((b"retry-after", str(_SECONDS_UNTIL_THERE_IS_ROOM).encode()),),
)

_open_of: WeakKeyDictionary[ServerState, OpenConnections["HttpProtocol"]] = WeakKeyDictionary()


def served_connections() -> int:
    """Return how many connections the servers of this process have open, without streams and websockets."""
    return sum(len(each.served) for each in _open_of.values())


class HttpProtocol(PlainProtocol):
    """uvicorn's own implementation, within bounds.

    uvicorn's `limit_concurrency` is the maximum number of open connections here; websockets do not count.
    """

    limits: ClassVar = HttpLimits()

    _way: HttpTransport  # made with the connection

    def __init__(self, config: Config, server_state: ServerState, app_state: dict[str, Any], **options: Any) -> None:  # noqa: ANN401 - uvicorn's own
        super().__init__(config, server_state, app_state, **options)
        self._max_connections, self.limit_concurrency = self.limit_concurrency, None
        self._open = _open_of.get(server_state) or OpenConnections(self._counts())
        _open_of[server_state] = self._open
        self._counted_as: str | None = None
        self._is_in_head = self._is_in_message = self._is_deaf = False
        self._has_ended = False
        self._streaming: ResponseCycle | None = None
        self._resumed: list[Callable[[], None]] = []  # called when more of a stream may be written
        self._received = 0  # of a message that is not complete
        self._stage_seconds: float | None = None
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin the connection, or refuse it when there are too many."""
        connection = transport.get_extra_info("socket")
        if connection is not None and connection.family in {socket.AF_INET, socket.AF_INET6}:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, self.limits.send_buffer_bytes)
        self._way = HttpTransport(
            cast("asyncio.Transport", transport),
            loop=self.loop,
            limits=self.limits,
            still_sends=lambda: self._is_in_message,
            on_unread=partial(count_slow_client, self.app_state, "http"),
        )
        super().connection_made(cast("asyncio.Transport", self._way))
        if self._is_one_too_many():
            count_refusal(self.app_state, "connections_of_address")
            self._refuse_connection(_TOO_MANY_OF_ONE)
        elif self._is_too_many():
            count_refusal(self.app_state, "connections")
            self._refuse_connection(_NO_ROOM)
        else:
            self._open.serve(self, now=self.loop.time())
            self._wait(self.limits.head_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        """Release everything."""
        self._leave()
        self._resumed.clear()
        if self._streaming is not None:
            self._streaming.scope.pop("extensions", None)  # which has kept the connection alive
        self._way.lost()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse received bytes, within bounds of time and size."""
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
        """Let the transport close, after the response to the requests before the client's end of stream.

        A stream of events is no such response: it has no end, and the client that ended has most likely gone.
        """
        self._has_ended = True
        if self._is_in_message or self._is_at_rest() or self._streaming is not None:
            return False
        self.cycle.keep_alive = False
        return True

    # Callbacks of the parser.

    def on_message_begin(self) -> None:
        """Begin a request: the connection is no longer idle."""
        super().on_message_begin()
        self._is_in_head = self._is_in_message = True

    def on_headers_complete(self) -> None:
        """Check the head as a whole, and start the application."""
        self._check_head()
        super().on_headers_complete()
        self._is_in_head = False
        self._open.has_head(self)
        if not self.parser.should_upgrade():
            self.headers = []  # trailers are not headers of the request

    def on_message_complete(self) -> None:
        """End a request."""
        super().on_message_complete()
        self._is_in_message = False
        self._received = 0
        self._open.has_body(self)
        self._note_rest()

    # Callbacks of uvicorn.

    def on_response_complete(self) -> None:
        """Continue with the next request, or become idle."""
        super().on_response_complete()
        self._note_rest()

    def handle_websocket_upgrade(self) -> None:
        """Hand the connection over on its original transport."""
        self._leave()
        self._way.lost()
        self.transport = self._way.inner
        super().handle_websocket_upgrade()
        # What refers back to this protocol, which would be kept with its buffers until the garbage collector runs.
        del self.parser, self._way

    def _unsupported_upgrade_warning(self) -> None:
        """Log nothing: any client can request an upgrade, any number of times."""

    def pause_writing(self) -> None:
        """Wait for a slow client, in bounded time."""
        super().pause_writing()
        self._way.watch_progress()

    def resume_writing(self) -> None:
        """Go on."""
        super().resume_writing()
        resumed, self._resumed = self._resumed, []
        for resume in resumed:
            resume()
        if not self._way.is_closing():
            self._way.forget_progress()

    def shutdown(self) -> None:
        """Close after the current response; do not wait for an unfinished body."""
        tell_of_stop(self.app_state)
        if self._way.is_closing() or self._is_at_rest() or self._is_in_body():
            self._way.close_at_once()
        elif self._streaming is not None:
            self.loop.call_later(self.limits.stream_flush_seconds, self._way.abort)  # the application ends the stream
        else:
            super().shutdown()

    # Streams of events.

    def _cycle(self, *, keep_alive: bool) -> ResponseCycle:
        draining: Draining | None = self.app_state.get(DRAINING)
        cycle = super()._cycle(keep_alive=keep_alive and not (draining and draining.has_begun))
        cycle.on_stream = self._begin_stream
        return cycle

    def _begin_stream(self, cycle: ResponseCycle) -> None:
        """Count the connection no longer: it stays open as websockets do, and the application limits both."""
        self._leave()
        self._streaming = cycle
        cycle.scope["extensions"] = {EXTENSION: cast("dict[object, object]", self)}
        connection = self._way.get_extra_info("socket")
        if connection is not None and connection.family in {socket.AF_INET, socket.AF_INET6}:
            _expect_acknowledgement(connection, self.limits.acknowledged_seconds)
        if self._has_ended:
            self._way.abort()

    @property
    def is_writable(self) -> bool:
        """Whether more of a stream may be written: not while much is unsent, nor once it has ended."""
        cycle = self._streaming
        return (
            not (cycle is None or cycle.response_complete or cycle.disconnected or cycle.flow.write_paused)
            and not self._way.is_closing()
        )

    def write_chunks(self, chunks: bytes) -> None:
        """Write more of a stream, framed already."""
        self._way.write(chunks)

    def on_writable(self, resume: Callable[[], None]) -> None:
        """Call back once, soon after more of a stream may be written; never, where the connection is closed."""
        self._resumed.append(resume)

    # Bounds.

    def _keep_bounds(self) -> None:
        limits = self.limits
        if not self._is_in_message:
            if self._received == 0:  # else only blank lines arrived
                self._wait(None)
        elif self._is_in_head:
            if len(self.url) > limits.max_target_bytes:
                self._refuse(TARGET_TOO_LONG)
            elif self._received > limits.max_head_bytes:
                self._refuse(HEAD_TOO_LARGE)
            else:
                self._wait(limits.head_seconds)
        elif self._received > limits.max_message_bytes or len(self.headers) > limits.max_headers:
            self._refuse(_TOO_LARGE)
        else:
            self._open.lacks_body(self, now=self.loop.time())
            self._wait(limits.body_seconds)

    def _check_head(self) -> None:
        check_head(self.url, self.headers, self.limits)
        if len(self.pipeline) >= self.limits.max_pipelined:
            raise RequestRefused(_TOO_LARGE)
        if self.parser.should_upgrade() and self._should_upgrade():
            check_handshake(self.url, self.headers)
        if self.url[:1] not in {b"/", b"*"}:
            self.url = origin_form(self.url, self.headers)

    def _wait(self, seconds: float | None) -> None:
        """Set the deadline of the current stage, unless it is set already."""
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
            self._way.close()  # no request was begun

    def is_resting(self) -> bool:
        """Tell whether all requests are answered and none has begun."""
        return self._is_at_rest() and not self._is_in_message

    def _note_rest(self) -> None:
        if self._is_at_rest() and not self._is_in_body() and not self._is_deaf:
            self._open.rests(self, now=self.loop.time())

    def _is_in_body(self) -> bool:
        """Tell whether the body of the latest request is incomplete."""
        return self._is_in_message and not self._is_in_head

    def _is_at_rest(self) -> bool:
        """Tell whether the latest request is answered, or there was none."""
        cycle: RequestResponseCycle | None = self.cycle  # uvicorn's annotation leaves out that there may be none yet
        return cycle is None or cycle.response_complete

    def _counts(self) -> ClientCounts:
        limits, maximum = self.limits, self._max_connections
        return ClientCounts(
            maximum=None if maximum is None else max(1, maximum * limits.address_percent // 100),
            new_per_second=limits.address_connects_per_second,
            new_at_once=limits.address_connects_at_once,
        )

    def counted_as(self) -> str | None:
        """Return the group of addresses that the client is counted with; None of this machine and of our proxies."""
        peer = self.client[0] if self.client else ""
        return counted_group(peer, self.app_state.get("trusted_proxies", NO_PROXIES))

    def _is_one_too_many(self) -> bool:
        """Count the connection among those of its address, and return False; or True where that has too many."""
        group = self.counted_as()
        if group is None:
            return False
        if not self._open.by_address.add(group):
            return True
        self._counted_as = group
        return False

    def _is_too_many(self) -> bool:
        """Tell whether there is no room for one more, and no connection to evict."""
        if self._max_connections is None or len(self._open.served) < self._max_connections:
            return False
        now, limits = self.loop.time(), self.limits
        first = self._open.first_to_evict(
            idle_since=now - limits.undisturbed_seconds, slow_since=now - limits.undisturbed_body_seconds
        )
        if first is not None:
            first.evict()
        return first is None

    # Closing.

    def evict(self) -> None:
        """Close to make room for another connection; answer an unfinished request with 503."""
        self._leave()
        self._unset_keepalive_if_required()
        if self._is_in_body():
            self._give_up_body()
        if self._is_in_message and (self._is_in_head or not self.cycle.response_started):
            self._refuse_connection(_NO_ROOM)
        else:
            self._way.close_at_once()

    def _refuse(self, refusal: Refusal) -> None:
        """Send the refusal after the response in progress, and close."""
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
                self._give_up_body()
            if not (is_answered and is_ours):
                self._way.write(refusal.as_http(self.server_state.default_headers))
            # A client that was too slow has little left to send.
            is_slow = refusal is _TOO_SLOW
            self._way.linger(self.limits.refused_linger_seconds if is_slow else self.limits.linger_seconds)

    def _refuse_connection(self, refusal: Refusal) -> None:
        self._is_deaf = True
        self._way.write(refusal.as_http(self.server_state.default_headers))
        if len(self._open.refused) < self.limits.max_refused:
            self._open.refused.add(self)
            self._way.linger(self.limits.refused_linger_seconds)
        else:
            self._way.close_at_once()

    def _give_up_body(self) -> None:
        self.cycle.disconnected = True  # the application does not wait for the rest
        self.cycle.message_event.set()

    def _upgrade(self) -> None:
        if self._should_upgrade():
            self.handle_websocket_upgrade()
        elif self.cycle is not None:
            # The parser takes the rest for another protocol; the request is answered as HTTP/1.1.
            self.cycle.keep_alive = False
            self._is_deaf = True
            self._wait(None)

    def _leave(self) -> None:
        self._wait(None)
        self._open.leave(self)
        if self._counted_as is not None:
            self._open.by_address.remove(self._counted_as)
            self._counted_as = None


def _expect_acknowledgement(connection: socket.socket, seconds: float) -> None:
    """Let the system drop a connection whose client has vanished; by itself it would try for a quarter of an hour."""
    option = getattr(socket, "TCP_USER_TIMEOUT", None)  # Linux has it
    if option is not None:
        connection.setsockopt(socket.IPPROTO_TCP, option, int(seconds * 1_000))


def _reason(error: BaseException) -> Refusal:
    """Return why the parser stopped: one of our reasons, or its own."""
    cause = error.__context__ or error.__cause__
    return cause.refusal if isinstance(cause, RequestRefused) else MALFORMED
