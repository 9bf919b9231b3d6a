# ruff: noqa: ANN401 - JSON is of any type
"""GraphQL over websocket: the protocol kept, and the close code for each way to break it. A real uvicorn."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import pytest
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocket
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from app.web.edge.client_address import TrustedProxies
from app.web.graphql import Limits
from app.web.graphql.fast.execution import CompiledExecution
from app.web.graphql.transport.websocket.wire import Close
from tests.support.waiting import eventually
from tests.web.toy import LOG, app_of, closed, dial, hear, say, schema, serve, subscribe, toy_app

COUNT = "subscription Count($to: Int!) { count(to: $to) }"
SILENT = "subscription { silent }"


@pytest.fixture(scope="module")
async def port() -> AsyncIterator[int]:
    """Serve the toy schema."""
    async with serve(toy_app()) as (_, port):
        yield port


@pytest.fixture
async def client(port: int) -> AsyncIterator[ClientConnection]:
    """Open an initialised connection to it."""
    async with dial(port) as client:
        yield client


async def last_words(client: ClientConnection) -> list[Any]:
    """Hear messages up to the one that ends the operation."""
    heard = [await hear(client)]
    while heard[-1]["type"] not in {"complete", "error"}:
        heard.append(await hear(client))
    return heard


async def test_a_subscription_sends_its_events_and_completes(client: ClientConnection) -> None:
    """Every event is a `next`, in order; then one `complete`."""
    await subscribe(client, COUNT, id="a", variables={"to": 3})
    assert await last_words(client) == [
        *({"id": "a", "type": "next", "payload": {"data": {"count": number}}} for number in range(3)),
        {"id": "a", "type": "complete"},
    ]


async def test_queries_and_mutations_work_too(client: ClientConnection) -> None:
    """One `next`, then `complete`."""
    await subscribe(client, "{ hello }")
    assert await last_words(client) == [
        {"id": "1", "type": "next", "payload": {"data": {"hello": "Hello, world."}}},
        {"id": "1", "type": "complete"},
    ]
    await subscribe(client, 'mutation { adjust(input: {idempotencyKey: "ws", lines: []}) { sku } }')
    assert (await last_words(client))[0]["payload"] == {"data": {"adjust": []}}
    assert "ws" in LOG.executed


async def test_extensions_of_the_payload_reach_the_operation(client: ClientConnection) -> None:
    """As they do over HTTP."""
    await subscribe(client, "{ extensions }", extensions={"trace": 7})
    assert (await hear(client))["payload"] == {"data": {"extensions": '{"trace": 7}'}}


async def test_an_odd_id_comes_back_as_it_was(client: ClientConnection) -> None:
    """Quotes and other scripts are escaped, not broken."""
    odd = 'é"\\\n\u2028'
    await subscribe(client, "{ hello }", id=odd)
    assert [message["id"] for message in await last_words(client)] == [odd, odd]


async def test_an_id_is_free_again_after_complete(client: ClientConnection) -> None:
    """After the server's `complete` and after the client's."""
    for _ in range(3):
        await subscribe(client, "{ hello }")
        await last_words(client)
    for _ in range(3):
        await subscribe(client, SILENT)
        await say(client, type="complete", id="1")
    await subscribe(client, "{ hello }")
    assert len(await last_words(client)) == 2


async def test_complete_stops_the_source(client: ClientConnection) -> None:
    """The resolver's `finally` runs; an unknown id is ignored, for the two completes may cross."""
    before = LOG.open
    await subscribe(client, SILENT)
    await eventually(lambda: LOG.open == before + 1)
    await say(client, type="complete", id="1")
    await say(client, type="complete", id="1")
    await eventually(lambda: LOG.open == before)
    await say(client, type="ping")
    assert await hear(client) == {"type": "pong"}


async def test_a_disconnect_stops_every_source(port: int) -> None:
    """Nothing continues for a client that has disconnected."""
    before = LOG.open
    async with dial(port) as client:
        for number in range(5):
            await subscribe(client, SILENT, id=str(number))
        await eventually(lambda: LOG.open == before + 5)
    await eventually(lambda: LOG.open == before)


async def test_a_ping_is_answered_with_its_payload(client: ClientConnection) -> None:
    """Before and after initialisation; a pong gets no reply."""
    await say(client, type="pong", payload={})
    await say(client, type="ping", payload={"at": 1})
    assert await hear(client) == {"type": "pong", "payload": {"at": 1}}


REQUEST_ERRORS = {
    "syntax": ("{ hello", {}),
    "validation": ("{ nothing }", {}),
    "variables": (COUNT, {"variables": {"to": "x"}}),
    "operation name": ("query A { hello } query B { hello }", {"operationName": "C"}),
}


