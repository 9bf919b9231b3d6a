"""Subscriptions that ask the same are executed once, and sent to each with its own id. A real uvicorn."""

import asyncio
import gc
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import pytest
from starlette.websockets import WebSocket
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from app.domain.access.budget import Budget
from app.services.access.budgets import Account, Budgets
from app.web.edge.http.http_protocol import HttpProtocol
from app.web.graphql import Execution, GraphQLApp
from app.web.graphql.fast.execution import CompiledExecution
from app.web.graphql.shared.member import GroupMember
from app.web.graphql.shared.payer import Payer
from app.web.graphql.transport.websocket.connection import SocketConnection
from app.web.graphql.transport.websocket.wire import Close
from app.web.protocol import WebSocketProtocol
from tests.support.monotonic import Seconds
from tests.support.waiting import eventually
from tests.web.live_toy import Beat, LiveContext, World, live_app
from tests.web.toy import Overloaded, closed, dial, hear, say, serve, subscribe

BEATS = "subscription ($of: String) { beats(of: $of) { key number half } }"
NUMBERS = "subscription { beats { number } }"
LOADED = "subscription { beats { number loaded } }"
OF_A_SOCKET = HttpProtocol, WebSocketProtocol, SocketConnection, GroupMember


@pytest.fixture
def world() -> World:
    """Return a world of this test."""
    return World()


@pytest.fixture(params=[(CompiledExecution, True), (CompiledExecution, False), (Execution, True)], ids=str)
def app(world: World, request: pytest.FixtureRequest) -> GraphQLApp:
    """Return the toy for each way of execution, and of sending."""
    kind, writes_frames = request.param
    return live_app(world, kind=kind, writes_frames=writes_frames)


@asynccontextmanager
async def clients(app: GraphQLApp, count: int) -> AsyncIterator[list[ClientConnection]]:
    """Serve the app to some clients."""
    async with serve(app) as (_, port), AsyncExitStack() as stack:
        yield [await stack.enter_async_context(dial(port)) for _ in range(count)]


async def numbers(client: ClientConnection, count: int) -> list[int]:
    """Hear some events."""
    return [(await hear(client))["payload"]["data"]["beats"]["number"] for _ in range(count)]


async def test_an_event_is_executed_once_and_sent_to_all_who_ask_the_same(world: World, app: GraphQLApp) -> None:
    """With their ids, whatever else is in their documents' arguments; the resolver of the source runs once, too."""
    async with clients(app, 3) as opened:
        for number, client in enumerate(opened):
            await subscribe(client, BEATS, id=f"id {number}", variables={"of": "a"})
        await eventually(lambda: len(world.stream().listeners) == 1 and _current(app) == 3)
        for beat in range(3):
            world.stream().put("A", beat)
        for number, client in enumerate(opened):
            assert [await hear(client) for _ in range(3)] == [
                {
                    "id": f"id {number}",
                    "type": "next",
                    "payload": {"data": {"beats": {"key": "A", "number": beat, "half": beat / 2}}},
                }
                for beat in range(3)
            ]
        assert world.executed == [0, 1, 2]
        assert world.resolved == 1
        assert world.stream().opened == 1
    await eventually(lambda: world.stream().open == 0)


def _current(app: GraphQLApp) -> int:
    return sum(each.is_current for group in app.engine.groups for each in group.members)


async def test_a_client_that_has_gone_leaves_nothing_to_the_garbage_collector(world: World) -> None:
    """Thousands that come back after a fault are not kept twice."""
    app = live_app(world, kind=CompiledExecution, writes_frames=True)
    async with serve(app) as (_, port):
        gc.collect()
        gc.disable()
        try:
            for _ in range(2):
                async with dial(port) as client:
                    await subscribe(client, BEATS, variables={"of": "a"})
                    await eventually(lambda: _current(app) == 1)
            await eventually(lambda: not any(type(each) in OF_A_SOCKET for each in gc.get_objects()))
        finally:
            gc.enable()


