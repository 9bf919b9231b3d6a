"""Fuzzing HTTP: any bytes get a 4xx or a close, never a 500 or a traceback, and the connection ends."""

import asyncio
import contextlib
import logging
import re
from collections import Counter
from collections.abc import AsyncIterator

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.types import ASGIApp

from app.web.asgi import Front
from app.web.auth.admission import Everybody
from app.web.edge.cors import with_cors
from app.web.edge.gate import Gate
from app.web.edge.hosts import AllowedHosts
from app.web.edge.http.http_limits import HttpLimits
from app.web.edge.http.http_protocol import HttpProtocol
from app.web.edge.origins import AllowedOrigins
from app.web.edge.security_headers import with_security_headers
from app.web.observation.health import health_routes
from app.web.pages.playground import playground_routes
from schema.context import Context
from tests.web.toy import DEADLINE_SECONDS, serve, toy_app

BOUNDED = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

METHODS = st.sampled_from([b"GET", b"POST", b"HEAD", b"OPTIONS", b"PUT", b"CONNECT", b"TRACE", b"QUERY", b"get", b""])
TARGETS = st.sampled_from(
    [
        b"/graphql",
        b"/graphql?query={hello}",
        b"/graphql?query=%ff&variables=%7B",
        b"/livez",
        b"/readyz",
        b"/",
        b"*",
        b"/playground/..%2f..%2fetc/passwd",
        b"/playground/%00",
        b"//evil.example/graphql",
        b"http://localhost/graphql",
        b"http://[::1/graphql",
        b"http://localhost:99999/livez",
        b"localhost:80",
        b"/%",
        b"/\xc3\xa9",
        b"/#fragment",
        b"",
    ]
)
VERSIONS = st.sampled_from([b" HTTP/1.1", b" HTTP/1.0", b" HTTP/2.0", b" HTTP/1.9", b"", b" HTP/1.1"])
NAMES = st.sampled_from(
    [
        b"Host",
        b"Content-Type",
        b"Content-Length",
        b"Transfer-Encoding",
        b"Accept",
        b"Accept-Encoding",
        b"Origin",
        b"Access-Control-Request-Method",
        b"Access-Control-Request-Headers",
        b"Upgrade",
        b"Connection",
        b"Sec-WebSocket-Key",
        b"Sec-WebSocket-Version",
        b"Sec-WebSocket-Protocol",
        b"Expect",
        b"Range",
        b"If-None-Match",
        b"X-Request-Id",
        b"GraphQL-Preflight",
        b"X-Forwarded-For",
    ]
)
VALUES = st.sampled_from(
    [
        b"localhost",
        b"evil.example",
        b"[::1",
        b"application/json",
        b"application/json; charset=utf-8; q=inf",
        b"text/html;q=2",
        b"0",
        b"5",
        b"-1",
        b"99999999999999999999",
        b"chunked",
        b"gzip, chunked",
        b"gzip;q=nan",
        b"websocket",
        b"h2c",
        b"upgrade",
        b"close",
        b"13",
        b"dGhlIHNhbXBsZSBub25jZQ==",
        b"graphql-transport-ws",
        b"100-continue",
        b"bytes=9-1,0-0,-",
        b"null",
        b"https://shop.example",
        b"1",
        b"",
    ]
)
HEADERS = st.lists(st.tuples(NAMES, VALUES).map(b": ".join), max_size=8)
ENDS = st.sampled_from([b"\r\n\r\n", b"\n\n", b"\r\n", b""])
BODIES = st.sampled_from([b"", b'{"query":"{ hello }"}', b"5\r\nhello\r\n0\r\n\r\n", b"\x81\x05hello"]) | st.binary()


NOISE = st.sampled_from([b"", b"", b"", b"\0", b"\r", b"\n", b":", b" ", b"%", b"\xff"]) | st.binary(max_size=20)


@st.composite
def requests(draw: st.DrawFn) -> bytes:
    """Return what resembles a request."""
    line = draw(METHODS) + b" " + draw(TARGETS) + draw(VERSIONS)
    host = draw(st.sampled_from([[b"Host: localhost"], [b"Host: evil.example"], []]))
    whole = b"\r\n".join([line, *host, *draw(HEADERS)]) + draw(ENDS) + draw(BODIES)
    place = draw(st.integers(0, len(whole)))
    return whole[:place] + draw(NOISE) + whole[place:]


STATUSES: Counter[bytes] = Counter()


class Hasty(HttpProtocol):
    """Has short deadlines, so that unfinished requests end soon."""

    limits = HttpLimits(head_seconds=0.5, body_seconds=0.5, linger_seconds=0.2, refused_linger_seconds=0.1)


def edge() -> ASGIApp:
    """Return the toy schema behind the middleware of the application."""

    async def check() -> dict[str, str | None]:
        return {"mongo": None}

    others = Starlette(routes=[*health_routes(check), *playground_routes()])
    return Gate(
        with_cors(Front(toy_app(), with_security_headers(others), Everybody(_no_context)), ("https://shop.example",)),
        hosts=AllowedHosts((), listens_on="127.0.0.1"),
        origins=AllowedOrigins(("https://shop.example",)),
    )


def _no_context(*_: object) -> Context:
    raise AssertionError("the toy has a context of its own")


@pytest.fixture(scope="module")
async def port() -> AsyncIterator[int]:
    """Serve; return the port."""
    async with serve(edge(), http=Hasty, timeout_keep_alive=1) as (_, port):
        yield port


@BOUNDED
@given(sent=st.lists(requests(), min_size=1, max_size=3).map(b"".join) | st.binary(max_size=200))
@example(sent=b"GET /livez HTTP/1.1\r\nHost: localhost\r\nUpgrade: h2c\r\nConnection: upgrade\r\n\r\n" * 2)
@example(sent=b"GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\nPOST /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
@example(sent=b"GET /no HTTP/1.1\r\nHost: localhost\r\n\r\nGET / HTTP/1.1\r\nHost: evil.example\r\n\r\n")
@example(sent=b"GET /graphql HTTP/1.1\r\n\r\n")
async def test_no_bytes_make_a_500(port: int, caplog: pytest.LogCaptureFixture, sent: bytes) -> None:
    """The server says what is wrong or closes; its log has no error."""
    caplog.clear()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answered = b""
    with contextlib.suppress(ConnectionError):
        async with asyncio.timeout(DEADLINE_SECONDS):
            writer.write(sent)
            writer.write_eof()
            answered = await reader.read()
    STATUSES.update(re.findall(rb"HTTP/1.1 (\d+)", answered))
    writer.transport.abort()
    assert answered == b"" or answered.startswith(b"HTTP/1.1 ")
    assert re.findall(rb"HTTP/1.1 5..", answered) == []
    assert b"Traceback" not in answered
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []


def test_the_bytes_were_of_many_kinds() -> None:
    """Valid requests are answered: else the test above proves nothing."""
    assert {b"200", b"400", b"404", b"405", b"421"} <= set(STATUSES)
