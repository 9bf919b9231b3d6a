"""CORS: pages of other origins, by the preflights and requests of their browsers."""

import httpx
import pytest

from app.web.edge.cors import with_cors
from tests.web.toy import http_client, toy_app

SHOP = "https://shop.example"
PREFLIGHT = {"access-control-request-method": "POST", "access-control-request-headers": "content-type,x-request-id"}


async def preflight(*allowed: str, origin: str = SHOP, **headers: str) -> httpx.Response:
    """Send the preflight of a browser that wants to send JSON."""
    async with http_client(with_cors(toy_app(), allowed)) as client:
        return await client.options("/graphql", headers={**PREFLIGHT, "origin": origin, **headers})


async def post(*allowed: str, origin: str | None = SHOP) -> httpx.Response:
    """Send a query from a page."""
    async with http_client(with_cors(toy_app(), allowed)) as client:
        return await client.post(
            "/graphql", json={"query": "{ hello }"}, headers={} if origin is None else {"origin": origin}
        )


async def test_without_the_setting_no_other_origin_may_ask() -> None:
    """The preflight is refused, and no response may be read."""
    assert (await preflight()).status_code == 405
    assert [name for name in (await post()).headers if name.startswith("access-control")] == []


@pytest.mark.parametrize(("allowed", "granted"), [((SHOP,), SHOP), (("https://a.example", SHOP), SHOP), (("*",), "*")])
async def test_a_named_origin_may_ask_and_read(allowed: tuple[str, ...], granted: str) -> None:
    """The browser may cache the permission for two hours, and show the page our request id and Retry-After."""
    asked = await preflight(*allowed)
    assert asked.status_code == 200
    assert asked.headers["access-control-allow-origin"] == granted
    assert asked.headers["access-control-allow-headers"] == PREFLIGHT["access-control-request-headers"]
    assert "POST" in asked.headers["access-control-allow-methods"]
    assert asked.headers["access-control-max-age"] == "7200"
    assert "Origin" in asked.headers["vary"]
    answer = await post(*allowed)
    assert answer.headers["access-control-allow-origin"] == granted
    assert {"x-request-id", "retry-after"} <= set(answer.headers["access-control-expose-headers"].split(", "))
    assert "access-control-allow-credentials" not in answer.headers


@pytest.mark.parametrize("origin", ["https://evil.example", "http://shop.example", "https://shop.example:8443", "null"])
async def test_another_origin_may_not(origin: str) -> None:
    """Neither send nor read."""
    assert "access-control-allow-origin" not in (await preflight(SHOP, origin=origin)).headers
    assert "access-control-allow-origin" not in (await post(SHOP, origin=origin)).headers


@pytest.mark.parametrize(("origin", "granted"), [(SHOP, SHOP), ("https://evil.example", None)])
async def test_a_named_origin_may_read_an_event_stream(origin: str, granted: str | None) -> None:
    """As any response."""
    query = {"query": "subscription { count(to: 1) }"}
    async with http_client(with_cors(toy_app(), (SHOP,))) as client:
        answer = await client.post("/graphql", json=query, headers={"origin": origin, "accept": "text/event-stream"})
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert answer.headers.get("access-control-allow-origin") == granted


@pytest.mark.parametrize("origin", [None, SHOP, "https://evil.example"])
async def test_caches_keep_the_answers_to_origins_apart(origin: str | None) -> None:
    """A cache never serves one origin the response to another."""
    assert "Origin" in (await post(SHOP, origin=origin)).headers["vary"]


async def test_a_page_may_reach_a_server_on_a_private_network() -> None:
    """The operator has named it, so the preflight for a private network is granted."""
    headers = {"access-control-request-private-network": "true"}
    async with http_client(with_cors(toy_app(), (SHOP,))) as client:
        asked = await client.options("/graphql", headers={**PREFLIGHT, "origin": SHOP, **headers})
    assert asked.headers["access-control-allow-private-network"] == "true"
