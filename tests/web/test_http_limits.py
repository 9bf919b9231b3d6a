"""Requests that are slow, huge or endless, sent by hand: each is answered or dropped in bounded time and memory."""

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from starlette.types import Receive, Scope, Send

from app.web.edge.http.http_limits import HttpLimits
from app.web.edge.http.http_protocol import HttpProtocol
from app.web.graphql import Limits
from tests.support.waiting import eventually
from tests.web.toy import DEADLINE_SECONDS, dial, serve, toy_app

GET = b"GET /?query=%7Bhello%7D HTTP/1.1\r\nhost: x\r\ngraphql-preflight: 1\r\n"
POST = b"POST / HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
HELLO = b'{"data":{"hello":"Hello, world."}}'
BODY = b'{"query":"{ hello }"}'


class Strict(HttpProtocol):
    """Has small limits and short deadlines, so that the tests are fast."""

    limits = HttpLimits(
        head_seconds=0.2,
        body_seconds=0.2,
        max_message_bytes=100_000,
        linger_seconds=0.3,
        max_lingering_bytes=20_000_000,
        progress_seconds=0.1,
        refused_linger_seconds=0.1,
        max_refused=2,
        undisturbed_seconds=60,
    )


class Crowded(HttpProtocol):
    """Evicts idle connections at once."""

    limits = HttpLimits(head_seconds=60, body_seconds=60, undisturbed_seconds=0, undisturbed_body_seconds=0)


class Patient(HttpProtocol):
    """Has the real sizes, and more time than a test takes."""

    limits = HttpLimits(head_seconds=60, body_seconds=60)


class Client:
    """One connection, written and read by hand."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def send(self, *pieces: bytes) -> None:
        """Send pieces, each on its own; ignore that the server no longer reads."""
        try:
            for piece in pieces:
                self.writer.write(piece)
                await self.writer.drain()
                await asyncio.sleep(0)
        except ConnectionError:
            return

    async def answer(self) -> tuple[int, bytes]:
        """Read one whole answer."""
        async with asyncio.timeout(DEADLINE_SECONDS):
            head = await self.reader.readuntil(b"\r\n\r\n")
            headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:-2])
            body = await self.reader.readexactly(int(headers["content-length"]))
        return int(head.split()[1]), body

    async def rest(self) -> bytes:
        """Read to the end, which must come, and in order: a reset is an error."""
        async with asyncio.timeout(DEADLINE_SECONDS):
            return await self.reader.read()

    async def status_and_end(self) -> int:
        """Read one answer with a sentence, and the end of the connection behind it."""
        status, body = await self.answer()
        assert json.loads(body)["errors"][0]["message"]
        assert await self.rest() == b""
        return status


@asynccontextmanager
async def connect(port: int, **options: Any) -> AsyncIterator[Client]:  # noqa: ANN401 - asyncio's
    """Open a connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, **options)
    try:
        yield Client(reader, writer)
    finally:
        writer.transport.abort()


@pytest.fixture(scope="module")
async def strict() -> AsyncIterator[int]:
    """Serve with little time; return the port."""
    async with serve(toy_app(limits=Limits(max_body_bytes=1_000)), http=Strict) as (_, port):
        yield port


@pytest.fixture(scope="module")
async def patient() -> AsyncIterator[int]:
    """Serve with the real sizes; return the port."""
    async with serve(toy_app(), http=Patient) as (_, port):
        yield port


@pytest.mark.parametrize(
    "begun",
    [
        b"G",
        b"GET /",
        GET,
        GET + b"x-half: a",
        POST + b"content-length: 100\r\n\r\n",
        POST + b"content-length: 100\r\n\r\n{",
        POST + b"transfer-encoding: chunked\r\n\r\n",
        POST + b"transfer-encoding: chunked\r\n\r\n5\r\n{",
        POST + b"transfer-encoding: chunked\r\n\r\n1\r\n{\r\n0\r\nx-trailer: ",
    ],
)
async def test_a_request_that_does_not_go_on_is_408(strict: int, begun: bytes) -> None:
    """Whatever is missing: the rest of the head, or of the body."""
    async with connect(strict) as client:
        await client.send(begun)
        assert await client.status_and_end() == 408


