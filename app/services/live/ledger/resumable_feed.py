"""The feed of movements or documents: what came after a cursor, or a beginning, then what all feeds alike share."""

from collections.abc import Awaitable, Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from app.services.live.ledger.ledger_stream import LedgerStream
from app.services.live.shared_streams import OpenStream, SharedStreams, shared_by
from app.services.live.still_visible import StillVisible
from app.services.live.stream import Event, Opening, Stream

E = TypeVar("E", bound=Event)
A = TypeVar("A")


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumableFeed(Generic[E, A]):
    """A Feed behind `after`, or from now on. `offset_of` returns what stands behind an event."""

    key: Hashable
    streams: SharedStreams
    start: Callable[[], LedgerStream[E]]
    after: A | None
    begin: Callable[[LedgerStream[E], A | None], Opening[E]]
    offset_of: Callable[[E], A]
    visible: StillVisible[E]

    def open(self) -> OpenStream[E, LedgerStream[E]]:
        return self.streams.open(self.key, self.start)

    def opening(self, stream: Stream[E]) -> Opening[E]:
        return self.begin(shared_by(stream, LedgerStream), self.after)

    def reopening(self, stream: Stream[E], *, last: E | None) -> Opening[E]:
        """Return an opening that reads the ledger from behind the last event on: nothing is lost."""
        return self.begin(shared_by(stream, LedgerStream), self.after if last is None else self.offset_of(last))

    def still_visible(self, events: Sequence[E]) -> Sequence[E] | Awaitable[Sequence[E]]:
        return self.visible.among(events)
