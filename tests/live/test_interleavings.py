"""The whole way of a level to its subscribers, played through at random: streams, groups, renderings, budgets, sinks.

Commits, messages that are late or lost, pages, look-ups, results that have to be awaited, clients that read or do not,
that come, go, and break: whatever the order, each ends with the truth, and nothing is left behind.
"""

import asyncio
from collections.abc import Callable, Hashable, Sequence
from types import SimpleNamespace
from typing import Any, cast

import pytest

from app.domain.failures import Unavailable
from app.domain.live.events import LevelEvent, SlowConsumer
from app.services.filters import LevelFilter
from app.services.live.levels.throttled import ThrottledFeed
from app.services.live.stream import Feed
from app.web.graphql.shared.fan_out import FanOut
from app.web.graphql.shared.group import SubscriptionGroup
from app.web.graphql.shared.member import GroupMember
from app.web.graphql.shared.payer import Payer
from app.web.graphql.shared.recent_results import RecentResults
from app.web.graphql.shared.rendering import Rendering
from app.web.graphql.shared.request import SharedRequest
from app.web.graphql.shared.sink import ResultSink
from tests.live.test_level_stream import OPEN, OPEN_AND_OUT, OUT, World, feed_of
from tests.live.watching import kept
from tests.support.tasks import tasks_begun
from tests.support.waiting import eventually

FILTERS = (LevelFilter(), OUT, OPEN, OPEN_AND_OUT)
EXPECTED = (SlowConsumer, Unavailable, ConnectionError)  # that a client is told to come again, or has gone


class Client(ResultSink):
    """A client that reads or does not, and may break."""

    def __init__(self, stage: "Stage", where: LevelFilter) -> None:
        self.where, self.events, self.failure = where, list[LevelEvent](), cast(Exception | None, None)
        self.is_reading, self.is_broken, self.is_gone = True, False, False
        self._stage = stage
        self._resumed: list[Callable[[], None]] = []

    @property
    def is_writable(self) -> bool:
        return self.is_reading and not self.is_gone

    def write(self, results: Sequence[bytes]) -> None:
        assert self.is_writable
        if self.is_broken:
            raise ConnectionError
        self.events += [self._stage.told[int(result)] for result in results]
        self.is_reading = self._stage.is_over or self._stage.chance.random() > 0.2

    def on_writable(self, resume: Callable[[], None]) -> None:
        assert not self.is_writable
        self._resumed.append(resume)

    def fail(self, error: Exception) -> None:
        self.is_gone, self.failure = True, error

    def read(self) -> None:
        """Read all that was sent."""
        self.is_reading = True
        resumed, self._resumed = self._resumed, []
        for resume in resumed:
            resume()


