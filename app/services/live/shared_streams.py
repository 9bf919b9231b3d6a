"""The streams of a process: one for each key, as long as any subscriber listens to it.

Rule: a stream begins with the first of those who open it, and ends with the last.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Sequence
from functools import partial
from typing import Any, Generic, TypeVar, cast

from app.services.live.stream import TAKEN_AT_ONCE, Entry, Event, Stream

E = TypeVar("E", bound=Event)
S = TypeVar("S", bound="SharedStream[Any]")


class SharedStream(ABC, Generic[E]):
    """The base of streams: it tells its listeners that there is news."""

    def __init__(self) -> None:
        self._listeners: dict[object, Callable[[], None]] = {}
        self._failure: Exception | None = None

    @property
    @abstractmethod
    def end(self) -> int:
        """The position behind the newest event."""

    def after(self, position: int, *, maximum: int = TAKEN_AT_ONCE) -> Sequence[Entry[E]]:
        """Return the next entries behind a position. Raises FellBehind, and what the stream ended with."""
        if self._failure is not None:
            raise self._failure
        return self._after(position, maximum=maximum)

    def tell(self, listener: object, on_news: Callable[[], None]) -> None:
        """Call back on news, until `leave`."""
        self._listeners[listener] = on_news

    def leave(self, listener: object) -> None:
        """Call back no more."""
        self._listeners.pop(listener, None)

    @abstractmethod
    def stop(self) -> None:
        """Give back what the stream holds: no subscriber listens any more."""

    @property
    def has_failed(self) -> bool:
        """Whether it raises an error to all who ask for what is next."""
        return self._failure is not None

    def fail(self, error: Exception) -> None:
        """Let everybody have this error from now on."""
        self._failure = error
        self._has_news()

    @abstractmethod
    def _after(self, position: int, *, maximum: int) -> Sequence[Entry[E]]: ...

    def _has_news(self) -> None:
        for on_news in tuple(self._listeners.values()):
            on_news()


class OpenStream(Generic[E, S]):
    """A Stream as one of those who opened it has it."""

    __slots__ = ("_close", "after", "shared")

    def __init__(self, shared: S, close: Callable[[], None]) -> None:
        self.shared = shared
        self.after: Callable[..., Sequence[Entry[E]]] = shared.after
        self._close: Callable[[], None] | None = close

    @property
    def end(self) -> int:
        return self.shared.end

    def listen(self, on_news: Callable[[], None]) -> None:
        self.shared.tell(self, on_news)

    def close(self) -> None:
        if self._close is not None:
            self.shared.leave(self)
            self._close()
            self._close = None


def shared_by(stream: Stream[E], kind: type[S]) -> S:
    """Return what is shared behind a stream that a feed of this kind has opened."""
    assert isinstance(stream, OpenStream), stream
    assert isinstance(stream.shared, kind), stream.shared
    return stream.shared


class SharedStreams:
    """The streams of one process, by key."""

    def __init__(self) -> None:
        self._open: dict[Hashable, _Counted] = {}

    def __len__(self) -> int:
        return len(self._open)

    def open(self, key: Hashable, start: Callable[[], S]) -> OpenStream[Any, S]:
        """Return the stream of this key, which is started unless it runs."""
        counted = self._open.get(key)
        if counted is None or counted.stream.has_failed:
            counted = self._open[key] = _Counted(start())
        counted.number += 1
        return OpenStream(cast(S, counted.stream), partial(self._close, key, counted))

    def _close(self, key: Hashable, counted: "_Counted") -> None:
        counted.number -= 1
        if counted.number == 0:
            if self._open.get(key) is counted:
                del self._open[key]
            counted.stream.stop()


class _Counted:
    """A stream, and how often it is open."""

    __slots__ = ("number", "stream")

    def __init__(self, stream: SharedStream[Any]) -> None:
        self.stream = stream
        self.number = 0
