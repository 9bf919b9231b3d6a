"""The edge of `stockpulse serve` as it starts: what another wiring would lose."""

import json
import socket
from collections.abc import AsyncIterator
from contextlib import ExitStack

import httpx
import pytest
from click.testing import CliRunner
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from app.cli.main import main
from tests.support.database import Databases
from tests.support.served import Server, serving
from tests.support.waiting import until

SHOP = "https://shop.example"
QUERY = {"query": "{ __typename }"}


@pytest.fixture(scope="module")
async def server(mongo_url: str, redis_url: str, databases: Databases) -> AsyncIterator[Server]:
    """Serve with two workers, which read their settings from variables, and with little room."""
    edge = {
        "STOCKPULSE_WORKERS": "2",
        "STOCKPULSE_ALLOWED_HOSTS": "api *.shop.example",
        "STOCKPULSE_ALLOWED_ORIGINS": SHOP,
        "STOCKPULSE_MAX_CONNECTIONS": "50",
        "STOCKPULSE_MAX_WEBSOCKETS": "3",
    }
    async with databases.for_a_server() as database:
        with serving(mongo_url=mongo_url, redis_url=redis_url, database=database.name, **edge) as server:
            yield server


def exchange(server: Server, *pieces: bytes) -> bytes:
    """Send bytes, and only then read, to the end of the connection."""
    url = httpx.URL(server.url)
    with socket.create_connection((url.host, url.port or 80), timeout=60) as connection:
        for piece in pieces:
            connection.sendall(piece)
        return b"".join(iter(lambda: connection.recv(65_536), b""))


@pytest.mark.parametrize(
    ("host", "status"), [("api", 200), ("till.shop.example", 200), ("localhost", 200), ("evil.example", 421)]
)
@pytest.mark.parametrize("path", ["/graphql", "/livez", "/readyz"])
def test_hosts_are_checked_on_every_route(server: Server, path: str, host: str, status: int) -> None:
    """Of which some are named in the settings."""
    url = httpx.URL(server.url).join(path)
    headers = {"host": host, "accept": "application/json"}
    response = httpx.get(url, params=QUERY, headers=headers)
    assert response.status_code == status
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["cache-control"] == "no-store"
    assert "server" not in response.headers


@pytest.mark.parametrize(("origin", "status"), [(None, 101), (SHOP, 101), ("https://evil.example", 403), ("null", 403)])
def test_origins_are_checked_for_websockets(server: Server, origin: str | None, status: int) -> None:
    """A page that is not named opens none."""
    try:
        with connect(server.url.replace("http", "ws", 1), origin=origin, subprotocols=["graphql-transport-ws"]):  # type: ignore[arg-type,list-item]
            told = 101
    except InvalidStatus as refused:
        told = refused.response.status_code
    assert told == status


def test_websockets_beyond_the_most_are_told_to_come_back(server: Server) -> None:
    """1013, which clients try again later; seven cannot all be served by two workers that take three each."""
    url = server.url.replace("http", "ws", 1)
    with ExitStack() as opened:
        told = []
        for _ in range(7):
            websocket = opened.enter_context(connect(url, subprotocols=["graphql-transport-ws"]))  # type: ignore[list-item]
            try:
                websocket.send('{"type":"connection_init"}')
                told.append(websocket.recv(timeout=60))
            except ConnectionClosed as closed:
                told.append(closed.rcvd.code if closed.rcvd else 0)
    assert set(told) == {'{"type":"connection_ack"}', 1013}


def test_a_named_page_may_ask_over_http(server: Server) -> None:
    """Its preflight is answered, and its answers may be read."""
    asked = httpx.options(
        server.url,
        headers={
            "origin": SHOP,
            "access-control-request-method": "POST",
            "access-control-request-headers": "content-type",
        },
    )
    answered = httpx.post(server.url, json=QUERY, headers={"origin": SHOP})
    assert [each.headers["access-control-allow-origin"] for each in (asked, answered)] == [SHOP, SHOP]


def test_what_is_too_large_is_told_and_ends_in_order(server: Server) -> None:
    """A body, known up front or in chunks; a header; an address; to a client that reads only at the end."""
    post = b"POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
    chunk = b"10000\r\n" + b"a" * 65_536 + b"\r\n"
    for status, pieces in {
        413: [post, b"content-length: 6000000\r\n\r\n", b"a" * 6_000_000],
        -413: [post, b"transfer-encoding: chunked\r\n\r\n", *[chunk] * 90],
        431: [b"GET /livez HTTP/1.1\r\nhost: localhost\r\nx: ", b"a" * 10_000_000],
        414: [b"GET /livez?" + b"a" * 20_000],
    }.items():
        answer = exchange(server, *pieces)
        assert answer.startswith(b"HTTP/1.1 %d " % abs(status)), answer[:200]
        assert json.loads(answer.partition(b"\r\n\r\n")[2])["errors"][0]["message"]


def test_answers_are_compressed(server: Server) -> None:
    """For who takes it; the schema is large."""
    response = httpx.post(server.url, json={"query": "{ __schema { types { name description } } }"})
    assert response.headers["content-encoding"] == "gzip"
    assert len(response.content) > 3 * int(response.headers["content-length"])


def test_idle_connections_leave_room_and_files(server: Server) -> None:
    """Three hundred of them take fifty places of each worker; the others are told so, and the server serves on."""
    url = httpx.URL(server.url)
    idle = [socket.create_connection((url.host, url.port or 80), timeout=60) for _ in range(300)]
    told = 0
    for connection in idle[250:]:
        connection.settimeout(30)
        told += connection.recv(1_000).startswith(b"HTTP/1.1 503 ")
    assert told > 0
    for connection in idle:
        connection.close()
    client = httpx.Client(transport=httpx.HTTPTransport(retries=3))
    until(lambda: client.get(url.join("/livez"), headers={"connection": "close"}).text == "ok", "room for one more")


@pytest.mark.parametrize(
    ("option", "value", "sentence"),
    [("--allow-host", "http://shop.example", "is no host"), ("--allow-origin", "shop.example", "is no origin")],
)
def test_a_setting_that_cannot_be_read_is_told_at_the_start(option: str, value: str, sentence: str) -> None:
    """In one sentence that says what to write."""
    ended = CliRunner().invoke(main, ["serve", option, value])
    assert ended.exit_code == 2
    assert f"'{value}' {sentence}" in ended.output
