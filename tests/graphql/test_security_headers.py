"""The headers that browsers keep to, on every route of the application."""

from collections.abc import AsyncIterator

import pytest

from app.store.client import Database
from app.web.edge.security_headers import DEFAULTS, NOTHING, STRICT_TRANSPORT_SECURITY
from app.web.playground import BUILT, CONTENT_SECURITY_POLICY
from tests.graphql.api import Api, opened, settings_of

PAGE = {"accept": "text/html"}
BEHIND_TLS = {"x-forwarded-for": "203.0.113.9", "x-forwarded-proto": "https"}
ASSET = next((BUILT / "assets").glob("main-*.js"), BUILT / "none.js").name

_HEADERS = DEFAULTS.keys() - {"cache-control"}
_OF_API = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
}


@pytest.fixture
async def api(database: Database, mongo_url: str, redis_url: str) -> AsyncIterator[Api]:
    """Return a client of an application that believes its proxy, which is where the client seems to be."""
    settings = settings_of(mongo_url, redis_url, database.name, trusted_proxies=("127.0.0.1",))
    async with opened(settings) as api:
        yield api


async def test_every_route_is_closed_to_other_pages(api: Api) -> None:
    """No frame, no embedding, no guessing of types, no device, no referrer; scripts of this origin in GraphiQL only."""
    for method, path, headers, policy in (
        ("GET", "/graphql", PAGE, CONTENT_SECURITY_POLICY),
        ("HEAD", "/graphql", PAGE, CONTENT_SECURITY_POLICY),
        (
            "GET",
            f"/playground/{ASSET}",
            {},
            CONTENT_SECURITY_POLICY if (BUILT / "assets" / ASSET).exists() else NOTHING,
        ),
        ("GET", "/playground/missing.js", {}, NOTHING),
        ("GET", "/", PAGE, NOTHING),
        ("GET", "/livez", {}, NOTHING),
        ("GET", "/readyz", {}, NOTHING),
        ("POST", "/readyz", {}, NOTHING),
        ("GET", "/nowhere", PAGE, NOTHING),
    ):
        response = await api.client.request(method, path, headers=headers)
        expected = {**DEFAULTS, "content-security-policy": policy}
        assert {name: response.headers.get(name) for name in _HEADERS} == {name: expected[name] for name in _HEADERS}, (
            path
        )
        assert "strict-transport-security" not in response.headers
        by_tls = await api.client.request(method, path, headers=headers | BEHIND_TLS)
        assert by_tls.headers["strict-transport-security"] == STRICT_TRANSPORT_SECURITY, path


async def test_an_answer_of_the_api_is_no_page(api: Api) -> None:
    """Neither one with data nor a refusal at the edge is shown in a frame, embedded, or taken for another type."""
    answered = await api.post("{ __typename }")
    refused = await api.client.get("/livez", headers={"host": "evil.example"})
    assert (answered.status_code, refused.status_code) == (200, 421)
    for response in (answered, refused):
        assert {name: response.headers.get(name) for name in _OF_API} == _OF_API