@pytest.mark.parametrize(("query", "payload"), REQUEST_ERRORS.values(), ids=REQUEST_ERRORS)
async def test_a_request_that_cannot_run_is_an_error_message(
    client: ClientConnection, query: str, payload: dict[str, Any]
) -> None:
    """The connection and its other operations go on."""
    await subscribe(client, query, **payload)
    [message] = await last_words(client)
    assert message["type"] == "error"
    assert {error["extensions"]["code"] for error in message["payload"]} == {"BAD_USER_INPUT"}
    await subscribe(client, "{ hello }")
    assert len(await last_words(client)) == 2


async def test_errors_are_masked_as_over_http(client: ClientConnection) -> None:
    """In a result, at the start of a subscription, in one of its events, and in the middle of it."""
    await subscribe(client, "{ crash hello }")
    [result, _] = await last_words(client)
    assert result["payload"]["data"] == {"crash": None, "hello": "Hello, world."}
    assert result["payload"]["errors"][0]["extensions"]["code"] == "INTERNAL"

    await subscribe(client, "subscription { brokenEvent { onHand } }")
    [event, _] = await last_words(client)
    assert event["payload"]["data"] is None
    assert event["payload"]["errors"][0]["extensions"]["code"] == "INTERNAL"

    for variables in ({"now": True}, {"now": False}):
        await subscribe(client, "subscription ($now: Boolean!) { crash(atOnce: $now) }", variables=variables)
        message = (await last_words(client))[-1]
        assert message["type"] == "error"
        assert message["payload"][0]["extensions"]["code"] == "INTERNAL"
        assert "hunter2" not in json.dumps(message)


async def test_a_subscription_that_breaks_off_for_load_makes_the_client_come_back(client: ClientConnection) -> None:
    """Clients resume automatically after a close with 1013, but not after an `error`."""
    await subscribe(client, "subscription { crash(overloaded: true) }")
    assert (await hear(client))["type"] == "next"
    assert await closed(client) == (1013, "Too much to do.")


async def test_each_operation_has_its_own_context(client: ClientConnection) -> None:
    """The next operation does not find what an earlier one left on its context."""
    for _ in range(2):
        await subscribe(client, "subscription { seen(events: 2) }")
        assert [each["payload"]["data"]["seen"] for each in (await last_words(client))[:-1]] == ["0", "0,1"]


async def test_each_operation_has_its_own_request_id(port: int) -> None:
    """The handshake's id, and the number of the operation."""
    async with dial(port, additional_headers={"x-request-id": "shop-1"}) as client:
        assert client.response is not None
        assert client.response.headers["x-request-id"] == "shop-1"
        for number in (1, 2):
            await subscribe(client, "{ requestId }")
            assert (await last_words(client))[0]["payload"] == {"data": {"requestId": f"shop-1.{number}"}}


async def test_before_event_prepares_the_context_for_each_event() -> None:
    """The place to empty loaders: each event finds the context clean."""

    def forget(context: Any) -> None:
        context.events[:] = ["fresh"]

    async with serve(app_of(CompiledExecution(schema, forget))) as (_, port), dial(port) as client:
        await subscribe(client, "subscription { seen(events: 3) }")
        assert [each["payload"]["data"]["seen"] for each in (await last_words(client))[:-1]] == [
            "0",
            "fresh,1",
            "fresh,2",
        ]


async def test_the_payload_of_connection_init_is_kept_for_every_operation(port: int) -> None:
    """Contexts read it from the connection's state."""
    async with dial(port, init=False) as client:
        await say(client, type="connection_init", payload={"token": "t"})
        await hear(client)
        for _ in range(2):
            await subscribe(client, "{ params }")
            assert (await last_words(client))[0]["payload"] == {"data": {"params": '{"token": "t"}'}}


@pytest.mark.parametrize("subprotocols", [None, ["graphql-ws"], ["nonsense"]])
async def test_another_subprotocol_is_4406(port: int, subprotocols: list[str] | None) -> None:
    """The legacy one as well."""
    async with dial(port, init=False, subprotocols=subprotocols) as client:
        assert (await closed(client))[0] == 4406


