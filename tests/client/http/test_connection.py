"""The HTTP connection against raw sockets that answer as servers and proxies do, and as they should not."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from app.client.http.connection import Endpoint, HttpConnection, HttpResponse, ServerAway, WrongKey, WrongUrl

HELLO = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"
Answer = Callable[[int], bytes]


class Peer:
    """A server that answers the n-th request on its listener with given bytes, and remembers what it heard."""

    def __init__(self, answer: Answer, *, closes: bool = False) -> None:
        self.answer, self.closes = answer, closes
        self.heard: list[bytes] = []
        self.has_heard = asyncio.Event()
        self.connections = 0
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer on one connection until it ends."""
        self.connections += 1
        try:
            while head := await self._head(reader):
                length = int(head.split(b"content-length: ")[1].split(b"\r\n")[0])
                self.heard.append(head + await reader.readexactly(length))
                self.has_heard.set()
                writer.write(self.answer(len(self.heard)))
                await writer.drain()
                if self.closes:
                    return
        finally:
            writer.close()

    async def _head(self, reader: asyncio.StreamReader) -> bytes:
        try:
            return await reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            return b""


@asynccontextmanager
async def talking_to(peer: Peer) -> AsyncIterator[HttpConnection]:
    """Open the listener and a connection to it."""
    server = await asyncio.start_server(peer.serve, "127.0.0.1", 0)
    peer.port = server.sockets[0].getsockname()[1]
    connection = HttpConnection(Endpoint.parse(f"http://127.0.0.1:{peer.port}"))
    try:
        yield connection
    finally:
        connection.close()
        server.close()


async def test_requests_share_one_connection() -> None:
    """Keep-alive: three requests, one handshake."""
    # given
    peer = Peer(lambda _: HELLO)
    async with talking_to(peer) as connection:
        # when
        answers = [await connection.post(b"{}") for _ in range(3)]
    # then
    assert answers == [HttpResponse(200, b"hello")] * 3
    assert peer.connections == 1
    assert peer.heard[0] == (
        b"POST /graphql HTTP/1.1\r\nhost: 127.0.0.1:%d\r\n"
        b"content-type: application/json\r\ncontent-length: 2\r\n\r\n{}" % peer.port
    )


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=y\r\nlo\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n5\r\nhello\r\n0\r\nx-trailer: 1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length:5\r\nx: y:z\r\n\r\nhello",
    ],
)
async def test_bodies_are_read_however_they_are_framed(answer: bytes) -> None:
    """And the next answer is read from its beginning."""
    async with talking_to(Peer(lambda _: answer)) as connection:
        assert [await connection.post(b"{}") for _ in range(2)] == [HttpResponse(200, b"hello")] * 2


async def test_a_server_that_closes_after_its_answer_is_connected_to_again() -> None:
    """Whether it says so or not."""
    # given
    polite = Peer(lambda _: HELLO.replace(b"\r\n\r\n", b"\r\nConnection: Close\r\n\r\n"), closes=True)
    async with talking_to(polite) as connection:
        # then
        assert [await connection.post(b"{}") for _ in range(2)] == [HttpResponse(200, b"hello")] * 2
    assert polite.connections == 2


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"", "the connection was lost"),
        (HELLO[:-1], "the connection was lost"),
        (b"SSH-2.0-OpenSSH_9.2\r\n\r\n", r"the answer was no HTTP/1\.1"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n", r"the answer was no HTTP/1\.1"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n", r"the answer was no HTTP/1\.1"),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\n", r"the answer was no HTTP/1\.1"),
        (b"HTTP/1.1 200 OK\r\n" + b"x" * 100_000 + b"\r\n\r\n", r"the answer was no HTTP/1\.1"),
    ],
)
async def test_no_whole_answer_is_a_server_that_is_away_and_the_next_request_connects_anew(
    answer: bytes, reason: str
) -> None:
    """A half-read connection would give the next request the rest of this answer."""
    # given
    peer = Peer(lambda number: answer if number == 1 else HELLO, closes=True)
    async with talking_to(peer) as connection:
        # when
        with pytest.raises(ServerAway, match=f"^{reason}$"):
            await connection.post(b"{}")
        # then
        assert await connection.post(b"{}") == HttpResponse(200, b"hello")


async def test_a_request_says_how_long_its_answer_may_take() -> None:
    """Afterwards it is taken for lost, and the connection with it."""
    peer = Peer(lambda number: b"" if number == 1 else HELLO)
    async with talking_to(peer) as connection:
        with pytest.raises(ServerAway, match=r"^no answer in 0\.05 s$"):
            await connection.post(b"{}", answer_seconds=0.05)
        assert await connection.post(b"{}") == HttpResponse(200, b"hello")


async def test_a_request_that_is_cancelled_leaves_no_half_read_connection() -> None:
    """Its answer must not be taken for that of the next request."""
    # given
    peer = Peer(lambda number: b"" if number == 1 else HELLO)
    async with talking_to(peer) as connection:
        asked = asyncio.create_task(connection.post(b"{}"))
        async with asyncio.timeout(60):
            await peer.has_heard.wait()
        # when
        asked.cancel()
        await asyncio.wait([asked])
        # then
        assert await connection.post(b"{}") == HttpResponse(200, b"hello")
        assert peer.connections == 2


@pytest.mark.parametrize(
    ("url", "head"),
    [
        ("http://shop.example", b"POST /graphql HTTP/1.1\r\nhost: shop.example\r\n"),
        ("http://shop.example:81/", b"POST /graphql HTTP/1.1\r\nhost: shop.example:81\r\n"),
        ("https://user@shop.example/api?x=1", b"POST /api?x=1 HTTP/1.1\r\nhost: shop.example\r\n"),
        ("http://[::1]:8000/graphql", b"POST /graphql HTTP/1.1\r\nhost: [::1]:8000\r\n"),
    ],
)
def test_a_url_becomes_a_request(url: str, head: bytes) -> None:
    """A URL without a path means the usual one."""
    assert Endpoint.parse(url).head.startswith(head)


@pytest.mark.parametrize("url", ["", "shop", "127.0.0.1:8000", "ftp://shop", "http://", "http://a:b", "http://a/\r\nx"])
def test_a_url_that_names_no_http_server_is_refused(url: str) -> None:
    """Before anything is read or sent."""
    with pytest.raises(WrongUrl):
        Endpoint.parse(url)


def test_a_key_goes_with_every_request_and_is_never_shown() -> None:
    """As a bearer credential; what shows an endpoint, such as a traceback, leaves it out."""
    endpoint = Endpoint.parse("http://shop.example", key="sp_till7_secret")
    assert b"\r\nauthorization: Bearer sp_till7_secret\r\n" in endpoint.head
    assert "secret" not in repr(endpoint)


@pytest.mark.parametrize("key", ["", "sp_a b", "sp_a\r\nx: y", "sp_é"])
def test_a_text_that_is_no_key_is_refused(key: str) -> None:
    """Before it could become another header; the message does not repeat it."""
    with pytest.raises(WrongKey) as refused:
        Endpoint.parse("http://shop.example", key=key)
    assert not key or key not in str(refused.value)
