"""The ports of live feeds: a stream keeps each event once for all subscribers, and an opening is a subscriber's own.

A feed is what one subscriber asked for. Feeds with equal keys have one stream, and each of their subscribers is a
position in it. What a subscriber gets before it shares is its opening: a snapshot, or what came after its cursor.

Rule: an opening, and then the entries behind its position that it does not cover, are all that happened, without a gap.
Nothing here awaits but openings, so that a sender may go through thousands of subscribers in one go.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Hashable, Sequence
from contextlib import aclosing
from typing import Generic, NamedTuple, Protocol, TypeVar, runtime_checkable

from app.services.background.cancellation import raise_if_cancelled

E = TypeVar("E", bound="Event")

TAKEN_AT_ONCE = 64  # once taken, an event is not replaced by a newer one of its level any more


class Event(Protocol):
    """What streams keep. Equal identities mean equal events: what is made of one may be used for the other."""

    @property
    def identity(self) -> Hashable:
        """What the event says, as a key."""


class Entry(NamedTuple, Generic[E]):
    """An event of a stream, and the position behind it."""

    position: int
    event: E


class FellBehind(Exception):
    """The stream does not keep what comes behind a position any more."""


class Stream(Protocol[E]):
    """The events of feeds with one key, since the first of them was opened.

    Streams of levels keep the newest event of each level only, those of the ledger every event; both a limited number.
    """

    @property
    def end(self) -> int:
        """The position behind the newest event. Positions grow, and have no other meaning."""

    def after(self, position: int, *, maximum: int = TAKEN_AT_ONCE) -> Sequence[Entry[E]]:
        """Return the next entries behind a position, in their order; none at the end.

        Raises FellBehind, and what the stream itself ended with.
        """

    def listen(self, on_news: Callable[[], None]) -> None:
        """Call back whenever the end has moved, until `close`; one listener per `Feed.open`.

        It is called amid what moves the end, so that a sender has its turn before what comes next. It must only take
        note.
        """

    def close(self) -> None:
        """End what `Feed.open` began. The last one ends the stream."""


class Opening(Protocol[E]):
    """What one subscriber gets before it shares a stream."""

    @property
    def position(self) -> int:
        """The subscriber's position in the stream once the opening is exhausted."""

    def batches(self) -> AsyncGenerator[Sequence[E], None]:
        """Yield events in their order, in batches, once; to be closed. Raises Unavailable while the database is away.

        Raises SlowConsumer where the subscriber takes too long.
        """

    def covers(self, entry: Entry[E]) -> bool:
        """Tell whether an entry of the stream is not to be sent to this subscriber: what it knows is newer."""

    @property
    def is_over(self) -> bool:
        """Whether it covers nothing that comes to the stream from now on. Asked once it is exhausted."""


@runtime_checkable
class Feed(Protocol[E]):
    """What one subscriber asked for. Costs nothing until it is opened."""

    @property
    def key(self) -> Hashable:
        """Equal for feeds of one process that have one stream."""

    def open(self) -> Stream[E]:
        """Return the stream, which is started unless it runs; to be closed by `Stream.close`."""

    def opening(self, stream: Stream[E]) -> Opening[E]:
        """Return what the subscriber gets first. What happens from this call on is behind its position."""

    def reopening(self, stream: Stream[E], *, last: E | None) -> Opening[E]:
        """Return what a subscriber gets that fell behind after `last`, the last event that it got, if any.

        Raises SlowConsumer where it has to subscribe again.
        """

    def still_visible(self, events: Sequence[E]) -> Sequence[E] | Awaitable[Sequence[E]]:
        """Return those of some events that may have waited which are visible now, at once where that is known."""


class Covered(Generic[E]):
    """What a subscriber has already of that which is behind its position, because its opening showed it.

    Rule: what had come to the stream before the opening was over stays covered, however late it is taken.
    """

    __slots__ = ("_opening", "_stream", "_until", "is_passed")

    def __init__(self, opening: Opening[E], stream: Stream[E]) -> None:
        """Take an opening that is exhausted."""
        self.is_passed = opening.is_over and opening.position >= stream.end
        self._opening, self._stream = opening, stream
        self._until: int | None = None  # the position behind which nothing is covered

    def has(self, entry: Entry[E]) -> bool:
        """Tell whether an entry is not to be sent to this subscriber. `is_passed` when no later one is covered."""
        if self._until is None and self._opening.is_over:
            self._until = self._stream.end
        self.is_passed = self._until is not None and entry.position > self._until
        return not self.is_passed and self._opening.covers(entry)


async def follow(feed: Feed[E]) -> AsyncGenerator[E, None]:
    """Yield the events of one subscriber that shares nothing but the stream."""
    async with aclosing(_followed(feed)) as events:
        async for event in events:
            found = feed.still_visible((event,))
            if found if isinstance(found, Sequence) else await found:
                yield event


async def _followed(feed: Feed[E]) -> AsyncGenerator[E, None]:
    stream, news = feed.open(), asyncio.Event()
    try:
        stream.listen(news.set)
        opening: Opening[E] | None = feed.opening(stream)
        last: E | None = None
        while True:
            assert opening is not None
            async with aclosing(opening.batches()) as batches:
                async for events in batches:
                    for event in events:
                        last = event
                        yield event
            position, covered = opening.position, Covered(opening, stream)
            opening = None
            while opening is None:
                raise_if_cancelled()
                news.clear()
                try:
                    entries = stream.after(position)
                except FellBehind:
                    opening = feed.reopening(stream, last=last)
                    break
                for entry in entries:
                    position = entry.position
                    if covered.is_passed or not covered.has(entry):
                        last = entry.event
                        yield entry.event
                if not entries:
                    await news.wait()
    finally:
        stream.close()
