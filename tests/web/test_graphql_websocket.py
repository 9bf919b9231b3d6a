# ruff: noqa: ANN401 - JSON is of any type
"""GraphQL over websocket: what is ours beside the protocol, whose sentences `tests/conformance` has. A real uvicorn."""

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


async def test_extensions_of_the_payload_reach_the_operation(client: ClientConnection) -> None:
    """As they do over HTTP."""
    await subscribe(client, "{ extensions }", extensions={"trace": 7})
    assert (await hear(client))["payload"] == {"data": {"extensions": '{"trace": 7}'}}


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


async def test_a_reason_is_cut_to_what_a_frame_holds(client: ClientConnection) -> None:
    """Between two characters: the protocol has it name an id in use, which may be longer."""
    for _ in range(2):
        await subscribe(client, SILENT, id="é" * 200)
    assert await closed(client) == (4409, f"Subscriber for {'é' * 54}")


async def test_text_that_is_not_utf_8_is_1007(client: ClientConnection, caplog: pytest.LogCaptureFixture) -> None:
    """As RFC 6455 has it, also in fragments; and nothing is logged."""
    await client.send([b'{"type":"ping","payload":{"a":"\xc3', b'\xff"}}'], text=True)
    assert (await closed(client))[0] == 1007
    assert not caplog.records


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
