"""Subscriptions over HTTP: each is the stream of events of one response (ADR 48).

Rule: what refuses a subscription before its stream is open is raised, and answered like that of a query. Afterwards a
stream ends with its errors and `complete`, or, where the client should come back, without.
"""

import asyncio
from contextlib import aclosing, suppress

from graphql import GraphQLError
from starlette.requests import Request
from starlette.types import Receive, Send

from app.web.graphql.shared.waiting_results import WaitingResults
from app.web.graphql.transport.encoding import encode
from app.web.graphql.transport.engine import Engine
from app.web.graphql.transport.handled import Handled
from app.web.graphql.transport.http.event_sink import EventSink
from app.web.graphql.transport.http.event_stream import EventStream, Headers
from app.web.graphql.transport.live_connections import LiveConnections, TooManyConnections
from app.web.graphql.transport.request import GraphQLRequest

# A stream that fails with these is worth another one: its response then says by its status what is the matter.
WORTH_ANOTHER = frozenset({"OVERLOADED", "THROTTLED", "UNAUTHENTICATED", "UNAVAILABLE"})

RETRY_SECONDS = 2.0  # the advice to a client for which there is no room

_STOPPING = "The server stops. Connect again."


class Streams:
    """The open event streams of one process."""

    def __init__(self, engine: Engine, connections: LiveConnections) -> None:
        self._engine, self._connections = engine, connections
        self._open: set[StreamedSubscription] = set()
        self._is_stopping = False

    async def serve(
        self, handled: Handled, request: GraphQLRequest, receive: Receive, send: Send, *, headers: Headers
    ) -> None:
        """Run a subscription to its end. Raise what refuses it, with nothing sent."""
        with self._connections.counted(handled.scope) as no_room:
            if no_room is not None:
                code = "OVERLOADED" if no_room is TooManyConnections.IN_PROCESS else "THROTTLED"
                raise GraphQLError(no_room.value, extensions={"code": code, "retryAfterSeconds": RETRY_SECONDS})
            if self._is_stopping:
                raise GraphQLError(_STOPPING, extensions={"code": "UNAVAILABLE"})
            events = EventStream(handled.scope, send, headers, self._engine.limits)
            subscription = StreamedSubscription(self._engine, events, handled)
            self._open.add(subscription)
            try:
                await subscription.run(request, receive)
            finally:
                self._open.discard(subscription)

    def stop(self) -> None:
        """End all streams and refuse new ones: the clients come back to another process, or the next one."""
        self._is_stopping = True
        for subscription in list(self._open):
            subscription.end()


class StreamedSubscription:
    """One subscription and its stream of events."""

    def __init__(self, engine: Engine, events: EventStream, handled: Handled) -> None:
        self._engine, self._events, self._handled = engine, events, handled
        self._task: asyncio.Task[object] | None = None
        self._is_ending = False
        self._breaking_off: asyncio.Task[None] | None = None

    async def run(self, request: GraphQLRequest, receive: Receive) -> None:
        """Send events until there are no more, the client goes, or `end` is called. Raise what refuses it."""
        self._task = asyncio.current_task()
        watching = asyncio.create_task(self._watch_client(receive))
        try:
            await self._run(request)
        except asyncio.CancelledError:
            if not (self._is_ending or self._events.is_open) or self._task is None or self._task.uncancel() > 0:
                raise
            await self._break_off()  # be it that the time for open requests is over
        finally:
            self._task = None
            watching.cancel()
            if self._breaking_off is not None:
                await self._breaking_off
            self._events.abandon()

    def end(self) -> None:
        """End the stream at once, whatever it does, so that the client comes back."""
        if not self._is_ending and self._task is not None:
            self._breaking_off = asyncio.create_task(self._break_off())
            self._cancel()

    async def _run(self, request: GraphQLRequest) -> None:
        try:
            # Its rights are looked at once more from here on, as they may have changed since the context was made.
            async with self._engine.admit_stream(Request(self._handled.scope), self.end):
                await self._send_events(request)
        except Exception as error:
            if not (self._events.is_open or self._is_ending):
                raise
            await self._fail(error)

    async def _send_events(self, request: GraphQLRequest) -> None:
        engine, handled = self._engine, self._handled
        context = await engine.context(Request(handled.scope), handled, request)
        handled.document, _ = await engine.prepared(request, context)
        sink = EventSink(self._events) if engine.writes_frames else WaitingResults()
        batches = engine.results(handled.document, request, context, handled, waiting=sink)
        async with aclosing(batches):
            async for results in batches:
                await self._events.next(results)
        await self._events.complete()

    async def _fail(self, error: Exception) -> None:
        errors = self._engine.refused(self._handled, self._engine.errors_of(error, self._handled))
        if errors[0]["extensions"]["code"] in WORTH_ANOTHER:
            await self._events.break_off()
        else:
            await self._events.next([encode({"errors": errors})])
            await self._events.complete()

    async def _break_off(self) -> None:
        with suppress(OSError):
            await self._events.break_off()

    async def _watch_client(self, receive: Receive) -> None:
        """Free everything as soon as the client has gone."""
        while (await receive())["type"] != "http.disconnect":
            pass
        self._events.abandon()
        self._cancel()

    def _cancel(self) -> None:
        if not self._is_ending and self._task is not None:
            self._is_ending = True
            self._task.cancel()
