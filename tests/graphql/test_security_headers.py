"""The headers that browsers keep to, on every route of the application."""

from collections.abc import AsyncIterator

import pytest

from app.store.driver.client import Database
from app.web.asgi import OPEN_PATHS
from app.web.edge.security_headers import DEFAULTS, NOTHING, STRICT_TRANSPORT_SECURITY
from app.web.pages.playground import BUILT
from tests.graphql.api import Api, opened, settings_of

PAGE = {"accept": "text/html"}
BEHIND_TLS = {"x-forwarded-for": "203.0.113.9", "x-forwarded-proto": "https"}
ASSET = next((BUILT / "assets").glob("main-*.js"), BUILT / "none.js").name
PATHS = sorted({*OPEN_PATHS, "/graphql", f"/playground/{ASSET}", "/playground/missing.js", "/nowhere"})
OF_DASHBOARD = ("/", "/items/A/B", "/sw.js", "/assets/missing.js")

EXACT = {name: value for name, value in DEFAULTS.items() if name not in {"cache-control", "content-security-policy"}}
OF_API = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "x-content-type-options": "nosniff",
}
CLOSED = {"default-src", "base-uri", "form-action", "frame-ancestors"}


@pytest.fixture(params=["required", "none"])
async def api(request: pytest.FixtureRequest, database: Database, mongo_url: str, redis_url: str) -> AsyncIterator[Api]:
    """Return a client of an application that believes its proxy, which is where the client seems to be."""
    settings = settings_of(mongo_url, redis_url, database.name, auth=request.param, trusted_proxies=("127.0.0.1",))
    async with opened(settings) as api:
        yield api


async def test_every_route_is_closed_to_other_pages(api: Api) -> None:
    """No frame, no embedding, no guessing of types, no device, no referrer; and scripts of this origin at most."""
    for path in PATHS:
        for method in ("GET", "HEAD", *(() if path == "/graphql" else ("POST",))):
            response = await api.client.request(method, path, headers=PAGE)
            assert {name: response.headers.get(name) for name in EXACT} == EXACT, (path, method)
            directives = dict(each.split(" ", 1) for each in response.headers["content-security-policy"].split("; "))
            assert {name: directives.get(name) for name in CLOSED} == dict.fromkeys(CLOSED, "'none'"), (path, method)
            assert directives.get("script-src", "'self'") == "'self'"
            assert "strict-transport-security" not in response.headers
            by_tls = await api.client.request(method, path, headers=PAGE | BEHIND_TLS)
            assert by_tls.headers["strict-transport-security"] == STRICT_TRANSPORT_SECURITY, (path, method)


async def test_the_dashboard_is_closed_to_other_pages_too(api: Api) -> None:
    """But it names its own place, and may use the camera; built or not, found or not."""
    own = {"permissions-policy"}
    for path in OF_DASHBOARD:
        response = await api.client.get(path)
        assert {name: response.headers.get(name) for name in EXACT.keys() - own} == {
            name: value for name, value in EXACT.items() if name not in own
        }, path
        directives = dict(each.partition(" ")[::2] for each in response.headers["content-security-policy"].split("; "))
        assert {directives.get(name) for name in CLOSED - {"base-uri"}} == {"'none'"}, path
        assert directives["base-uri"] in {"'self'", "'none'"}
        by_tls = await api.client.get(path, headers=BEHIND_TLS)
        assert by_tls.headers["strict-transport-security"] == STRICT_TRANSPORT_SECURITY, path


async def test_an_answer_of_the_api_is_no_page(api: Api) -> None:
    """Neither one with data nor a refusal at the edge is shown in a frame, embedded, or taken for another type."""
    answered = await api.post("{ __typename }")
    refused = await api.client.get("/livez", headers={"host": "evil.example"})
    assert (answered.status_code in {200, 401}, refused.status_code) == (True, 421)
    for response, policy in ((answered, OF_API["content-security-policy"]), (refused, NOTHING)):
        expected = OF_API | {"content-security-policy": policy}
        assert {name: response.headers.get(name) for name in OF_API} == expected