async def test_other_filters_share_the_execution_of_an_event(world: World, app: GraphQLApp) -> None:
    """Two streams that have an event in common, and two documents that select the same of it."""
    other = 'query Q { hello } subscription Other { beats(of: "b") { ...all } } fragment all on BeatEvent { half }'
    async with clients(app, 3) as opened:
        await subscribe(opened[0], "subscription { beats { ...all } } fragment all on BeatEvent { half }")
        await subscribe(opened[1], other, operationName="Other")
        await subscribe(opened[2], "subscription { beats { number half } }")
        await eventually(lambda: _current(app) == 3)
        for name in "ab":
            world.stream(name).put("A", 7)
        for client in opened[:2]:
            assert (await hear(client))["payload"] == {"data": {"beats": {"half": 3.5}}}
        assert (await hear(opened[2]))["payload"] == {"data": {"beats": {"number": 7, "half": 3.5}}}
        assert world.executed == [7, 7]


async def test_variables_that_an_operation_has_not_make_no_difference(world: World, app: GraphQLApp) -> None:
    """Whatever they are: JSON is read to 1,024 levels. A value that is nested so is an error of its variable."""
    deep: list[object] = []
    for _ in range(300):
        deep = [deep]
    async with clients(app, 3) as opened:
        for client, variables in zip(opened, ({"other": 1}, {"other": deep}, None), strict=True):
            await subscribe(client, BEATS, variables=variables)
        await eventually(lambda: _current(app) == 3)
        assert world.resolved == 1
        await subscribe(opened[0], BEATS, id="2", variables={"of": deep})
        refusal = await hear(opened[0])
        assert refusal["payload"][0]["extensions"]["code"] == "BAD_USER_INPUT", refusal


async def test_who_joins_gets_its_opening_and_then_everything_without_a_gap(world: World, app: GraphQLApp) -> None:
    """While events arrive all the time, before, during and after the opening."""
    beats = world.stream()
    beats.first = (Beat("A", -2), Beat("A", -1))
    async with clients(app, 4) as opened:
        await subscribe(opened[0], NUMBERS)
        assert await numbers(opened[0], 2) == [-2, -1]
        for number in range(3):
            beats.gate.clear()
            end = beats.end
            await subscribe(opened[number + 1], NUMBERS)
            await eventually(lambda joined=number + 2: sum(len(g.members) for g in app.engine.groups) == joined)
            beats.put("A", end)
            beats.put("A", end + 1)
            beats.gate.set()
            assert await numbers(opened[number + 1], 2) == [-2, -1]
            beats.put("A", end + 2)
            assert await numbers(opened[number + 1], 3) == [end, end + 1, end + 2]
        assert await numbers(opened[0], 9) == list(range(9))
        assert await numbers(opened[1], 6) == list(range(3, 9))


async def test_what_is_awaited_is_loaded_once_and_keeps_its_order(world: World, app: GraphQLApp) -> None:
    """Events that arrive while others are loaded come after them."""
    async with clients(app, 2) as opened:
        for client in opened:
            await subscribe(client, LOADED)
        await eventually(lambda: _current(app) == 2)
        for number in range(5):
            world.stream().put("A", number)
            await asyncio.sleep(0)
        for client in opened:
            heard = [(await hear(client))["payload"]["data"]["beats"] for _ in range(5)]
            assert heard == [{"number": number, "loaded": "The name of A"} for number in range(5)]
        assert world.reads <= 5


