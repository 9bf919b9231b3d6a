# ruff: noqa: ANN401 - JSON is of any type
"""GraphQL over Server-Sent Events: what graphql-sse 2 asks for on the wire, and how streams end."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from graphql import GraphQLError
from starlette.requests import HTTPConnection
from starlette.types import Message, Receive, Scope, Send

from app.web.edge.client_address import TrustedProxies
from app.web.edge.http.http_limits import HttpLimits
from app.web.edge.http.http_protocol import HttpProtocol
from app.web.graphql import Limits
from app.web.graphql.transport.http.event_stream import EventStream
from tests.support.waiting import eventually
from tests.web.live_toy import World, live_app
from tests.web.toy import DEADLINE_SECONDS, LOG, Overloaded, dial, hear, http_client, serve, subscribe, toy_app

EVENTS = "text/event-stream"
SILENT = "subscription { silent }"
ENDLESS = "subscription { endless(characters: 20000) }"
FAST = Limits(event_stream_opens_milliseconds=10)
HELLO = {"data": {"hello": "Hello, world."}}


async def asked(
    query: str, *, app: Any = None, accept: str = EVENTS, method: str = "POST", **payload: Any
) -> tuple[int, dict[str, str], str]:
    """Send a request in this process; return the status, the headers and the text of the whole response."""
    request: dict[str, Any] = {"json": {"query": query, **payload}}
    if method == "GET":
        request = {"params": {"query": query, **{name: json.dumps(value) for name, value in payload.items()}}}
    async with http_client(app or toy_app()) as client:
        response = await client.request(method, "/", headers={"accept": accept}, **request)
        return response.status_code, dict(response.headers), response.text


def events_of(text: str) -> list[tuple[str, Any]]:
    """Read a stream as graphql-sse does: names and decoded data of its events."""
    found = []
    for block in text.split("\n\n"):
        fields = dict(line.split(":", 1) for line in block.split("\n") if line and not line.startswith(":"))
        if fields:
            data = fields["data"].strip()
            found.append((fields["event"].strip(), json.loads(data) if data else None))
    return found


def of_count(*numbers: int) -> list[tuple[str, Any]]:
    """Return the events of the toy's `count`."""
    return [*(("next", {"data": {"count": number}}) for number in numbers), ("complete", None)]


