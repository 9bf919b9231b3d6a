# ruff: noqa: D101 - toy types say what they are by their names
"""A feed in memory, and a small schema with subscriptions to it: what the tests of shared subscriptions run against."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import strawberry
from starlette.requests import HTTPConnection
from strawberry.dataloader import DataLoader
from strawberry.types import Info

from app.services.live.stream import TAKEN_AT_ONCE, Entry, FellBehind
from app.web.graphql import Execution, GraphQLApp
from app.web.graphql.fast.execution import CompiledExecution
from schema.declarations.personal import PERSONAL
from schema.live_source import LiveSource
from tests.web.toy import Overloaded, app_of


class Beat(NamedTuple):
    """An event: the state of one key."""

    key: str
    number: int
    text: str = ""

    @property
    def identity(self) -> Hashable:
        return self


class Beats:
    """One stream: the last so many events, and what its subscribers know before them. `fail` ends it."""

    def __init__(self, *, kept: int = 1_000) -> None:
        self.entries: list[Entry[Beat]] = []
        self.first: tuple[Beat, ...] = ()
        self.gate = asyncio.Event()  # that openings wait for
        self.gate.set()
        self.listeners: list[Callable[[], None]] = []
        self.open = self.opened = 0
        self.hidden: set[str] = set()  # keys that subscribers may not see any more
        self._kept, self._error = kept, None
        self._dropped = 0

    def put(self, key: str, number: int, text: str = "") -> None:
        """Add an event."""
        self.entries.append(Entry(self.end + 1, Beat(key, number, text)))
        self._dropped += len(self.entries[: -self._kept])
        self.entries = self.entries[-self._kept :]
        self._call()

    def fail(self, error: Exception) -> None:
        """End the stream."""
        self._error = error  # type: ignore[assignment] # None until then
        self._call()

    def _call(self) -> None:
        for each in self.listeners:
            each()

    @property
    def end(self) -> int:
        return self.entries[-1].position if self.entries else self._dropped

    def after(self, position: int, *, maximum: int = TAKEN_AT_ONCE) -> Sequence[Entry[Beat]]:
        if self._error is not None:
            raise self._error
        if position < self._dropped:
            raise FellBehind
        return [each for each in self.entries if each.position > position][:maximum]


class OpenBeats:
    """The stream as one opener has it."""

    def __init__(self, beats: Beats) -> None:
        self.beats = beats
        self.after = beats.after
        self._on_news: Callable[[], None] | None = None
        beats.open += 1
        beats.opened += 1

    @property
    def end(self) -> int:
        return self.beats.end

    def listen(self, on_news: Callable[[], None]) -> None:
        self._on_news = on_news
        self.beats.listeners.append(on_news)

    def close(self) -> None:
        self.beats.open -= 1
        if self._on_news is not None:
            self.beats.listeners.remove(self._on_news)


class First:
    """The opening: what the stream's subscribers know first, in one batch. It covers nothing."""

    def __init__(self, beats: Beats, events: Sequence[Beat]) -> None:
        self._beats, self._events = beats, events
        self.position = beats.end
        self.is_over = True

    async def batches(self) -> AsyncGenerator[Sequence[Beat], None]:
        await self._beats.gate.wait()
        yield self._events

    def covers(self, entry: Entry[Beat]) -> bool:
        return False


class BeatFeed(NamedTuple):
    """A feed of beats."""

    beats: Beats
    key: str

    def open(self) -> OpenBeats:
        return OpenBeats(self.beats)

    def opening(self, stream: OpenBeats) -> First:
        return First(stream.beats, stream.beats.first)

    def reopening(self, stream: OpenBeats, *, last: Beat | None) -> First:
        if stream.beats.first == ():
            raise Overloaded
        return First(stream.beats, [Beat("again after", last.number if last else -1)])

    def still_visible(self, events: Sequence[Beat]) -> Sequence[Beat]:
        """Return those that are not about what is hidden."""
        return [event for event in events if event.key not in self.beats.hidden]


@dataclass
class World:
    """All streams by name, and what was executed."""

    streams: dict[str, Beats] = field(default_factory=dict)
    executed: list[int] = field(default_factory=list)
    resolved: int = 0
    reads: int = 0

    def stream(self, name: str = "a") -> Beats:
        """Return a stream."""
        return self.streams.setdefault(name, Beats())


class AnyConnection:
    """Stands for every connection."""

    def __getattr__(self, name: str) -> object:
        raise AssertionError(f"A shared execution has asked for {name}.")


class LiveContext:
    """The context of the toy's resolvers: it can be shared."""

    def __init__(self, world: World, connection: Any) -> None:  # noqa: ANN401 - an HTTPConnection, or any
        self.world, self.connection = world, connection
        self.names: DataLoader[str, str] = DataLoader(self._load)

    def sharing(self, *, is_personal: bool) -> Hashable | None:
        """Share unless a personal field is selected."""
        return None if is_personal else id(self.world)

    def shared(self) -> "LiveContext":
        """Return one without a connection."""
        return LiveContext(self.world, AnyConnection())

    async def _load(self, keys: list[str]) -> list[str]:
        self.world.reads += 1
        return [f"The name of {key}" for key in keys]


@strawberry.type
class BeatEvent:
    key: str
    number: int
    text: str
    world: strawberry.Private[World]

    @strawberry.field
    def half(self) -> float | None:
        """Fail for 13."""
        self.world.executed.append(self.number)
        if self.number == 13:
            raise RuntimeError("the password is hunter2")
        return self.number / 2

    @strawberry.field
    async def loaded(self, info: Info) -> str:
        """Load the name."""
        return await info.context.names.load(self.key)

    @strawberry.field
    def agent(self, info: Info) -> str:
        """Depend on the connection, as declared."""
        return str(info.context.connection.headers.get("user-agent", ""))

    @strawberry.field
    def secret_agent(self, info: Info) -> str:
        """Depend on the connection, undeclared."""
        return str(info.context.connection.headers.get("user-agent", ""))


@strawberry.type
class LiveQuery:
    @strawberry.field
    def hello(self) -> str:
        return "Hello."


@strawberry.type
class LiveSubscription:
    @strawberry.subscription
    def beats(self, info: Info, of: str = "a", tag: str | None = None) -> AsyncIterator[BeatEvent]:
        world = info.context.world
        world.resolved += 1
        if of == "refused":
            raise Overloaded
        return LiveSource(  # type: ignore[return-value] # which Strawberry takes for an iterator
            BeatFeed(world.stream(of), of), lambda beat: BeatEvent(**beat._asdict(), world=world)
        )


live_schema = strawberry.Schema(LiveQuery, subscription=LiveSubscription)
live_schema._schema.type_map["BeatEvent"].fields["agent"].extensions[PERSONAL] = True


def live_app(world: World, *, kind: type[Execution] = CompiledExecution, **options: Any) -> GraphQLApp:  # noqa: ANN401
    """Build an app on the schema, for a world."""
    budget_of = options.pop("budget_of", lambda _: None)

    def make_context(connection: HTTPConnection, _: str) -> LiveContext:
        return LiveContext(world, connection)

    return app_of(kind(live_schema, budget_of=budget_of), make_context=make_context, **options)