async def test_an_event_that_fails_is_an_error_for_all_and_the_next_one_comes(world: World, app: GraphQLApp) -> None:
    """With one request id, which the log has once, and no place in a document: it may be that of another client."""
    async with clients(app, 2) as opened:
        for client, query in zip(opened, (BEATS, f"\n\n {BEATS}"), strict=True):
            await subscribe(client, query)
        await eventually(lambda: _current(app) == 2)
        world.stream().put("A", 13)
        world.stream().put("A", 14)
        ids = set()
        for client in opened:
            failed = (await hear(client))["payload"]
            assert failed["data"] == {"beats": {"key": "A", "number": 13, "half": None}}
            [error] = failed["errors"]
            assert error["extensions"]["code"] == "INTERNAL"
            assert error["path"] == ["beats", "half"]
            assert "locations" not in error
            ids.add(error["extensions"]["requestId"])
            assert (await hear(client))["payload"]["data"]["beats"]["number"] == 14
        assert len(ids) == 1


async def test_what_depends_on_the_caller_is_executed_for_it_alone(world: World, app: GraphQLApp) -> None:
    """Where it is declared; where it is not, the shared execution fails instead of showing one client's to another."""
    async with (
        serve(app) as (_, port),
        dial(port, user_agent_header="one") as one,
        dial(port, user_agent_header="two") as two,
    ):
        for client in (one, two):
            await subscribe(client, "subscription { beats { agent } }")
        await eventually(lambda: world.stream().open == 2)
        world.stream().put("A", 1)
        assert [(await hear(client))["payload"]["data"]["beats"]["agent"] for client in (one, two)] == ["one", "two"]
        await subscribe(one, "subscription { beats { secretAgent } }", id="2")
        await eventually(lambda: _current(app) == 1)
        world.stream().put("A", 2)
        heard = {message["id"]: message["payload"] for message in (await hear(one), await hear(one))}
        assert heard["2"]["errors"][0]["extensions"]["code"] == "INTERNAL"
        assert heard["1"]["data"] == {"beats": {"agent": "one"}}


async def test_a_subscription_that_asks_for_its_cost_runs_alone(world: World, app: GraphQLApp) -> None:
    """What is left of its budget is its own."""
    async with clients(app, 1) as [client]:
        await subscribe(client, NUMBERS, extensions={"cost": True})
        await eventually(lambda: world.stream().open == 1)
        assert len(app.engine.groups) == 0
        world.stream().put("A", 1)
        assert (await hear(client))["payload"]["extensions"]["cost"]["requested"] > 0


async def test_complete_lets_go_at_once_and_the_id_is_free(world: World, app: GraphQLApp) -> None:
    """Nothing comes after it but what was under way; the last one that leaves closes the stream."""
    async with clients(app, 1) as [client]:
        for round_ in range(3):
            await subscribe(client, NUMBERS)
            await eventually(lambda: _current(app) == 1)
            world.stream().put("A", round_)
            assert await numbers(client, 1) == [round_]
            await say(client, type="complete", id="1")
            await eventually(lambda: world.stream().open == 0)
            world.stream().put("A", 100)
        await say(client, type="ping")
        assert await hear(client) == {"type": "pong"}
        assert world.stream().opened == 3


async def test_a_source_that_refuses_is_an_error_of_the_request(world: World, app: GraphQLApp) -> None:
    """With its code, its place and the request's own id."""
    async with clients(app, 1) as [client]:
        await subscribe(client, BEATS, variables={"of": "refused"})
        message = await hear(client)
        assert message["type"] == "error"
        [error] = message["payload"]
        assert (error["extensions"]["code"], error["path"]) == ("OVERLOADED", ["beats"])
        assert error["extensions"]["requestId"].endswith(".1")


