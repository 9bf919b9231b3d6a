"""The stream of movements or documents of one filter and one visibility, shared by all its subscribers of the process.

Rule: its offset is always that behind its newest event, so a subscriber at the same offset may go on from its end.
"""

from collections.abc import Coroutine, Sequence
from typing import Any, Generic, Protocol, TypeVar

from app.domain.live.events import SlowConsumer
from app.services.live.in_turn import InTurn
from app.services.live.ledger.ledger_feed import LedgerStep
from app.services.live.ledger.ledger_log import LedgerLog
from app.services.live.ledger.shared_tail import SharedTail
from app.services.live.ledger_offset import LedgerBatch, LedgerOffset
from app.services.live.shared_streams import SharedStream
from app.services.live.stream import Entry, Event

E = TypeVar("E", bound=Event)
E_co = TypeVar("E_co", bound=Event, covariant=True)
T = TypeVar("T", bound="EventSource[Event]")

MAX_EVENTS_KEPT = 4_000  # a subscriber further behind reads the ledger itself
MAX_BATCHES_WAITING = 1_000  # for look-ups, which take a millisecond; the reader makes at most a hundred a second


class EventSource(Protocol[E_co]):
    """Makes events of the ledger. Belongs to one stream or opening."""

    def events(self, step: LedgerStep) -> Sequence[E_co] | Coroutine[Any, Any, Sequence[E_co]]:
        """Return the events of a step, at once where nothing has to be looked up. Steps come in their order."""


class LedgerStream(SharedStream[E], Generic[E]):
    """Follows the shared tail while it is open. Where nothing has to be looked up it has no task."""

    def __init__(self, source: EventSource[E], *, tail: SharedTail, maximum: int = MAX_EVENTS_KEPT) -> None:
        super().__init__()
        self.source = source
        self.offset: LedgerOffset | None = None
        self._log = LedgerLog[E](maximum=maximum)
        self._in_turn = InTurn[LedgerBatch](self._at_once, later=self._later, on_failure=self.fail)
        self._looked_up: Coroutine[Any, Any, Sequence[E]] | None = None  # of the batch that waits first
        self._tail = tail
        tail.join(self)

    @property
    def end(self) -> int:
        return self._log.end

    def begin(self, offset: LedgerOffset) -> None:
        """Start here: what lies before is not of this stream."""
        self.offset = offset

    @property
    def has_begun(self) -> bool:
        """Whether the stream takes batches."""
        return self.offset is not None

    def put(self, found: LedgerBatch) -> None:
        """Add the events of the next batch."""
        if len(self._in_turn) >= MAX_BATCHES_WAITING:
            self._in_turn.close()
            self.fail(SlowConsumer(waiting_max=MAX_BATCHES_WAITING))
        self._in_turn.put(found)

    def stop(self) -> None:
        self._tail.leave(self)
        self._in_turn.close()
        if self._looked_up is not None:
            self._looked_up.close()  # its task has not begun

    async def settled(self) -> None:
        """Wait until the events of all batches have been added."""
        await self._in_turn.settled()

    def has_reached(self, offset: LedgerOffset) -> bool:
        """Tell whether everything before an offset has been added."""
        return self.offset is not None and self.offset.has_reached(offset)

    def _after(self, position: int, *, maximum: int) -> Sequence[Entry[E]]:
        return self._log.after(position, maximum=maximum)

    def _at_once(self, found: LedgerBatch) -> bool:
        events = self._events(found)
        if isinstance(events, Sequence):
            self._add(found, events)
            return True
        self._looked_up = events
        return False

    async def _later(self, batches: Sequence[LedgerBatch]) -> None:
        for found in batches:
            events = self._looked_up or self._events(found)
            self._looked_up = None
            self._add(found, events if isinstance(events, Sequence) else await events)

    def _events(self, found: LedgerBatch) -> Sequence[E] | Coroutine[Any, Any, Sequence[E]]:
        assert self.offset is not None, "a batch before the stream has begun"
        return self.source.events(LedgerStep(self.offset, found, is_late=not found.is_complete))

    def _add(self, found: LedgerBatch, events: Sequence[E]) -> None:
        assert self.offset is not None
        self.offset = self.offset.joined(found.offset)
        if events:
            self._log.extend(events)
            self._has_news()