class Stage:
    """A world, and what shares its streams. It is the execution and the budget of all clients, too."""

    key = "budget"

    def __init__(self, seed: int) -> None:
        self.world = World(seed)
        self.chance = chance = self.world.chance
        self.is_over = False
        self.told: list[LevelEvent] = []
        self.groups: dict[Hashable, SubscriptionGroup] = {}
        self.members: list[tuple[GroupMember, Client]] = []
        self._fan_out = FanOut(turn_seconds=chance.choice((1.0, 0.00005)), turn_writes=chance.choice((1, 8, 1_000)))
        recent, self._awaited = RecentResults(), chance.choice((0.0, 0.05, 0.4))
        parts: Any = {"build": None, "wrap": lambda event: event, "make_context": object, "encode": self._encode}
        self._renderings = [Rendering(cast(Any, self), *[cast(Any, None)] * 2, **parts, recent=recent) for _ in "ab"]
        self._payers = [Payer(lambda _: cast(Any, self), None), Payer(lambda _: None, None)]
        self._wheres = chance.sample(FILTERS, 2)
        self._maximum = chance.choice((4_096, 4))

    def spend(self, points: float) -> None:
        """Take what was delivered."""

    def event_wait(self) -> float:
        """Wait now and then."""
        return 0.0005 if not self.is_over and self.chance.random() < 0.3 else 0.0

    def event_executor(self, _: object, payload: LevelEvent, __: object) -> Any:  # noqa: ANN401 - as the real one
        """Return what begin_event takes."""
        return SimpleNamespace(payload=payload)

    def begin_event(self, _: object, executor: Any) -> Any:  # noqa: ANN401 - as the real one
        """Return the result, or an awaitable of it."""
        return self._later(executor.payload) if self.chance.random() < self._awaited else executor.payload

    async def _later(self, event: LevelEvent) -> LevelEvent:
        for _ in range(self.chance.choice((1, 8, 30))):
            await asyncio.sleep(0)
        return event

    def _encode(self, event: Any) -> tuple[bytes, bool]:  # noqa: ANN401 - as the real one
        self.told.append(event)
        return b"%d" % (len(self.told) - 1), True

    def turn(self) -> None:
        """Let a client do something."""
        chance, (member, client) = self.chance, self.chance.choice(self.members or [(None, None)])
        match chance.randrange(20):
            case 0 | 1 | 2 | 3:
                self.join()
            case 4 if member is not None:
                self.leave(member)
            case 5 | 6 | 7 if client is not None:
                client.is_reading = False
            case 8 | 9 | 10 | 11 if client is not None:
                client.read()
            case 12 if client is not None:
                client.is_broken = chance.random() < 0.3
            case 13 if chance.random() < 0.1 and (streams := list(self.world.streams._open.values())):
                chance.choice(streams).stream.fail(SlowConsumer(waiting_max=1))

    def join(self) -> None:
        """Let another client come."""
        feed: Feed[LevelEvent] = feed_of(self.world, self.chance.choice(self._wheres), maximum=self._maximum)
        where, rendering = cast(LevelFilter, feed.key), self.chance.choice(self._renderings)
        if self.chance.random() < 0.3:
            feed = ThrottledFeed(feed=feed, seconds=0.0005, streams=self.world.streams, maximum=self._maximum)
        key = feed.key, rendering
        if key not in self.groups:
            self.groups[key] = SubscriptionGroup(
                feed, rendering, self._fan_out, event_cost=1.0, on_end=lambda: cast(None, self.groups.pop(key))
            )
        client = Client(self, where)
        request = SharedRequest(feed, rendering, 1)
        self.members.append((GroupMember(self.groups[key], request, client, self.chance.choice(self._payers)), client))
        self.members[-1][0].start()

    def leave(self, member: GroupMember) -> None:
        """Let a client go."""
        [client] = [client for each, client in self.members if each is member]
        self.members.remove((member, client))
        member.leave()
        client.is_gone = True
        if self.chance.random() < 0.3:
            client.read()

    @property
    def is_calm(self) -> bool:
        """Whether each client is current or was told why it is not; it is let read."""
        for _, client in self.members:
            client.read()
        return all(member.is_current or client.failure is not None for member, client in self.members)

    async def rest(self) -> None:
        """Let everything come to its end."""
        for _ in range(4):
            for _ in range(100):
                await asyncio.sleep(0)
            await asyncio.sleep(0.001)  # for throttles and budgets
            await eventually(lambda: self.is_calm)


@pytest.mark.parametrize("seed", range(24))
async def test_whatever_the_order_each_client_ends_with_the_truth_and_nothing_is_left(seed: int) -> None:
    """No client waits for ever, none is written to while it does not read, and versions never go back."""
    with tasks_begun() as begun:
        stage = await _played(seed)
        await eventually(lambda: all(task.done() for task in begun))
    assert begun
    assert (stage.groups, len(stage.world.streams), len(stage.world)) == ({}, 0, 0)


async def _played(seed: int) -> Stage:
    """Return a stage that all clients have left."""
    stage = Stage(seed)
    world = stage.world
    for _ in range(60):
        for _ in range(stage.chance.randrange(3)):
            stage.turn()
        world.turn()
        for _ in range(stage.chance.choice((0, 1, 4))):
            await asyncio.sleep(0)
    stage.join()
    stage.is_over = world.is_quiet = True
    await stage.rest()
    world.settle()
    await stage.rest()
    for _, client in stage.members:
        if client.failure is not None:
            assert isinstance(client.failure, EXPECTED), client.failure
            continue
        is_closed_out = client.where.is_archived is False
        levels = kept(client.events).items()
        shown = {key: x for key, x in levels if world.matches(client.where, x) and not (is_closed_out and x.closed)}
        assert shown == {key: x for key, x in world.present.items() if world.matches(client.where, x)}
    for member, _ in tuple(stage.members):
        stage.leave(member)
    return stage