@pytest.mark.parametrize("overloaded", [True, False])
async def test_a_stream_that_ends_ends_what_shares_it(world: World, app: GraphQLApp, overloaded: bool) -> None:
    """By a close where clients should come back, else by an error message; then the id is free."""
    async with clients(app, 2) as opened:
        for client in opened:
            await subscribe(client, NUMBERS)
        await eventually(lambda: _current(app) == 2)
        world.stream().fail(Overloaded() if overloaded else RuntimeError("the password is hunter2"))
        for client in opened:
            if overloaded:
                assert await closed(client) == (1013, "Too much to do.")
            else:
                message = await hear(client)
                assert (message["id"], message["type"]) == ("1", "error")
                assert message["payload"][0]["extensions"]["code"] == "INTERNAL"
        assert world.stream().open == 0
        if not overloaded:
            del world.streams["a"]
            await subscribe(opened[0], NUMBERS)
            await eventually(lambda: _current(app) == 1)
            world.stream().put("A", 1)
            assert await numbers(opened[0], 1) == [1]


async def test_nothing_is_sent_once_a_connection_has_to_end(world: World) -> None:
    """The moment its credential is revoked, though it is closed a moment later."""
    ends: list[Callable[[Close], None]] = []

    @asynccontextmanager
    async def admit(_: WebSocket, end: Callable[[Close], None]) -> AsyncIterator[None]:
        ends.append(end)
        yield

    app = live_app(world, admit=admit)
    async with clients(app, 1) as [client]:
        await subscribe(client, NUMBERS)
        await eventually(lambda: _current(app) == 1)
        world.stream().put("A", 1)
        assert await numbers(client, 1) == [1]
        ends[0](Close(4401, "Not any more."))
        world.stream().put("A", 2)
        with suppress(ConnectionClosed):
            raise AssertionError(await client.recv())
        assert await closed(client) == (4401, "Not any more.")


@pytest.fixture
def clock() -> Seconds:
    """Return a clock of this test."""
    return Seconds()


@pytest.fixture
def account(clock: Seconds) -> Account:
    """Return an account of a process that is alone."""
    terms = Budget(capacity=10_000, restore_rate=10_000)
    return Account("key:app", terms, Budgets(None, default=terms, monotonic=clock), now=clock())  # type: ignore[arg-type]


@pytest.fixture
def charged(world: World, account: Account) -> GraphQLApp:
    """Return the toy whose clients have one budget."""
    return live_app(world, budget_of=lambda _: account)


async def test_each_delivery_is_charged_and_the_execution_once(
    world: World, charged: GraphQLApp, account: Account
) -> None:
    """Ten points for each that gets an event, and a quarter of the operation for all of them."""
    async with clients(charged, 3) as opened:
        before = account.available()
        await subscribe(opened[0], NUMBERS)
        await eventually(lambda: _current(charged) == 1)
        cost = before - account.available()
        assert cost > 0
        for client in opened[1:]:
            await subscribe(client, NUMBERS)
        await eventually(lambda: _current(charged) == 3)
        assert account.available() == before - 3 * cost
        world.stream().put("A", 1)
        for client in opened:
            await numbers(client, 1)
        await eventually(lambda: account.available() == before - 3 * cost - (3 * 10 + cost / 4))


async def test_below_half_of_the_budget_deliveries_wait_for_all_of_the_client(
    world: World, charged: GraphQLApp, account: Account, clock: Seconds
) -> None:
    """Operations go first. When it is restored, what has come meanwhile is sent in order."""
    async with clients(charged, 3) as opened:
        for client in opened:
            await subscribe(client, NUMBERS)
        await eventually(lambda: _current(charged) == 3)
        account.spend(6_000)
        world.stream().put("A", 0)  # it is charged when it was sent
        for client in opened:
            assert (await numbers(client, 1)) == [0]
        world.stream().put("A", 1)
        await eventually(lambda: _current(charged) == 0)
        world.stream().put("A", 2)
        await say(opened[0], type="ping")
        assert await hear(opened[0]) == {"type": "pong"}
        clock.now += 1
        for client in opened:
            assert (await numbers(client, 2)) == [1, 2]
        await eventually(lambda: _current(charged) == 3)