@pytest.mark.parametrize("said", [b"", b"\r\n", b"\r\n\r\n\r\n"])
async def test_a_connection_that_asks_nothing_is_closed(strict: int, said: bytes) -> None:
    """Without an answer, for there was no request; blank lines are none."""
    async with connect(strict) as client:
        await client.send(said)
        assert await client.rest() == b""


async def test_a_request_that_trickles_is_408(strict: int) -> None:
    """Each byte is in time, and the whole is not."""
    async with connect(strict) as client:
        trickling = asyncio.create_task(client.send(GET, *[b"x: a\r\n"] * 100_000))
        status, _ = await client.answer()
        trickling.cancel()
    assert status in {408, 431}


async def test_a_connection_at_rest_is_closed() -> None:
    """After a response it is kept for the next request, in bounded time."""
    async with serve(toy_app(), timeout_keep_alive=0.1) as (_, port), connect(port) as client:
        await client.send(GET + b"\r\n")
        assert await client.answer() == (200, HELLO)
        await client.send(b"\r\n")  # which is no request
        assert await client.rest() == b""


async def test_requests_in_pieces_and_rows_are_answered(patient: int) -> None:
    """Boundaries of packets do not matter, and one connection carries many requests."""
    async with connect(patient) as client:
        await client.send(*(bytes([byte]) for byte in GET + b"\r\n"))
        assert await client.answer() == (200, HELLO)
        await client.send(POST + b"content-length: 21\r\n\r\n" + BODY[:5], BODY[5:])
        assert await client.answer() == (200, HELLO)
        await client.send((GET + b"\r\n") * 5)
        assert [await client.answer() for _ in range(5)] == [(200, HELLO)] * 5


async def test_a_client_that_asks_and_says_no_more_is_answered(patient: int) -> None:
    """As with `printf … | nc`: a half-closed connection is not a disconnect."""
    async with connect(patient) as client:
        client.writer.write((GET + b"\r\n") * 2)
        client.writer.write_eof()
        assert [await client.answer() for _ in range(2)] == [(200, HELLO)] * 2
        assert await client.rest() == b""


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"x-long: " + b"a" * 40_000, 431),
        (b"".join(b"x-%d: %s\r\n" % (number, b"a" * 1_000) for number in range(40)), 431),
        (b"".join(b"x-%d: a\r\n" % number for number in range(101)), 431),
        (b"cookie: " + b"a" * 30_000, 200),
        (b"".join(b"x-%d: a\r\n" % number for number in range(97)), 200),
    ],
    ids=["long", "large", "many", "nearly long", "nearly many"],
)
@pytest.mark.parametrize("is_whole", [True, False])
async def test_headers_beyond_the_limits_are_431(patient: int, head: bytes, status: int, is_whole: bool) -> None:
    """By the size of one, of all, or by their number; as soon as the limit is passed, or when the head is complete."""
    async with connect(patient) as client:
        await client.send(GET + head.removesuffix(b"\r\n"))
        if status == 200 or is_whole or b"x-100" in head:
            await client.send(b"\r\n\r\n")
        assert (await client.answer())[0] == status


async def test_a_header_without_end_is_not_kept(patient: int) -> None:
    """It is answered after its first part; the rest is discarded, and then nothing more is read."""
    async with connect(patient) as client:
        sending = asyncio.create_task(client.send(GET, b"x: ", *[b"a" * 65_536] * 2_000))
        assert (await client.answer())[0] == 431
        await sending
        with contextlib.suppress(ConnectionError):
            await client.reader.read()


@pytest.mark.parametrize("is_whole", [True, False])
async def test_an_address_beyond_the_limit_is_414(patient: int, is_whole: bool) -> None:
    """A query that long needs POST."""
    async with connect(patient) as client:
        await client.send(b"GET /?query=" + b"a" * 20_000 + (b" HTTP/1.1\r\nhost: x\r\n\r\n" if is_whole else b""))
        assert await client.status_and_end() == 414


