"""The HTTP protocol of our uvicorn: bounds on what a client may send before the application runs.

uvicorn waits without limit for an unfinished request, keeps any number of headers, and accepts any number of
connections. Here each has a bound: see `HttpLimits`. Beyond one, the client gets its status (400, 408, 413, 414, 431,
503) with a sentence, and the connection is closed in order: see `HttpTransport`.

Rule: a request that arrives in one piece costs no timer.
"""

import asyncio
from functools import partial
from typing import Any, ClassVar, cast

import httptools
from uvicorn.config import Config
from uvicorn.server import ServerState

from app.web.edge.client_address import NO_PROXIES
from app.web.edge.client_counts import counted_group
from app.web.edge.counted import count_refusal, count_slow_client
from app.web.edge.draining import DRAINING, Draining
from app.web.edge.http.http_body_writer import HttpBodyWriter
from app.web.edge.http.http_limits import HttpLimits
from app.web.edge.http.open_connections import NO_ROOM, TOO_MANY_OF_ONE, connections_of
from app.web.edge.http.plain_protocol import PlainProtocol
from app.web.edge.http.request_head import (
    HEAD_TOO_LARGE,
    TARGET_TOO_LONG,
    RequestRefused,
    check_handshake,
    check_head,
    origin_form,
    refusal_of,
)
from app.web.edge.http.response_cycle import ResponseCycle
from app.web.edge.http.transport import HttpTransport
from app.web.edge.refusal import Refusal
from app.web.edge.stopping import tell_of_stop

_TOO_SLOW = Refusal(408, "The request did not arrive in time.")
_TOO_LARGE = Refusal(413, "The request is too large.")
_METRICS = {NO_ROOM: "connections", TOO_MANY_OF_ONE: "connections_of_address"}


class HttpProtocol(PlainProtocol):
    """uvicorn's own implementation, within bounds.

    uvicorn's `limit_concurrency` is the maximum number of open connections here; websockets do not count.
    """

    limits: ClassVar = HttpLimits()

    _way: HttpTransport  # made with the connection

    def __init__(self, config: Config, server_state: ServerState, app_state: dict[str, Any], **options: Any) -> None:  # noqa: ANN401 - uvicorn's own
        super().__init__(config, server_state, app_state, **options)
        self._open = connections_of(server_state, self.limits, maximum=self.limit_concurrency)
        self.limit_concurrency = None
        self._is_deaf = self._has_ended = False
        self._streaming: HttpBodyWriter | None = None
        self._received = 0  # of a message that is not complete
        self._stage_seconds: float | None = None
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin the connection, or refuse it when there are too many."""
        self._way = HttpTransport(
            cast("asyncio.Transport", transport),
            loop=self.loop,
            limits=self.limits,
            still_sends=lambda: self._is_in_message,
            on_unread=partial(count_slow_client, self.app_state, "http"),
        )
        super().connection_made(cast("asyncio.Transport", self._way))
        refusal = self._open.admit(self, client=self.counted_as(), now=self.loop.time())
        if refusal is None:
            self._wait(self.limits.head_seconds)
        else:
            count_refusal(self.app_state, _METRICS[refusal])
            self._refuse_connection(refusal)

    def connection_lost(self, exc: Exception | None) -> None:
        """Release everything."""
        self._leave()
        if self._streaming is not None:
            self._streaming.end()
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
            self._refuse(refusal_of(error))
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

    def on_headers_complete(self) -> None:
        """Check the head as a whole, and start the application."""
        self._check_head()
        super().on_headers_complete()
        self._open.has_head(self)
        if not self.parser.should_upgrade():
            self.headers = []  # trailers are not headers of the request

    def on_message_complete(self) -> None:
        """End a request."""
        super().on_message_complete()
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
        if self._streaming is not None:
            self._streaming.resume()
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
        self._streaming = HttpBodyWriter(cycle, self._way)
        self._way.expect_acknowledgement()
        if self._has_ended:
            self._way.abort()

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

    def _note_rest(self) -> None:
        if self._is_at_rest() and not self._is_in_body() and not self._is_deaf:
            self._open.rests(self, now=self.loop.time())

    def counted_as(self) -> str | None:
        """Return the group of addresses that the client is counted with; None of this machine and of our proxies."""
        peer = self.client[0] if self.client else ""
        return counted_group(peer, self.app_state.get("trusted_proxies", NO_PROXIES))

    # Closing.

    def evict(self) -> None:
        """Close to make room for another connection; answer an unfinished request with 503."""
        self._leave()
        self._unset_keepalive_if_required()
        if self._is_in_body():
            self._give_up_body()
        if self._is_in_message and (self._is_in_head or not self.cycle.response_started):
            self._refuse_connection(NO_ROOM)
        else:
            self._way.close_at_once()

    def _refuse(self, refusal: Refusal) -> None:
        """Send the refusal after the response in progress, and close."""
        self._wait(None)
        self._is_deaf = True
        cycle, is_answered, is_ours = self.cycle, self._is_at_rest(), self._is_in_body()
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
        if self._open.refuse(self):
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
