"""One stream of events and all who get them in one form: each event is rendered once, and written to every member.

Rule: the members that are current have everything up to the position of the group. Who cannot be written to, or has to
wait for its budget, is not current any more, and catches up by itself.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, cast

from app.services.live.stream import Entry, Feed, FellBehind
from app.telemetry.tracing import SpanKind, Tracing, below
from app.web.graphql.shared.fan_out import FanOut, Turn
from app.web.graphql.shared.payer import Payer
from app.web.graphql.shared.rendering import Rendered, Rendering
from app.web.graphql.transport.budget import DELIVERY
from app.web.graphql.transport.execution import is_awaitable

if TYPE_CHECKING:
    from app.web.graphql.shared.member import GroupMember

AT_ONCE = 8  # members, between two looks at the clock


class SubscriptionGroup:
    """The members that share a stream and a rendering. Ends with its last member, or with the stream."""

    def __init__(
        self, feed: Feed[Any], rendering: Rendering, fan_out: FanOut, *, event_cost: float, on_end: Callable[[], None]
    ) -> None:
        self.rendering, self.fan_out, self.event_cost = rendering, fan_out, event_cost
        self._on_end = on_end
        self.members: dict[GroupMember, None] = {}
        self.has_ended = False
        self._under_way: Broadcast | None = None
        self._rendering_events: asyncio.Task[None] | None = None
        self.stream = feed.open()
        self._position = self.stream.end
        self.stream.listen(self._mark)

    def advance(self, turn: Turn) -> bool:
        """Send what is new to all who are current."""
        try:
            while not self.has_ended:
                self._under_way = self._under_way or self._begun()
                if self._under_way is None:
                    return True
                if not self._under_way.advance(turn):
                    return False
                self._under_way = None
                if turn.is_over:
                    return False
        except Exception as error:  # noqa: BLE001 - an error of our own: otherwise its members would wait for ever
            self.fail(error)
        return True

    def leave(self, member: "GroupMember") -> None:
        """Let go of a member."""
        self.members.pop(member, None)
        if not self.members:
            self._end()

    def fail(self, error: Exception) -> None:
        """End the operations of all members: the stream has ended."""
        members = list(self.members)
        self._end()
        for member in members:
            member.fail(error)

    def _mark(self) -> None:
        self.fan_out.mark(self)

    def _end(self) -> None:
        if self.has_ended:
            return
        self.has_ended = True
        if self._rendering_events is not None:
            self._rendering_events.cancel()
        self.stream.close()
        self._on_end()

    def _begun(self) -> "Broadcast | None":
        """Take what is new; return it where it can be sent now. Raises what the stream ended with."""
        entries = () if self._rendering_events is not None else self._taken()
        if not entries:
            return None
        rendered = self.rendering.render([entry.event for entry in entries])
        if is_awaitable(rendered):
            self._rendering_events = asyncio.ensure_future(self._await(entries, rendered))
            return None
        return self._broadcast(entries, cast(Rendered, rendered))

    def _taken(self) -> Sequence[Entry[Any]]:
        if not any(member.is_current for member in self.members):
            self._position = self.stream.end
        try:
            return self.stream.after(self._position)
        except FellBehind:
            self._position = self.stream.end
            for member in self.members:
                member.fall_back()
            return ()

    async def _await(self, entries: Sequence[Entry[Any]], rendering: Awaitable[Rendered]) -> None:
        try:
            self._under_way = self._broadcast(entries, await rendering)
        except Exception as error:  # noqa: BLE001 - as above
            self.fail(error)
        finally:
            self._rendering_events = None
        self._mark()

    def _broadcast(self, entries: Sequence[Entry[Any]], rendered: Rendered) -> "Broadcast":
        after, self._position = self._position, entries[-1].position
        traces = self._traces_of(entries) if self.fan_out.tracing is not None else ()
        return Broadcast(self, entries, rendered, after=after, traces=traces)

    def _traces_of(self, entries: Sequence[Entry[Any]]) -> Sequence[str]:
        """Return the places of the operations behind some events, as far as events know them and they are traced."""
        found = dict.fromkeys(getattr(entry.event, "trace", None) for entry in entries)
        return [trace for trace in found if trace is not None]


class Broadcast:
    """Some entries on their way to the members of a group."""

    __slots__ = (
        "_after",
        "_began",
        "_delivered",
        "_end",
        "_entries",
        "_event_cost",
        "_last",
        "_members",
        "_next",
        "_rendered",
        "_sent",
        "_traces",
        "_tracing",
    )

    def __init__(
        self,
        group: SubscriptionGroup,
        entries: Sequence[Entry[Any]],
        rendered: Rendered,
        *,
        after: int,
        traces: Sequence[str] = (),
    ) -> None:
        self._tracing, self._traces, self._began = group.fan_out.tracing, traces, time.time_ns() if traces else 0
        self._entries, self._rendered, self._after = entries, rendered, after
        self._event_cost, self._delivered = group.event_cost, group.fan_out.delivered
        self._end, self._last = entries[-1]
        self._members = list(group.members)
        self._next = 0
        self._sent: dict[Payer, int] = {}

    def advance(self, turn: Turn) -> bool:
        """Write to the next members until the turn is over; return whether all have been written to."""
        members = self._members
        while self._next < len(members):
            some = members[self._next : self._next + AT_ONCE]
            for member in some:
                if member.is_current:
                    try:
                        self._write(member)
                    except Exception as error:  # noqa: BLE001 - one connection that fails takes no other along
                        member.fail(error)
            self._next += AT_ONCE
            turn.wrote(len(some))
            if turn.is_over and self._next < len(members):
                return False
        self._charge()
        if self._tracing is not None:
            self._trace(self._tracing)
        return True

    def _write(self, member: "GroupMember") -> None:
        sink, payer = member.sink, member.payer
        if payer.is_waiting or not sink.is_writable:
            member.fall_back()
            return
        if member.position == self._after and member.covered is None:
            results = self._rendered.results
            member.position, member.last = self._end, self._last
        else:
            results = member.pick(self._entries, self._rendered.results)
            member.position = max(member.position, self._end)
        if results:
            sink.write(results)
            self._sent[payer] = self._sent.get(payer, 0) + len(results)

    def _trace(self, tracing: Tracing) -> None:
        for trace in self._traces:
            attributes = {"stockpulse.subscribers": len(self._members)}
            tracing.end(below(trace), "deliver", began=self._began, kind=SpanKind.PRODUCER, attributes=attributes)

    def _charge(self) -> None:
        """Charge each client what it was sent, and its part of what was executed for all; and count that."""
        total = sum(self._sent.values())
        if total:
            results = self._rendered.results
            self._delivered.add(total, total * sum(map(len, results)) // len(results))
        part = self._event_cost * self._rendered.executed / total if total else 0.0
        for payer, count in self._sent.items():
            payer.charge(count * (DELIVERY + part))
