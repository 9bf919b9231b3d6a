"""A client of several servers over the same data."""

import asyncio
from contextlib import AsyncExitStack, closing

import orjson

from app.client.http.connection import Endpoint
from app.client.http.request import Request
from app.client.http.retrying_client import RetryingClient, ServerStatus
from tests.client.http.test_connection import Peer

ASK = Request("{ viewer { name } }", {})


def body(content: object) -> bytes:
    """Return an answer as it comes over HTTP."""
    text = orjson.dumps(content)
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(text), text)


AWAY = body({"errors": [{"message": "The database is away.", "extensions": {"code": "UNAVAILABLE"}}]})
HERE = body({"data": {"viewer": {"name": "here"}}})


async def test_what_one_server_does_not_answer_the_next_is_asked_at_once_and_stays_the_first() -> None:
    """With the same words; the pause comes only after every server was asked."""
    first, second = Peer(lambda _: AWAY), Peer(lambda _: HERE)
    async with AsyncExitStack() as stack:
        for peer in (first, second):
            server = await asyncio.start_server(peer.serve, "127.0.0.1", 0)
            stack.callback(server.close)
            peer.port = server.sockets[0].getsockname()[1]
        own, *others = (Endpoint.parse(f"http://127.0.0.1:{peer.port}") for peer in (first, second))
        status = ServerStatus(patience_seconds=60, say=lambda _: None)
        client = stack.enter_context(closing(RetryingClient(own, status, others=others)))
        # when
        answers = [await client.ask(ASK) for _ in range(3)]
        # then
        assert answers == [{"viewer": {"name": "here"}}] * 3
        assert (len(first.heard), len(second.heard), client.attempts) == (1, 3, 1)
        assert first.heard[0].rpartition(b"\r\n\r\n")[2] == second.heard[0].rpartition(b"\r\n\r\n")[2]
        client.turn()
        await client.ask(ASK)
        assert (len(first.heard), len(second.heard), client.attempts) == (2, 4, 2)