MALFORMED: dict[str, str | bytes] = {
    "not json": "hello",
    "nothing": "",
    "number": "5",
    "null": "null",
    "list": "[]",
    "string": '"ping"',
    "deep": "[" * 60_000,
    "no type": "{}",
    "unknown type": '{"type": "stop"}',
    "type of a wrong type": '{"type": ["ping"]}',
    "binary": b'{"type": "ping"}',
    "init payload": '{"type": "connection_init", "payload": 5}',
    "ping payload": '{"type": "ping", "payload": []}',
    "pong payload": '{"type": "pong", "payload": "x"}',
    "subscribe without id": '{"type": "subscribe", "payload": {"query": "{ hello }"}}',
    "id list": '{"type": "subscribe", "id": [], "payload": {"query": "{ hello }"}}',
    "id integer": '{"type": "subscribe", "id": 1, "payload": {"query": "{ hello }"}}',
    "id empty": '{"type": "subscribe", "id": "", "payload": {"query": "{ hello }"}}',
    "id endless": json.dumps({"type": "subscribe", "id": "x" * 300, "payload": {"query": "{ hello }"}}),
    "no payload": '{"type": "subscribe", "id": "1"}',
    "payload string": '{"type": "subscribe", "id": "1", "payload": "{ hello }"}',
    "payload list": '{"type": "subscribe", "id": "1", "payload": []}',
    "no query": '{"type": "subscribe", "id": "1", "payload": {}}',
    "query number": '{"type": "subscribe", "id": "1", "payload": {"query": 5}}',
    "variables": '{"type": "subscribe", "id": "1", "payload": {"query": "{ hello }", "variables": [1]}}',
    "operation name": '{"type": "subscribe", "id": "1", "payload": {"query": "{ hello }", "operationName": 1}}',
    "extensions": '{"type": "subscribe", "id": "1", "payload": {"query": "{ hello }", "extensions": 1}}',
    "complete id": '{"type": "complete", "id": 1}',
}


@pytest.mark.parametrize("init", [True, False], ids=["initialised", "fresh"])
@pytest.mark.parametrize("message", MALFORMED.values(), ids=MALFORMED)
async def test_a_malformed_message_is_4400_with_a_reason(port: int, message: str | bytes, init: bool) -> None:
    """A close frame that says what is wrong, never a torn connection."""
    async with dial(port, init=init) as client:
        await client.send(message)
        code, reason = await closed(client)
        assert code == 4400
        assert reason


async def test_an_operation_before_initialisation_is_4401(port: int) -> None:
    """connection_init comes first."""
    async with dial(port, init=False) as client:
        await subscribe(client, "{ hello }")
        assert (await closed(client))[0] == 4401


@pytest.mark.parametrize(
    ("id", "reason"), [("x", "Subscriber for x already exists"), ("é" * 200, f"Subscriber for {'é' * 54}")]
)
async def test_an_id_in_use_is_4409(client: ClientConnection, id: str, reason: str) -> None:
    """The reason names it, as the protocol words it; a long reason is cut to what a frame holds."""
    await subscribe(client, SILENT, id=id)
    await subscribe(client, SILENT, id=id)
    assert await closed(client) == (4409, reason)


async def test_a_second_initialisation_is_4429(client: ClientConnection) -> None:
    """Even an equal one."""
    await say(client, type="connection_init")
    assert await closed(client) == (4429, "Too many initialisation requests")


async def test_no_initialisation_in_time_is_4408() -> None:
    """Pings do not extend the time."""
    async with serve(toy_app(limits=Limits(init_timeout_seconds=0.05))) as (_, port), dial(port, init=False) as client:
        await say(client, type="ping")
        assert await closed(client) == (4408, "Connection initialisation timeout.")


async def test_text_that_is_not_utf_8_is_1007(client: ClientConnection, caplog: pytest.LogCaptureFixture) -> None:
    """As RFC 6455 has it, also in fragments; and nothing is logged."""
    await client.send([b'{"type":"ping","payload":{"a":"\xc3', b'\xff"}}'], text=True)
    assert (await closed(client))[0] == 1007
    assert not caplog.records


async def test_a_message_beyond_the_limit_is_1009(client: ClientConnection) -> None:
    """The server stops reading at 64 KiB."""
    await client.send("x" * 65_537)
    assert (await closed(client))[0] == 1009


async def test_operations_per_connection_are_limited() -> None:
    """The one too many is refused; the others and the connection go on."""
    limits = Limits(max_operations_per_connection=2)
    async with serve(toy_app(limits=limits)) as (_, port), dial(port) as client:
        for name in "abc":
            await subscribe(client, SILENT, id=name)
        refusal = await hear(client)
        assert (refusal["id"], refusal["type"]) == ("c", "error")
        assert refusal["payload"][0]["extensions"]["code"] == "THROTTLED"
        before = LOG.open
        await say(client, type="complete", id="a")
        await eventually(lambda: LOG.open == before - 1)
        await subscribe(client, "{ hello }", id="c")
        assert len(await last_words(client)) == 2