@pytest.mark.parametrize("method", ["POST", "GET"])
async def test_a_subscription_is_a_stream_of_its_events(method: str) -> None:
    """Each a `next`, in order; then `complete`; uncached, uncompressed and unbuffered."""
    query = "subscription ($to: Int!) { count(to: $to) }"
    status, headers, text = await asked(query, method=method, variables={"to": 3})
    assert (status, headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
    assert events_of(text) == of_count(0, 1, 2)
    assert headers["cache-control"] == "no-store, no-transform"
    assert headers["x-accel-buffering"] == "no"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-request-id"]
    assert "content-encoding" not in headers
    assert "content-length" not in headers


async def test_queries_and_mutations_are_one_event() -> None:
    """One `next`, then `complete`; with errors of resolvers beside the data, masked as ever."""
    status, headers, text = await asked("{ hello }")
    assert (status, headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
    assert events_of(text) == [("next", HELLO), ("complete", None)]
    _, _, text = await asked('mutation { adjust(input: {idempotencyKey: "sse", lines: []}) { sku } }')
    assert events_of(text)[0] == ("next", {"data": {"adjust": []}})
    assert "sse" in LOG.executed
    _, _, text = await asked("{ crash hello }")
    [(_, result), _] = events_of(text)
    assert result["data"] == {"crash": None, **HELLO["data"]}
    assert result["errors"][0]["extensions"]["code"] == "INTERNAL"


async def test_a_large_result_is_not_compressed() -> None:
    """Whatever the client would take."""
    async with http_client(toy_app()) as client:
        response = await client.post(
            "/",
            json={"query": "{ levels(first: 900) { sku } }"},
            headers={"accept": EVENTS, "accept-encoding": "gzip"},
        )
    assert "content-encoding" not in response.headers
    assert len(events_of(response.text)[0][1]["data"]["levels"]) == 900


INVALID: dict[str, tuple[str, dict[str, Any]]] = {
    "syntax": ("subscription {", {}),
    "validation": ("subscription { nothing }", {}),
    "variables": ("subscription ($to: Int!) { count(to: $to) }", {"variables": {"to": "x"}}),
    "variables of a query": ("query ($to: Int!) { count(to: $to) }", {"variables": {"to": "x"}}),
    "operation name": ("query A { hello } query B { hello }", {"operationName": "C"}),
}


@pytest.mark.parametrize(("query", "payload"), INVALID.values(), ids=INVALID)
async def test_what_is_found_before_execution_is_an_event(query: str, payload: dict[str, Any]) -> None:
    """The protocol has it so: a client would take a status for a failure of the network, and ask again."""
    status, headers, text = await asked(query, **payload)
    assert (status, headers["content-type"]) == (200, "text/event-stream; charset=utf-8")
    [(name, result), last] = events_of(text)
    assert (name, last) == ("next", ("complete", None))
    assert "data" not in result
    assert {error["extensions"]["code"] for error in result["errors"]} == {"BAD_USER_INPUT"}


@pytest.mark.parametrize(
    ("code", "status"),
    [("UNAUTHENTICATED", 401), ("THROTTLED", 429), ("UNAVAILABLE", 503), ("FORBIDDEN", None), ("NOT_FOUND", 500)],
)
async def test_what_another_request_may_mend_is_a_status(code: str, status: int | None) -> None:
    """With the headers that say how; a lack of rights is final, so it is an event."""

    def refuse(_: HTTPConnection, __: str) -> object:
        raise GraphQLError("No.", extensions={"code": code, "retryAfterSeconds": 1.5})

    found, headers, text = await asked(SILENT, app=toy_app(make_context=refuse))
    if status is None:
        assert events_of(text)[0][1]["errors"][0]["extensions"]["code"] == code
        return
    assert (found, headers["content-type"]) == (status, "application/json; charset=utf-8")
    assert json.loads(text)["errors"][0]["extensions"]["code"] == code
    assert headers.get("www-authenticate") == ("Bearer" if status == 401 else None)
    assert headers.get("retry-after") == (None if status == 401 else "2")


async def test_what_is_no_request_is_a_status() -> None:
    """A body that is not JSON, a mutation by GET, and another method."""
    async with http_client(toy_app()) as client:
        accept = {"accept": EVENTS}
        malformed = await client.post("/", content="{", headers={**accept, "content-type": "application/json"})
        assert (malformed.status_code, malformed.headers["content-type"]) == (400, "application/json; charset=utf-8")
        mutation = 'mutation { adjust(input: {idempotencyKey: "get", lines: []}) { sku } }'
        assert (await client.get("/", params={"query": mutation}, headers=accept)).status_code == 405
        assert (await client.put("/", headers=accept)).status_code == 405, "no single connection mode"
    assert "get" not in LOG.executed


@pytest.mark.parametrize(
    ("accept", "of_query"),
    [
        ("text/event-stream", EVENTS),
        ("text/event-stream, */*", EVENTS),
        ("text/event-stream, multipart/mixed", EVENTS),
        ("text/event-stream, application/json;q=0.5", EVENTS),
        ("application/graphql-response+json, application/json, text/event-stream", "application/graphql-response+json"),
        ("application/json, text/event-stream;q=0.1", "application/json"),
    ],
)
async def test_the_form_is_what_the_client_prefers(accept: str, of_query: str) -> None:
    """A query has a choice; a subscription has none."""
    _, headers, _ = await asked("{ hello }", accept=accept)
    assert headers["content-type"] == f"{of_query}; charset=utf-8"
    _, headers, text = await asked("subscription { count(to: 1) }", accept=accept)
    assert headers["content-type"] == "text/event-stream; charset=utf-8"
    assert events_of(text) == of_count(0)


@pytest.mark.parametrize("accept", ["application/json", "*/*", "text/event-stream;q=0, */*"])
async def test_a_client_that_does_not_ask_for_events_gets_none(accept: str) -> None:
    """Its subscription is refused, with a sentence that says what to ask for."""
    _, _, text = await asked(SILENT, accept=accept)
    assert "text/event-stream" in json.loads(text)["errors"][0]["message"]


async def test_a_get_that_another_site_sends_is_refused() -> None:
    """A browser's EventSource sends no header of its own, and says which site its page is of."""
    async with http_client(toy_app()) as client:
        for site, status in (("cross-site", 400), ("same-site", 400), ("same-origin", 200)):
            headers = {"accept": EVENTS, "sec-fetch-site": site}
            response = await client.get("/", params={"query": "{ hello }"}, headers=headers)
            assert response.status_code == status, site


# What follows needs a connection.


class Stream:
    """An open stream, read by hand."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def head(self) -> str:
        """Read the head."""
        return (await self._read(self.reader.readuntil(b"\r\n\r\n"))).decode()

    async def chunk(self) -> str:
        """Read one piece of the body; empty at a proper end."""
        size = int(await self._read(self.reader.readline()), 16)
        return (await self._read(self.reader.readexactly(size + 2)))[:-2].decode()

    async def rest(self) -> bytes:
        """Read to the end of the connection."""
        return await self._read(self.reader.read())

    async def _read(self, reading: Any) -> bytes:
        async with asyncio.timeout(DEADLINE_SECONDS):
            found: bytes = await reading
        return found


@contextlib.asynccontextmanager
async def streaming(
    port: int, query: str, *, headers: str = "", receive_buffer: int | None = None, version: str = "1.1"
) -> AsyncIterator[Stream]:
    """Ask for a stream, on a connection of its own."""
    connection = socket.socket()
    if receive_buffer is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    connection.connect(("127.0.0.1", port))
    reader, writer = await asyncio.open_connection(sock=connection, limit=1_000)
    body = json.dumps({"query": query})
    try:
        writer.write(
            f"POST / HTTP/{version}\r\nhost: localhost\r\naccept: {EVENTS}\r\ncontent-type: application/json\r\n"
            f"content-length: {len(body)}\r\n{headers}\r\n{body}".encode()
        )
        yield Stream(reader, writer)
    finally:
        writer.transport.abort()


END = b"0\r\n\r\n"


async def test_a_stream_without_events_opens_and_is_kept_alive() -> None:
    """By comments, by which proxies know it as alive, and the system finds out that its client is not."""
    app = toy_app(limits=Limits(event_stream_opens_milliseconds=10, event_stream_rests_seconds=0.02))
    async with serve(app) as (server, port), streaming(port, SILENT) as stream:
        head = await stream.head()
        assert "transfer-encoding: chunked" in head
        assert "connection: close" in head
        assert [await stream.chunk() for _ in range(3)] == [":\n\n"] * 3
        [connection] = server.server_state.connections
        served = connection.transport.get_extra_info("socket")
        assert served.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 40_000


@pytest.mark.parametrize("half", [False, True], ids=["reset", "end of stream"])
async def test_a_client_that_has_gone_leaves_nothing_behind(half: bool) -> None:
    """At once: its source is closed, and the connection not counted any more."""
    app = toy_app(limits=FAST)
    async with serve(app) as (server, port), streaming(port, SILENT) as stream:
        await stream.head()
        assert (LOG.open, app.live_connections.count) == (1, 1)
        if half:
            stream.writer.write_eof()
        else:
            stream.writer.transport.abort()
        await eventually(lambda: not (LOG.open or app.live_connections.count or server.server_state.connections))


async def test_a_source_is_only_pulled_while_the_client_reads_and_one_that_never_does_is_dropped() -> None:
    """Within the transport's buffer, and the time that responses have."""

    class Impatient(HttpProtocol):
        limits = HttpLimits(progress_seconds=0.1)

    async with serve(toy_app(), http=Impatient) as (server, port), streaming(port, ENDLESS, receive_buffer=4_096):
        await eventually(lambda: LOG.open == 1)
        before = LOG.pulled
        await eventually(lambda: not (LOG.open or server.server_state.connections))
        assert LOG.pulled - before < 100, "of some 20 KB each"


async def test_a_graceful_stop_ends_streams_so_that_clients_come_back() -> None:
    """A proper end of the response, without `complete`, at once; a client that does not read delays nothing long."""

    class Hasty(HttpProtocol):
        limits = HttpLimits(stream_flush_seconds=0.5)

    app = toy_app(limits=FAST)
    async with (
        serve(app, http=Hasty, timeout_graceful_shutdown=None) as (server, port),
        streaming(port, SILENT) as stream,
        streaming(port, ENDLESS, receive_buffer=4_096),
    ):
        await stream.head()
        server.lifespan.state["on_stop"] = app.stop
        await eventually(lambda: LOG.open == 2)
        server.should_exit = True
        assert (await stream.rest()).endswith(END)
        await eventually(lambda: not (LOG.open or server.server_state.connections))


async def test_a_stream_is_admitted_and_ended_when_its_credential_is() -> None:
    """It ends without `complete`, though its source floods it; the next request learns why."""
    ends: list[Callable[[], None]] = []

    @contextlib.asynccontextmanager
    async def admit(connection: HTTPConnection, end: Callable[[], None]) -> AsyncIterator[None]:
        if connection.headers.get("authorization") != "Bearer good":
            raise GraphQLError("Not you.", extensions={"code": "UNAUTHENTICATED"})
        ends.append(end)
        try:
            yield
        finally:
            ends.remove(end)

    async with serve(toy_app(admit_stream=admit, limits=FAST)) as (_, port):
        async with streaming(port, SILENT) as stream:
            assert (await stream.head()).startswith("HTTP/1.1 401 ")
        for query in (SILENT, "subscription { endless }"):
            async with streaming(port, query, headers="authorization: Bearer good\r\n") as stream:
                await stream.head()
                ends[0]()
                rest = await stream.rest()
                assert rest.endswith(END)
                assert b"complete" not in rest
            await eventually(lambda: LOG.open == 0)
    assert ends == []


@pytest.mark.parametrize("overloaded", [True, False])
async def test_a_subscription_that_breaks_off_says_whether_to_come_back(overloaded: bool) -> None:
    """By ending without `complete` for load; with its masked error and `complete` for a failure."""
    value = json.dumps(overloaded)
    _, _, text = await asked(f"subscription {{ crash(overloaded: {value}) }}")
    if overloaded:
        assert events_of(text) == [("next", {"data": {"crash": 1}})]
        return
    [_, (_, result), last] = events_of(text)
    assert last == ("complete", None)
    assert result["errors"][0]["extensions"]["code"] == "INTERNAL"
    assert "hunter2" not in text


async def test_streams_and_websockets_count_alike() -> None:
    """Of a process, and of an address."""
    limits = Limits(max_connections=2, max_connections_per_address=1, event_stream_opens_milliseconds=10)
    app, proxies = toy_app(limits=limits), TrustedProxies(["127.0.0.1"])

    async def behind_a_proxy(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "state": {"trusted_proxies": proxies}}, receive, send)

    def of(address: str) -> str:
        return f"x-forwarded-for: {address}\r\n"

    async with (
        serve(behind_a_proxy) as (_, port),
        dial(port, additional_headers={"x-forwarded-for": "2001:db8::1"}),
    ):
        async with streaming(port, SILENT, headers=of("2001:db8::2")) as refused:
            assert (await refused.head()).startswith("HTTP/1.1 429 ")
        async with streaming(port, SILENT, headers=of("2001:db8:0:1::")) as stream:
            assert (await stream.head()).startswith("HTTP/1.1 200 ")
            async with streaming(port, SILENT, headers=of("2001:db8:0:2::")) as refused:
                head = await refused.head()
                assert head.startswith("HTTP/1.1 503 ")
                assert "retry-after: 2" in head


async def test_streams_take_no_place_of_ordinary_connections() -> None:
    """There is room for one connection, and for many streams."""
    async with (
        serve(toy_app(limits=FAST), limit_concurrency=1) as (_, port),
        streaming(port, SILENT) as one,
    ):
        await one.head()
        async with streaming(port, SILENT) as another:
            assert (await another.head()).startswith("HTTP/1.1 200 ")


async def test_a_client_of_http_1_0_is_served() -> None:
    """As a proxy may be that is not told otherwise."""
    async with serve(toy_app()) as (_, port), streaming(port, "subscription { count(to: 2) }", version="1.0") as stream:
        assert b'"count":1}' in await stream.rest()


@pytest.mark.parametrize("writes_frames", [True, False])
async def test_streams_and_websockets_share_the_execution_of_an_event(writes_frames: bool) -> None:
    """And its bytes; a client that leaves takes no other along, and a feed that fails sends each one back."""
    world, query = World(), "subscription { beats { number half } }"
    app = live_app(world, limits=FAST, writes_frames=writes_frames)
    beats = world.stream()
    async with (
        serve(app) as (_, port),
        streaming(port, query) as one,
        streaming(port, query) as other,
        dial(port) as client,
    ):
        await subscribe(client, query)
        await other.head()
        await eventually(lambda: _current(app) == 3)
        beats.put("A", 1)
        expected = {"data": {"beats": {"number": 1, "half": 0.5}}}
        assert (await hear(client))["payload"] == expected
        await eventually(lambda: _current(app) == 3)
        one.writer.transport.abort()
        await eventually(lambda: _current(app) == 2)
        beats.put("A", 2)
        assert (await hear(client))["payload"]["data"]["beats"]["number"] == 2
        beats.fail(Overloaded())
        rest = (await other.rest()).decode()
        assert f"event: next\ndata: {json.dumps(expected, separators=(',', ':'))}\n\n" in rest
        assert "complete" not in rest
        assert rest.encode().endswith(END)
    assert world.executed == [1, 2]
    assert beats.open == 0


async def test_a_stream_whose_client_does_not_read_catches_up() -> None:
    """It has a position only; then it gets everything that it has missed, in order."""
    world = World()
    app = live_app(world, limits=FAST)
    beats = world.stream()
    async with (
        serve(app) as (_, port),
        streaming(port, "subscription { beats { number text } }", receive_buffer=4_096) as stream,
    ):
        await eventually(lambda: _current(app) == 1)
        for number in range(300):
            beats.put("A", number, "x" * 10_000)
        await eventually(lambda: world.stream().listeners and _current(app) == 0)
        await stream.head()
        text = ""
        while '"number":299' not in text:
            text += await stream.chunk()
    assert [result["data"]["beats"]["number"] for _, result in events_of(text)] == list(range(300))


async def test_an_early_end_comes_apart_from_the_last_event() -> None:
    """There is a client that misses it otherwise, and waits for ever. Meanwhile no more events are taken."""
    loop, sent = asyncio.get_running_loop(), list[tuple[float, bytes]]()

    async def send(message: Message) -> None:
        sent.append((loop.time(), message.get("body", b"")))

    events = EventStream({"type": "http"}, send, (), Limits())
    await events.next([b"1", b"2"])
    ending = asyncio.create_task(events.break_off())
    await asyncio.sleep(0)
    await events.next([b"3"])
    await ending
    [_, (last, body), (end, nothing)] = sent
    assert body == b"event: next\ndata: 1\n\nevent: next\ndata: 2\n\n"
    assert nothing == b""
    assert end - last >= 0.09


def _current(app: Any) -> int:
    return sum(each.is_current for group in app.engine.groups for each in group.members)
