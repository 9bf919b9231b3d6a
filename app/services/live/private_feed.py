"""A feed that shares nothing: its opening goes on for ever, and its stream stays empty."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Hashable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from app.services.live.stream import TAKEN_AT_ONCE, Entry, Event

E = TypeVar("E", bound=Event)


class EmptyStream(Generic[E]):
    """A Stream in which nothing happens."""

    end = 0

    def after(self, position: int, *, maximum: int = TAKEN_AT_ONCE) -> Sequence[Entry[E]]:
        return ()

    def listen(self, on_news: Callable[[], None]) -> None:
        return

    def close(self) -> None:
        return


@dataclass(frozen=True)
class EndlessOpening(Generic[E]):
    """An Opening that yields what a generator does, one by one."""

    generate: Callable[[], AsyncGenerator[E, None]]
    position: int = 0
    is_over: bool = False

    async def __aiter__(self) -> AsyncIterator[Sequence[E]]:
        async with aclosing(self.generate()) as events:
            async for event in events:
                yield (event,)

    def covers(self, entry: Entry[E]) -> bool:
        return False


@dataclass(frozen=True)
class PrivateFeed(Generic[E]):
    """A Feed of what a generator yields."""

    generate: Callable[[], AsyncGenerator[E, None]]
    key: Hashable = field(default_factory=object)

    def open(self) -> EmptyStream[E]:
        return EmptyStream()

    def opening(self, stream: object) -> EndlessOpening[E]:
        return EndlessOpening(self.generate)

    def reopening(self, stream: object, *, last: E | None) -> EndlessOpening[E]:
        raise AssertionError("An empty stream cannot be fallen behind.")
