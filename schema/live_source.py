"""What the resolver of a subscription returns: a feed, and how clients see its events.

It can be iterated like any source of events. A transport that recognises it may share the feed's stream, and what it
makes of an event, among subscribers.
"""

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Generic, TypeVar

from app.services.live.stream import Event, Feed, follow

E = TypeVar("E", bound=Event)
T = TypeVar("T")


class LiveSource(Generic[E, T]):
    """An async iterable of the wrapped events of a feed, which begins with each iteration.

    Equal events are wrapped equally, whatever the feed, as far as the context of the resolver is the same.
    """

    __slots__ = ("feed", "wrap")

    def __init__(self, feed: Feed[E], wrap: Callable[[E], T]) -> None:
        self.feed = feed
        self.wrap = wrap

    async def __aiter__(self) -> AsyncGenerator[T, None]:
        async with aclosing(follow(self.feed)) as events:
            async for event in events:
                yield self.wrap(event)
