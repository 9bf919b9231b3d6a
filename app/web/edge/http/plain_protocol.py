"""The requests of one connection of uvicorn, one after the other, without a timer for each.

uvicorn sets a timer after each response. Here one timer per connection looks whether it rests.

Rule: what a request is made of is uvicorn's; how it is answered is that of `ResponseCycle`.
"""

import asyncio
from urllib.parse import unquote

import httptools
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

from app.web.edge.http.response_cycle import ResponseCycle


class PlainProtocol(HttpToolsProtocol):
    """uvicorn's own, without its `limit_concurrency`; it knows at which stage the latest request stands."""

    _is_in_head = _is_in_message = False
    _rests_since = 0.0  # in the loop's time

    def on_message_begin(self) -> None:
        """Begin a request: the connection is no longer idle."""
        super().on_message_begin()
        self._is_in_head = self._is_in_message = True

    def on_headers_complete(self) -> None:
        """Start the application, or let the request wait for the response before."""
        parser = self.parser
        version = parser.get_http_version()
        self.scope["method"] = parser.get_method().decode("ascii")
        if version != "1.1":
            self.scope["http_version"] = version
        if not (parser.should_upgrade() and self._should_upgrade()):
            self._begin_answer(version)
        self._is_in_head = False

    def on_message_complete(self) -> None:
        """End a request."""
        super().on_message_complete()
        self._is_in_message = False

    def _begin_answer(self, version: str) -> None:
        scope, target = self.scope, httptools.parse_url(self.url)
        path = target.path.decode("ascii")
        scope["path"] = self.root_path + (unquote(path) if "%" in path else path)
        scope["raw_path"] = self.root_path.encode("ascii") + target.path
        scope["query_string"] = target.query or b""
        before: RequestResponseCycle | None = self.cycle  # uvicorn's annotation leaves out that there may be none yet
        self.cycle = self._cycle(keep_alive=version != "1.0" and self.parser.should_keep_alive())
        if before is None or before.response_complete:
            self._start_asgi_task(self.cycle, self.app)
        else:
            self.flow.pause_reading()
            self.pipeline.appendleft((self.cycle, self.app))

    def _cycle(self, *, keep_alive: bool) -> ResponseCycle:
        return ResponseCycle(
            scope=self.scope,
            transport=self.transport,
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=self.access_log,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=self.expect_100_continue,
            keep_alive=keep_alive,
            on_response=self.on_response_complete,
        )

    def on_response_complete(self) -> None:
        """Go on with the next request, or rest."""
        self.server_state.total_requests += 1
        if self.transport.is_closing():
            return
        self.flow.resume_reading()
        if self.pipeline:
            cycle, app = self.pipeline.pop()
            self._start_asgi_task(cycle, app)
            return
        self._rests_since = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self._look_later(self.timeout_keep_alive)

    def timeout_keep_alive_handler(self) -> None:
        """Close the connection if it has rested for long enough; look again later where it has rested for less."""
        self.timeout_keep_alive_task = None
        if self._is_in_message or not self._is_at_rest() or self.transport.is_closing():
            return  # the end of the response looks again
        left = self._rests_since + self.timeout_keep_alive - self.loop.time()
        if left > 0:
            self._look_later(left)
        else:
            self.transport.close()

    def _is_in_body(self) -> bool:
        """Tell whether the body of the latest request is incomplete."""
        return self._is_in_message and not self._is_in_head

    def _is_at_rest(self) -> bool:
        """Tell whether the latest request is answered, or there was none."""
        cycle: RequestResponseCycle | None = self.cycle  # uvicorn's annotation leaves out that there may be none yet
        return cycle is None or cycle.response_complete

    def _look_later(self, seconds: float) -> None:
        self.timeout_keep_alive_task = self.loop.call_later(seconds, self.timeout_keep_alive_handler)