async def test_what_has_become_invisible_while_it_waited_is_not_sent(
    world: World, charged: GraphQLApp, account: Account, clock: Seconds
) -> None:
    """Neither to who lags, nor of what an opening has read."""
    beats = world.stream()
    beats.first = (Beat("A", -2), Beat("B", -1))
    async with clients(charged, 1) as [client]:
        await subscribe(client, NUMBERS)
        assert await numbers(client, 2) == [-2, -1]
        await eventually(lambda: _current(charged) == 1)
        account.spend(6_000)
        beats.put("A", 0)  # it is charged when it was sent
        assert await numbers(client, 1) == [0]
        beats.put("A", 1)
        beats.put("B", 2)
        beats.put("A", 3)
        await eventually(lambda: _current(charged) == 0)
        await subscribe(client, "subscription { beats { key } }", id="2")
        await eventually(lambda: sum(len(group.members) for group in charged.engine.groups) == 2)
        beats.hidden.add("B")
        clock.now += 1
        heard = [await hear(client) for _ in range(3)]
        assert sorted((each["id"], *each["payload"]["data"]["beats"].values()) for each in heard) == [
            ("1", 1),
            ("1", 3),
            ("2", "A"),
        ]
        await eventually(lambda: _current(charged) == 2)


async def test_deliveries_are_charged_by_the_newest_terms_of_the_client(world: World) -> None:
    """Those of a principal as it is now, though one of its connections is older than they are."""
    asked: list[str] = []

    def budget_of(context: LiveContext) -> Account:
        asked.append(context.connection.headers["user-agent"])
        terms = Budget(capacity=10_000, restore_rate=10_000)
        return Account("key:app", terms, Budgets(None, default=terms), now=0.0)  # type: ignore[arg-type]

    app = live_app(world, budget_of=budget_of)
    async with serve(app) as (_, port), dial(port, user_agent_header="old") as old:
        await subscribe(old, NUMBERS)
        await eventually(lambda: _current(app) == 1)
        async with dial(port, user_agent_header="new") as new:
            await subscribe(new, NUMBERS)
            await eventually(lambda: _current(app) == 2)
            asked.clear()
            world.stream().put("A", 1)
            assert await numbers(old, 1) == [1]
            await eventually(lambda: asked == ["new"])


async def test_deliveries_wait_until_the_budget_is_restored_whether_or_not_something_waits(
    account: Account, clock: Seconds
) -> None:
    """One timer looks at it again and again; then all that waits goes on."""
    payer = Payer(lambda _: account, None)
    clock.now += 1
    payer.charge(5_001)  # half and a bit, which takes 0.1 ms
    assert payer.is_waiting
    await asyncio.sleep(0.01)
    assert payer.is_waiting
    resumed: list[int] = []
    for number in range(2):
        payer.on_allowed(lambda number=number: resumed.append(number))  # type: ignore[misc]
    clock.now += 1
    await eventually(lambda: not payer.is_waiting)
    assert resumed == [0, 1]


async def test_a_graceful_stop_closes_with_1012_and_sends_nothing_more(world: World, app: GraphQLApp) -> None:
    """Clients go to the next process; the stream has been closed when the server is down."""
    async with serve(app) as (server, port), dial(port) as client:
        await subscribe(client, NUMBERS)
        await eventually(lambda: _current(app) == 1)
        server.should_exit = True
        await eventually(lambda: _current(app) == 0)
        world.stream().put("A", 1)
        assert (await closed(client))[0] == 1012
    assert world.stream().open == 0


async def test_a_client_that_vanishes_is_let_go_of(world: World, app: GraphQLApp) -> None:
    """While others go on."""
    async with clients(app, 2) as [staying, leaving]:
        for client in (staying, leaving):
            await subscribe(client, NUMBERS)
        await eventually(lambda: _current(app) == 2)
        leaving.transport.abort()
        await eventually(lambda: sum(len(group.members) for group in app.engine.groups) == 1)
        world.stream().put("A", 1)
        assert await numbers(staying, 1) == [1]
