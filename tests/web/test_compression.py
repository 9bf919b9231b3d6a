"""Compression of responses, for clients that accept it."""

import gzip
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from app.web.compression import MAX_BYTES_IN_LOOP, MIN_BYTES
from app.web.pages.playground import page, playground_routes
from tests.web.toy import http_client, toy_app

MANY = "query { levels(first: 100) { sku onHand } }"


async def post(query: str, accept_encoding: str | None) -> tuple[httpx.Response, bytes]:
    """Send a query; return the answer and its body as sent."""
    headers = {} if accept_encoding is None else {"accept-encoding": accept_encoding}
    async with http_client(toy_app()) as client:
        del client.headers["accept-encoding"]
        async with client.stream("POST", "/graphql", json={"query": query}, headers=headers) as response:
            return response, b"".join([part async for part in response.aiter_raw()])


@pytest.mark.parametrize(
    "accepted",
    ["gzip", "gzip, deflate, br, zstd", "GZIP;q=0.5", "x-gzip", "*", "br;q=1, gzip;q=0.001", "identity;q=0.5, gzip"],
)
async def test_an_answer_above_a_kilobyte_is_compressed(accepted: str) -> None:
    """By gzip; decompressed, it is the same response."""
    response, sent = await post(MANY, accepted)
    assert response.headers["content-encoding"] == "gzip"
    assert response.headers["content-length"] == str(len(sent))
    plain = (await post(MANY, None))[1]
    assert gzip.decompress(sent) == plain
    assert len(sent) < len(plain) / 3


@pytest.mark.parametrize(
    "accepted",
    [None, "", "br", "gzip;q=0", "gzip;q=0.0, *", "identity", "*;q=0", "gzip;q=2", "gzip;q=0.5, identity", "x" * 200],
)
async def test_who_does_not_take_it_gets_it_plain(accepted: str | None) -> None:
    """Or prefers none."""
    response, sent = await post(MANY, accepted)
    assert "content-encoding" not in response.headers
    assert len(sent) > MIN_BYTES


async def test_a_small_answer_is_not_worth_it() -> None:
    """It fits into a packet uncompressed; `Vary` still names the header for caches."""
    response, sent = await post("{ hello }", "gzip")
    assert sent == b'{"data":{"hello":"Hello, world."}}'
    assert response.headers["vary"] == "accept, accept-encoding"


async def test_a_large_answer_is_compressed_outside_the_loop() -> None:
    """And arrives whole."""
    query = "query { levels(first: 20000) { sku onHand } }"
    _, sent = await post(query, "gzip")
    plain = gzip.decompress(sent)
    assert len(plain) > MAX_BYTES_IN_LOOP
    assert plain == (await post(query, None))[1]


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """Return the folder of a page with one asset worth compressing, and one that is not."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "main-ABC.js").write_text("export const stock = 1;\n" * 500)
    (tmp_path / "assets" / "font-ABC.ttf").write_bytes(b"\0" * 5_000)
    (tmp_path / "index.html").write_text("<!doctype html>" + "<p>stock</p>" * 500)
    return tmp_path


async def get(built: Path, path: str, **headers: str) -> httpx.Response:
    """Get the page or an asset."""

    async def graphql(_: object) -> Response:
        return page(built)

    app = Starlette(routes=[Route("/graphql", graphql), *playground_routes(built)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        del client.headers["accept-encoding"]
        return await client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})


@pytest.mark.parametrize("path", ["/playground/main-ABC.js", "/graphql"])
async def test_the_page_is_compressed_and_kept_as_before(built: Path, path: str) -> None:
    """One entity tag for both forms: a browser that holds either gets 304."""
    plain, small = await get(built, path), await get(built, path, accept_encoding="gzip")
    assert (small.headers["content-encoding"], small.text) == ("gzip", plain.text)
    assert small.headers["etag"] == f"W/{plain.headers['etag']}"
    assert "accept-encoding" in plain.headers["vary"]
    for name in ("cache-control", "vary", "content-type", "last-modified", "content-security-policy"):
        assert small.headers[name] == plain.headers[name]


async def test_a_browser_that_has_an_asset_gets_304(built: Path) -> None:
    """By the entity tag of either form."""
    path = "/playground/main-ABC.js"
    for coding in ("gzip", "identity"):
        tag = (await get(built, path, accept_encoding=coding)).headers["etag"]
        kept = await get(built, path, accept_encoding="gzip", if_none_match=tag)
        assert (kept.status_code, kept.content) == (304, b"")
        assert kept.headers["vary"] == "accept-encoding"


async def test_some_files_go_as_they_are(built: Path) -> None:
    """A font, and a part of a file."""
    assert "content-encoding" not in (await get(built, "/playground/font-ABC.ttf", accept_encoding="gzip")).headers
    part = await get(built, "/playground/main-ABC.js", accept_encoding="gzip", range="bytes=0-5")
    assert (part.status_code, part.content) == (206, b"export")


async def test_a_page_that_is_built_anew_is_compressed_anew(built: Path) -> None:
    """The earlier compressed form is not served any more."""
    await get(built, "/graphql", accept_encoding="gzip")
    (built / "index.html").write_text("<p>new</p>" * 500)
    assert (await get(built, "/graphql", accept_encoding="gzip")).text == "<p>new</p>" * 500
