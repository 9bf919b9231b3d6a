"""Members of groups that do not read: they cost no more than their buffer, and catch up, or start anew."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection

from app.web.graphql import GraphQLApp
from app.web.graphql.shared.member import GroupMember
from tests.support.waiting import eventually
from tests.web.live_toy import Beat, Beats, World, live_app
from tests.web.toy import Server, closed, dial, hear, say, serve, subscribe

TEXTS = "subscription { beats { key number text } }"
TEXT = "x" * 50_000
MANY = 60  # of them are more than the buffers of both sides take


@pytest.fixture
def world() -> World:
    """Return a world of this test."""
    return World()


@pytest.fixture(params=[True, False], ids=["frames", "messages"])
def app(world: World, request: pytest.FixtureRequest) -> GraphQLApp:
    """Return the toy for each way of sending."""
    return live_app(world, writes_frames=request.param)


def members(app: GraphQLApp) -> list[GroupMember]:
    """Return all members."""
    return [each for group in app.engine.groups for each in group.members]


def lagging(app: GraphQLApp) -> int:
    """Return how many members are not current."""
    return sum(not each.is_current for each in members(app))


@asynccontextmanager
async def one_that_reads_and_one_that_does_not(
    app: GraphQLApp, beats: Beats
) -> AsyncIterator[tuple[Server, ClientConnection, ClientConnection]]:
    """Serve two clients that have subscribed to the same; the second one has stopped reading."""
    async with (
        serve(app) as (server, port),
        dial(port) as reading,
        dial(port, max_queue=1, close_timeout=0.1) as stalled,
    ):
        for client in (reading, stalled):
            await subscribe(client, TEXTS)
        await eventually(lambda: len(members(app)) == 2 and lagging(app) == 0)
        for number in range(MANY):
            beats.put("A", number, TEXT)
            assert (await event(reading))["number"] == number
        await eventually(lambda: lagging(app) == 1)
        yield server, reading, stalled


async def event(client: ClientConnection) -> Any:  # noqa: ANN401 - JSON
    """Hear an event."""
    return (await hear(client))["payload"]["data"]["beats"]


async def test_it_costs_its_buffer_and_then_catches_up_in_order(world: World, app: GraphQLApp) -> None:
    """Without a task that looks after it where frames are written; the other one is not held up."""
    beats = world.stream()
    async with one_that_reads_and_one_that_does_not(app, beats) as (server, reading, stalled):
        [slow] = [each for each in server.server_state.connections if not each.writable.is_set()]
        assert slow.transport.get_write_buffer_size() < 4 * 65_536
        for number in range(MANY):
            assert (await event(stalled))["number"] == number
        await eventually(lambda: lagging(app) == 0)
        beats.put("A", MANY, TEXT)
        assert [(await event(client))["number"] for client in (reading, stalled)] == [MANY, MANY]


async def test_one_that_is_too_far_behind_gets_a_new_opening(world: World, app: GraphQLApp) -> None:
    """Which goes on after the last event that it got."""
    world.streams["a"] = beats = Beats(kept=10)
    beats.first = (Beat("first", -1),)
    async with (
        serve(app) as (_, port),
        dial(port, max_queue=1, close_timeout=0.1) as stalled,
    ):
        await subscribe(stalled, TEXTS)
        assert (await event(stalled))["number"] == -1
        await eventually(lambda: len(members(app)) == 1 and lagging(app) == 0)
        for number in range(MANY):
            beats.put("A", number, TEXT)
            await eventually(lambda end=number + 1: lagging(app) == 1 or members(app)[0].position == end)
        await eventually(lambda: lagging(app) == 1)
        heard = [await event(stalled)]
        while heard[-1]["key"] == "A":
            heard.append(await event(stalled))
        *before, again = [each["number"] for each in heard]
        assert before == list(range(len(before)))
        assert (heard[-1]["key"], again) == ("again after", before[-1])
        await eventually(lambda: lagging(app) == 0)
        beats.put("A", MANY, "last")
        assert (await event(stalled))["number"] == MANY


async def test_one_that_has_to_subscribe_again_is_closed_with_1013(world: World, app: GraphQLApp) -> None:
    """Where there is no opening for it any more; the other one goes on."""
    world.streams["a"] = beats = Beats(kept=5)
    async with one_that_reads_and_one_that_does_not(app, beats) as (_, reading, stalled):
        heard = 0
        while heard < MANY:
            try:
                await event(stalled)
            except Exception:  # noqa: BLE001 - closed
                break
            heard += 1
        assert heard < MANY
        assert await closed(stalled) == (1013, "Too much to do.")
        beats.put("A", MANY, TEXT)
        assert (await event(reading))["number"] == MANY


async def test_an_opening_waits_for_its_client(world: World, app: GraphQLApp) -> None:
    """A snapshot larger than its buffers is sent as it is read, and what happens meanwhile comes after it."""
    beats = world.stream()
    beats.first = tuple(Beat("A", number, TEXT) for number in range(3 * 64))
    async with serve(app) as (server, port), dial(port, max_queue=1, close_timeout=0.1) as client:
        await subscribe(client, TEXTS)
        await eventually(lambda: any(not each.writable.is_set() for each in server.server_state.connections))
        beats.put("A", 3 * 64, "after it")
        assert [(await event(client))["number"] for _ in range(3 * 64 + 1)] == list(range(3 * 64 + 1))
        await say(client, type="complete", id="1")
        await eventually(lambda: beats.open == 0)
        await client.send(json.dumps({"type": "ping"}))
        assert await hear(client) == {"type": "pong"}
