"""One subscriber of a group: its sink, its position in the stream, and for a while what its opening showed.

Rule: what it gets is its opening, and then all that is behind its position, in order. A member that is current costs
nothing but these few references: it has no task, and nothing looks at it until there is something for it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import aclosing
from functools import partial
from typing import Any, cast

from app.services.live.stream import TAKEN_AT_ONCE, Covered, Entry, Event, FellBehind, Opening
from app.web.graphql.shared.fan_out import Turn
from app.web.graphql.shared.group import SubscriptionGroup
from app.web.graphql.shared.payer import Payer
from app.web.graphql.shared.rendering import Rendered
from app.web.graphql.shared.request import SharedRequest
from app.web.graphql.shared.sink import ResultSink
from app.web.graphql.transport.budget import DELIVERY
from app.web.graphql.transport.execution import is_awaitable


class GroupMember:
    """One operation that shares its events with others."""

    __slots__ = (
        "_group",
        "_on_opened",
        "_request",
        "_task",
        "covered",
        "has_left",
        "is_current",
        "last",
        "payer",
        "position",
        "sink",
    )

    def __init__(self, group: SubscriptionGroup, request: SharedRequest, sink: ResultSink, payer: Payer) -> None:
        self._group, self._request, self.sink, self.payer = group, request, sink, payer
        self.position = 0
        self.covered: Covered[Any] | None = None  # for a while after its opening
        self.last: Event | None = None
        self.is_current = self.has_left = False
        self._on_opened: Callable[[], None] | None = None
        self._task: asyncio.Task[None] | None = None
        group.members[self] = None

    def start(self, on_opened: Callable[[], None] | None = None) -> None:
        """Send the opening, in a task, and then what comes. A failure ends the operation.

        `on_opened` is called once the first part of the opening is sent.
        """
        self._on_opened = on_opened
        self._run(self._open_first)

    def leave(self) -> None:
        """Send nothing more."""
        if self.has_left:
            return
        self.has_left, self.is_current = True, False
        self._group.leave(self)
        self.covered = self.last = None
        task, self._task = self._task, None
        if task is not None and task is not asyncio.current_task():
            task.cancel()

    cancel = leave  # a connection ends its members as it does its tasks

    def fail(self, error: Exception) -> None:
        """End the operation."""
        if not self.has_left:
            self.leave()
            self.sink.fail(error)

    @property
    def has_to_wait(self) -> bool:
        """Whether nothing may be written to it now."""
        return self.payer.is_waiting or not self.sink.is_writable

    def fall_back(self) -> None:
        """Stop being current: from now on it catches up by itself."""
        if self.is_current:
            self.is_current = False
            self._resume()

    def pick(self, entries: Sequence[Entry[Any]], results: Sequence[bytes]) -> list[bytes]:
        """Return the results of the entries that it has not got and that are for it; they are about to be written."""
        picked = []
        for entry, result in zip(entries, results, strict=True):
            if entry.position > self.position and self._is_news(entry):
                picked.append(result)
                self.last = entry.event
        return picked

    def advance(self, turn: Turn) -> bool:
        """Catch up."""
        while not turn.is_over:
            if self.has_left or self.is_current or self._task is not None or self._waits():
                return True
            try:
                entries = self._group.stream.after(self.position)
            except FellBehind:
                self._run(self._reopen)
                return True
            except Exception as error:  # noqa: BLE001 - as in the group
                self._group.fail(error)
                return True
            if not entries:
                self.is_current = True
                return True
            try:
                self._take(entries)
            except Exception as error:  # noqa: BLE001 - one connection that fails takes no other along
                self.fail(error)
            turn.wrote(1)
        return False

    def _take(self, entries: Sequence[Entry[Any]]) -> None:
        news = [entry for entry in entries if self._is_news(entry)]
        self.position = entries[-1].position
        visible = self._request.feed.still_visible([entry.event for entry in news])
        if is_awaitable(visible):
            self._run(partial(self._deliver, visible))
            return
        events = cast(Sequence[Event], visible)
        rendered = self._group.rendering.render(events)
        if is_awaitable(rendered):
            self._run(partial(self._write_later, events, rendered))
        else:
            self._write(events, cast(Rendered, rendered))

    async def _deliver(self, visible: Sequence[Event] | Awaitable[Sequence[Event]]) -> None:
        events = await visible if is_awaitable(visible) else cast(Sequence[Event], visible)
        rendered = self._group.rendering.render(events)
        if is_awaitable(rendered):
            await self._write_later(events, rendered)
        else:
            await self._until_allowed()
            self._write(events, cast(Rendered, rendered))

    async def _write_later(self, events: Sequence[Event], rendering: Awaitable[Rendered]) -> None:
        rendered = await rendering
        await self._until_allowed()
        self._write(events, rendered)

    def _write(self, events: Sequence[Event], rendered: Rendered) -> None:
        if rendered.results:
            self.last = events[-1]
            self.sink.write(rendered.results)
            self._group.fan_out.delivered.add(len(rendered.results), sum(map(len, rendered.results)))
            self.payer.charge(len(events) * DELIVERY + rendered.executed * self._group.event_cost)

    def _is_news(self, entry: Entry[Any]) -> bool:
        if self.covered is None:
            return True
        is_news = not self.covered.has(entry)
        if self.covered.is_passed:
            self.covered = None
        return is_news

    def _waits(self) -> bool:
        """Tell whether it has to wait; it is resumed then."""
        if self.payer.is_waiting:
            self.payer.on_allowed(self._resume)
        elif not self.sink.is_writable:
            self.sink.on_writable(self._resume)
        else:
            return False
        return True

    def _resume(self) -> None:
        self._group.fan_out.mark(self)

    async def _open_first(self) -> None:
        await self._open(self._request.feed.opening(self._group.stream))

    async def _reopen(self) -> None:
        self._group.fan_out.delivered.reopened += 1
        await self._open(self._request.feed.reopening(self._group.stream, last=self.last))

    async def _open(self, opening: Opening[Any]) -> None:
        async with aclosing(opening.batches()) as batches:
            async for events in batches:
                for start in range(0, len(events), TAKEN_AT_ONCE):
                    await self._until_allowed()
                    some = events[start : start + TAKEN_AT_ONCE]
                    await self._deliver(self._request.feed.still_visible(some))
                    self._has_opened()
        self._has_opened()
        self.position, covered = opening.position, Covered(opening, self._group.stream)
        self.covered = None if covered.is_passed else covered

    def _has_opened(self) -> None:
        if self._on_opened is not None:
            on_opened, self._on_opened = self._on_opened, None
            on_opened()

    async def _until_allowed(self) -> None:
        while self.has_to_wait:
            allowed = asyncio.get_running_loop().create_future()

            def resume(allowed: asyncio.Future[None] = allowed) -> None:
                if not allowed.done():
                    allowed.set_result(None)

            wait = self.payer.on_allowed if self.payer.is_waiting else self.sink.on_writable
            wait(resume)
            await allowed

    def _run(self, steps: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run in a task what has to be awaited, and then catch up."""
        self._task = asyncio.ensure_future(self._ran(steps))

    async def _ran(self, steps: Callable[[], Coroutine[Any, Any, None]]) -> None:
        try:
            await steps()
        except Exception as error:  # noqa: BLE001 - the error of the operation
            self._task = None
            self.fail(error)
            return
        self._task = None
        if not self.has_left:
            self._resume()