@pytest.mark.parametrize("size", [2_000, 6_000_000])
@pytest.mark.parametrize("is_chunked", [False, True])
async def test_a_body_beyond_the_limit_is_413_and_the_answer_arrives(strict: int, size: int, is_chunked: bool) -> None:
    """Also to a client that reads only after sending everything: the connection is closed in order, not reset."""
    piece = b"a" * 1_000
    if is_chunked:
        pieces = [POST + b"transfer-encoding: chunked\r\n\r\n", *[b"3e8\r\n" + piece + b"\r\n"] * (size // 1_000)]
    else:
        pieces = [POST + b"content-length: %d\r\n\r\n" % size, *[piece] * (size // 1_000)]
    async with connect(strict) as client:
        await client.send(b"".join(pieces))
        assert await client.status_and_end() == 413


async def test_a_client_that_waits_for_leave_sends_no_large_body(strict: int) -> None:
    """`Expect: 100-continue` is answered by 413 at once."""
    async with connect(strict) as client:
        await client.send(POST + b"content-length: 6000000\r\nexpect: 100-continue\r\n\r\n")
        assert (await client.answer())[0] == 413


@pytest.mark.parametrize("kind", ["chunk extension", "trailers"])
async def test_what_surrounds_a_body_is_bounded_too(strict: int, kind: str) -> None:
    """Chunks may carry extensions, and trailers may follow: neither counts as body, and both count."""
    endless = {"chunk extension": b"1;" + b"x" * 200_000, "trailers": b"0\r\n" + b"x: y\r\n" * 40_000}[kind]
    async with connect(strict) as client:
        await client.send(POST + b"transfer-encoding: chunked\r\n\r\n" + endless)
        status, _ = await client.answer()
    assert status in {400, 413}


async def test_too_many_requests_at_once_end_the_connection(patient: int) -> None:
    """A client that does not wait for responses gets some, and no memory for ten thousand."""
    async with connect(patient) as client:
        await client.send((GET + b"\r\n") * 10_000)
        assert (await client.rest()).count(HELLO) <= HttpLimits().max_pipelined + 1


@pytest.mark.parametrize(
    "nonsense",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"HELLO\r\n\r\n",
        b"GET / HTTP/9.9\r\nhost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost x\r\n\r\n",
        b"GET / HTTP/1.1\r\nho st: x\r\n\r\n",
        b"GET \xff HTTP/1.1\r\nhost: x\r\n\r\n",
        b"CONNECT x:1 HTTP/1.1\r\n\r\n",
        b"GET http://shop.example@x/ HTTP/1.1\r\nhost: x\r\n\r\n",
        POST + b"content-length: -1\r\n\r\n",
        POST + b"content-length: 1\r\ncontent-length: 2\r\n\r\n{}",
        POST + b"content-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        POST + b"transfer-encoding: chunked\r\n\r\nzz\r\n",
    ],
)
async def test_what_is_no_request_is_400(patient: int, nonsense: bytes) -> None:
    """With a sentence, and the connection ends."""
    async with connect(patient) as client:
        await client.send(nonsense)
        assert await client.status_and_end() == 400


@pytest.mark.parametrize("coding", [b"gzip, chunked", b"gzip", b"identity", b"xchunked"])
async def test_a_transfer_coding_that_we_do_not_know_is_refused(patient: int, coding: bytes) -> None:
    """Its bytes are not the body, for any parser (httptools accepts the first of these)."""
    async with connect(patient) as client:
        await client.send(POST + b"transfer-encoding: " + coding + b"\r\n\r\n14\r\n" + BODY + b"\r\n0\r\n\r\n")
        assert await client.status_and_end() == 400


@pytest.mark.parametrize(
    ("address", "host", "path"),
    [
        (b"http://evil.example:81/x?a", b"evil.example:81", b"/x"),
        (b"http://[::1]:81/", b"[::1]:81", b"/"),
        (b"http://evil.example", b"evil.example", b"/"),
        (b"http://evil.example?a", b"evil.example", b"/"),
    ],
)
async def test_an_absolute_address_names_the_host(address: bytes, host: bytes, path: bytes) -> None:
    """Whatever the header says (RFC 9112, 3.2.2), so that no proxy and we read two different hosts."""
    seen: list[tuple[list[bytes], bytes, bytes]] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        hosts = [value for name, value in scope["headers"] if name == b"host"]
        seen.append((hosts, scope["raw_path"], scope["query_string"]))
        await toy_app()(scope, receive, send)

    async with serve(app) as (_, port), connect(port) as client:
        await client.send(b"GET " + address + b" HTTP/1.1\r\nhost: localhost\r\n\r\n")
        await client.answer()
    assert seen == [([host], path, b"a" if b"?" in address else b"")]


async def test_an_upgrade_that_we_do_not_know_is_answered_as_http(patient: int) -> None:
    """As curl sends one with --http2."""
    async with connect(patient) as client:
        await client.send(GET + b"connection: upgrade\r\nupgrade: h2c\r\n\r\n")
        assert await client.answer() == (200, HELLO)
        assert await client.rest() == b""


HANDSHAKE = b"connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n"


@pytest.mark.parametrize(
    ("request_line", "more"),
    [
        (b"POST / HTTP/1.1", b""),
        (b"GET / HTTP/1.0", b""),
        (b"GET / HTTP/1.1", b"content-length: 5\r\n"),
        (b"GET / HTTP/1.1", b"transfer-encoding: chunked\r\n"),
        (b"GET / HTTP/1.1", b"sec-websocket-key: short\r\n"),
        (b"GET / HTTP/1.1", b"cookie: " + b"a" * 9_000 + b"\r\n"),
        (b"GET /" + b"a" * 9_000 + b" HTTP/1.1", b""),
        (b"GET / HTTP/1.1", b"x: \xff\r\n"),
    ],
    ids=["post", "1.0", "body", "chunked", "key", "long cookie", "long address", "latin-1"],
)
async def test_an_odd_handshake_is_refused(patient: int, request_line: bytes, more: bytes) -> None:
    """By a 4xx."""
    async with connect(patient) as client:
        await client.send(request_line + b"\r\nhost: x\r\n" + HANDSHAKE + more + b"\r\n")
        async with asyncio.timeout(DEADLINE_SECONDS):
            answer = await client.reader.read()
    assert answer.startswith(b"HTTP/1.1 4")
    assert b"Traceback" not in answer


@pytest.mark.parametrize(
    "begun",
    [GET, POST + b"content-length: 100\r\n\r\n{", POST + b"content-length: 6000000\r\n\r\n{"],
    ids=["head", "body", "refused"],
)
async def test_a_stop_does_not_wait_for_what_is_half_sent(begun: bytes) -> None:
    """Whatever is missing of it; the server is down although the client sends no more."""
    async with (
        serve(toy_app(), http=Patient, timeout_graceful_shutdown=None) as (server, port),
        connect(port) as client,
    ):
        await client.send(begun)
        await eventually(lambda: server.server_state.tasks or b"length" not in begun or b"6000000" in begun)
        server.should_exit = True
        await eventually(lambda: not server.server_state.connections and not server.server_state.tasks)


async def test_connections_beyond_the_maximum_are_answered_503() -> None:
    """503 with Retry-After; served clients stay served, and a freed place is used."""
    async with serve(toy_app(), http=Strict, limit_concurrency=2, timeout_keep_alive=60) as (_, port):
        async with connect(port) as first, connect(port) as second:
            for client in (first, second):
                await client.send(GET + b"\r\n")
                assert await client.answer() == (200, HELLO)
            async with connect(port) as third:
                await third.send(GET + b"\r\n")
                assert await third.status_and_end() == 503
            await first.send(GET + b"\r\n")
            assert await first.answer() == (200, HELLO)

        async def is_served() -> bool:
            async with connect(port) as another:
                await another.send(GET + b"\r\n")
                return (await another.answer())[0] == 200

        async with asyncio.timeout(DEADLINE_SECONDS):
            while not await is_served():
                pass


@pytest.mark.parametrize(
    ("sent", "received"),
    [
        (GET + b"\r\n", b""),
        (b"", b""),
        (GET, b"HTTP/1.1 503 "),
        (GET + b"\r\n" + GET, b"HTTP/1.1 503 "),
        (POST + b"content-length: 9\r\n\r\n{", b"HTTP/1.1 503 "),
    ],
    ids=["at rest", "silent", "half a head", "half of the next", "half a body"],
)
async def test_the_longest_idle_connection_is_evicted(sent: bytes, received: bytes) -> None:
    """So connections without requests lock no client out; one that waits for its response keeps its place."""
    begun, answering = asyncio.Event(), asyncio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["path"] == "/slow":
            begun.set()
            await answering.wait()
            scope["path"] = "/"
        await toy_app()(scope, receive, send)

    async with (
        serve(app, http=Crowded, limit_concurrency=2, timeout_keep_alive=60) as (_, port),
        connect(port) as busy,
    ):
        await busy.send(GET.replace(b"/?", b"/slow?") + b"\r\n")
        async with asyncio.timeout(DEADLINE_SECONDS):
            await begun.wait()
        async with connect(port) as idle:
            await idle.send(sent)
            if sent.startswith(GET + b"\r\n"):
                assert await idle.answer() == (200, HELLO)
            async with connect(port) as newcomer:
                await newcomer.send(GET + b"\r\n")
                # then
                assert await newcomer.answer() == (200, HELLO)
                assert (await idle.rest()).startswith(received)
                answering.set()
                assert await busy.answer() == (200, HELLO)


async def test_idle_connections_do_not_pile_up() -> None:
    """Beyond the maximum of refusals they are dropped at once; and all are closed by their deadline."""
    async with serve(toy_app(), http=Strict, limit_concurrency=5) as (server, port):
        opened = [await asyncio.open_connection("127.0.0.1", port) for _ in range(50)]
        await eventually(lambda: 0 < len(server.server_state.connections) <= 7)
        await eventually(lambda: not server.server_state.connections)
        for _, writer in opened:
            writer.transport.abort()


class Elsewhere(HttpProtocol):
    """Takes clients for those of another machine, of whose eight connections one address may have two."""

    limits = HttpLimits(head_seconds=60, address_connects_per_second=0.001, address_connects_at_once=4)

    def counted_as(self) -> str | None:
        """Return any address but this machine's."""
        assert super().counted_as() is None
        return "203.0.113.9"


async def test_an_address_has_a_quarter_of_the_connections_and_opens_few_at_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """One more is 429, with Retry-After; the place of one that has closed is free, until too many were new."""
    async with serve(toy_app(), http=Elsewhere, limit_concurrency=8) as (_, port):
        async with connect(port) as one, connect(port) as two:
            for client in (one, two):
                await client.send(GET + b"\r\n")
                assert await client.answer() == (200, HELLO)
            async with connect(port) as third:
                head, _, body = (await third.rest()).partition(b"\r\n\r\n")
                assert head.startswith(b"HTTP/1.1 429 ")
                assert b"retry-after: 2" in head.lower()
                assert b"THROTTLED" in body

        async def status() -> int:
            async with connect(port) as client:
                await client.send(GET + b"\r\n")
                return (await client.answer())[0]

        for _ in range(2):
            await eventually(lambda: _is(status(), 200))  # once the server knows that the others have closed
        assert await status() == 429
        [warning] = caplog.messages  # and no second one within a minute
        assert "STOCKPULSE_TRUSTED_PROXIES" in warning


async def _is(status: Awaitable[int], expected: int) -> bool:
    return await status == expected


async def test_a_websocket_is_no_http_connection() -> None:
    """Websockets have a maximum of their own."""
    async with (
        serve(toy_app(), http=Strict, limit_concurrency=1) as (_, port),
        dial(port),
        dial(port),
        connect(port) as client,
    ):
        await client.send(GET + b"\r\n")
        assert await client.answer() == (200, HELLO)


async def test_a_response_that_the_client_does_not_read_is_dropped() -> None:
    """The connection is dropped when its bytes are not read, and its memory freed."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _ in range(200):
            await send({"type": "http.response.body", "body": b"x" * 100_000, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    async with serve(app, http=Strict) as (server, port):
        deaf = socket.socket()
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        deaf.connect(("127.0.0.1", port))
        async with connect_to(deaf) as client:
            await client.send(GET + b"\r\n")
            await eventually(lambda: server.server_state.tasks)
            await eventually(lambda: not server.server_state.connections and not server.server_state.tasks)
        async with connect(port) as reader:
            await reader.send(GET + b"\r\nconnection: close\r\n\r\n")
            assert (await reader.rest()).count(b"x") >= 20_000_000


@asynccontextmanager
async def connect_to(connection: socket.socket) -> AsyncIterator[Client]:
    """Begin a connection, and read nothing ahead."""
    reader, writer = await asyncio.open_connection(sock=connection, limit=1_000)
    try:
        yield Client(reader, writer)
    finally:
        writer.transport.abort()