async def test_connections_per_process_are_limited() -> None:
    """The one too many is closed with 1013, and can connect once another has left."""
    app = toy_app(limits=Limits(max_connections=1))
    async with serve(app) as (_, port):
        async with dial(port), dial(port, init=False) as refused:
            assert (await closed(refused))[0] == 1013
        await eventually(lambda: app.live_connections.count == 0)
        async with dial(port) as accepted:
            await subscribe(accepted, "{ hello }")
            assert len(await last_words(accepted)) == 2


async def test_connections_per_address_are_limited_and_new_ones_are_slowed() -> None:
    """By the client's address, which a proxy of ours names; this machine's own is not counted."""
    app = toy_app(limits=Limits(max_connections_per_address=2, connects_per_second=0.001, connects_at_once=3))
    proxies = TrustedProxies(["127.0.0.1"])

    async def behind_a_proxy(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "state": {"trusted_proxies": proxies}}, receive, send)

    async def code(port: int, address: str) -> int | None:
        async with dial(port, init=False, additional_headers={"x-forwarded-for": address}) as client:
            return (await closed(client))[0]

    async with serve(behind_a_proxy) as (_, port):
        here = {"additional_headers": {"x-forwarded-for": "2001:db8::1"}}
        async with dial(port, **here):
            async with dial(port, **here):
                assert await code(port, "2001:db8::2") == 1013
                async with dial(port, additional_headers={"x-forwarded-for": "2001:db8:0:1::"}):
                    pass
            async with dial(port, **here):
                pass
            assert await code(port, "2001:db8::3") == 1013
        for _ in range(5):
            async with dial(port):
                pass


async def test_messages_per_second_are_limited() -> None:
    """A client that sends without end is closed as what it is, with a reason, whatever its messages say."""
    app = toy_app(limits=Limits(messages_per_second=0.5, messages_at_once=4))
    async with serve(app) as (_, port), dial(port) as client:
        for _ in range(3):
            await say(client, type="ping")
            assert await hear(client) == {"type": "pong"}
        await say(client, type="pong")
        assert await closed(client) == (4429, "Too many messages: 0.5 per second are allowed.")


async def test_a_graceful_stop_closes_with_1012() -> None:
    """Clients reconnect to the next process; the resolvers' `finally` has run when the server is down."""
    before = LOG.open
    async with serve(toy_app()) as (server, port), dial(port) as client:
        await subscribe(client, SILENT)
        await eventually(lambda: LOG.open == before + 1)
        server.should_exit = True
        assert (await closed(client))[0] == 1012
    assert LOG.open == before


async def test_operations_run_side_by_side(client: ClientConnection) -> None:
    """A subscription that waits does not block the others."""
    await subscribe(client, SILENT, id="waiting")
    await asyncio.gather(*(subscribe(client, COUNT, id=str(n), variables={"to": 2}) for n in range(10)))
    heard = [await hear(client) for _ in range(30)]
    assert sorted(each["id"] for each in heard if each["type"] == "complete") == [str(n) for n in range(10)]


async def test_a_connection_is_admitted_by_its_first_message_and_ended_whatever_it_does() -> None:
    """Refused with the code of who admits; ended at once, though an operation floods it and another says nothing."""
    ends: list[Callable[[Close], None]] = []

    @asynccontextmanager
    async def admit(websocket: WebSocket, end: Callable[[Close], None]) -> AsyncIterator[None]:
        if websocket.state.connection_params.get("authorization") != "Bearer good":
            raise Close(4401, "Not you.")
        ends.append(end)
        try:
            yield
        finally:
            ends.remove(end)

    async with serve(toy_app(admit=admit)) as (_, port):
        async with dial(port, init=False) as client:
            await say(client, type="connection_init", payload={"authorization": "Bearer bad"})
            assert await closed(client) == (4401, "Not you.")
        async with dial(port, init=False) as client:
            await say(client, type="connection_init", payload={"authorization": "Bearer good"})
            assert await hear(client) == {"type": "connection_ack"}
            await subscribe(client, SILENT, id="silent")
            await subscribe(client, "subscription { endless }", id="busy")
            await eventually(lambda: LOG.open == 2)
            ends[0](Close(4403, "Come again."))
            with suppress(ConnectionClosed):
                while (await hear(client))["id"] == "busy":
                    pass
            assert await closed(client) == (4403, "Come again.")
            await eventually(lambda: LOG.open == 0)
    assert ends == []
