"""The GraphiQL page over HTTP: which clients get it, its headers, and what happens before it is built."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from graphql import build_schema, parse, validate
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from app.web.pages.playground import page, playground_routes, wants_page

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
GRAPHQL_CLIENT = "application/graphql-response+json, application/json;q=0.9, */*;q=0.8"
ROOT = Path(__file__).parents[2]
SDL = ROOT / "schema" / "schema.graphql"
INDEX = "<!doctype html><title>the page</title>"
SCRIPT = "export {};"


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """Return the folder of a page that has been built."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "main-ABC.js").write_text(SCRIPT)
    (tmp_path / "index.html").write_text(INDEX)
    return tmp_path


@pytest.fixture
def unbuilt(tmp_path: Path) -> Path:
    """Return the folder of a page that is still to be built."""
    return tmp_path / "graphiql"


async def client_of(folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    """Serve the page from a folder, the way the application mounts it."""

    async def graphql(request: Request) -> Response:
        return page(folder) if wants_page(request) else JSONResponse({"data": None})

    app = Starlette(routes=[Route("/graphql", graphql), *playground_routes(folder)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        yield client


@pytest.fixture
async def client(built: Path) -> AsyncIterator[httpx.AsyncClient]:
    """Return a client of a server whose page has been built."""
    async for client in client_of(built):
        yield client


@pytest.fixture
async def early_client(unbuilt: Path) -> AsyncIterator[httpx.AsyncClient]:
    """Return a client of a server whose page has not been built."""
    async for client in client_of(unbuilt):
        yield client


@pytest.mark.parametrize(
    "accept", [BROWSER, "text/html", "TEXT/HTML;level=1", "application/json;q=0.5, text/html;q=0.9"]
)
async def test_a_browser_gets_the_page(client: httpx.AsyncClient, accept: str) -> None:
    """A client that prefers HTML gets the page."""
    response = await client.get("/graphql", headers={"accept": accept})
    assert (response.status_code, response.text) == (200, INDEX)


@pytest.mark.parametrize(
    "accept",
    [
        GRAPHQL_CLIENT,
        "*/*",
        "",
        "application/json",
        "text/event-stream",
        "text/html;q=0, application/json",
        "text/html;q=much",
        "text/html;q=nan",
        "application/json, text/html;q=0.9",
    ],
)
async def test_an_api_client_never_gets_the_page(client: httpx.AsyncClient, accept: str) -> None:
    """A client that prefers JSON, or accepts anything, gets the API."""
    response = await client.get("/graphql", headers={"accept": accept})
    assert response.json() == {"data": None}


async def test_an_address_with_a_query_is_answered_by_the_api(client: httpx.AsyncClient) -> None:
    """A query in the URL is executed, even for a browser."""
    response = await client.get("/graphql", params={"query": "{ ok }"}, headers={"accept": BROWSER})
    assert response.json() == {"data": None}


async def test_the_page_loads_and_runs_only_what_comes_from_its_origin(client: httpx.AsyncClient) -> None:
    """The page is sent with a content security policy, and is revalidated each time."""
    response = await client.get("/graphql", headers={"accept": BROWSER})
    assert {name: response.headers[name] for name in ("cache-control", "vary")} == {
        "cache-control": "no-cache",
        "vary": "accept, accept-encoding",
    }
    directives = dict(part.split(" ", 1) for part in response.headers["content-security-policy"].split("; "))
    assert directives == {
        "default-src": "'none'",
        "script-src": "'self'",
        "worker-src": "'self'",
        "connect-src": "'self'",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data:",
        "font-src": "'self' data:",
        "base-uri": "'none'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
    }


async def test_assets_are_kept_by_caches_for_good(client: httpx.AsyncClient) -> None:
    """An asset is immutable, as its name changes with its content; a worker's script carries the policy too."""
    response = await client.get("/playground/main-ABC.js")
    assert (response.status_code, response.text) == (200, SCRIPT)
    assert response.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert response.headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'; ")
    assert response.headers["content-type"].split(";")[0] in {"text/javascript", "application/javascript"}


@pytest.mark.parametrize("path", ["/playground/", "/playground/main-DEF.js", "/playground/%2e%2e/index.html"])
async def test_only_assets_are_served_below_playground(client: httpx.AsyncClient, path: str) -> None:
    """The folder has no listing and no way out, and a missing asset may not be cached as if it were one."""
    response = await client.get(path)
    assert (response.status_code, response.headers.get("cache-control")) == (404, None)


async def test_before_the_build_a_browser_gets_the_command_to_build(early_client: httpx.AsyncClient) -> None:
    """A missing page is a 503 with the command to run, and its assets are 404."""
    response = await early_client.get("/graphql", headers={"accept": BROWSER})
    assert (response.status_code, response.headers["cache-control"]) == (503, "no-cache")
    assert "<code>make install</code>" in response.text
    assert (await early_client.get("/playground/main-ABC.js")).status_code == 404


async def test_a_page_built_while_the_server_runs_is_served(early_client: httpx.AsyncClient, unbuilt: Path) -> None:
    """No restart is needed after the build."""
    # given
    assert (await early_client.get("/playground/main-ABC.js")).status_code == 404
    # when
    (unbuilt / "assets").mkdir(parents=True)
    (unbuilt / "assets" / "main-ABC.js").write_text(SCRIPT)
    (unbuilt / "index.html").write_text(INDEX)
    # then
    assert (await early_client.get("/playground/main-ABC.js")).text == SCRIPT
    assert (await early_client.get("/graphql", headers={"accept": BROWSER})).text == INDEX


def test_the_operations_on_the_page_are_valid() -> None:
    """What a first visitor finds in the tabs fits the committed schema."""
    schema = build_schema(SDL.read_text())
    source = (ROOT / "playground" / "operations.js").read_text().partition("export const operations")[2]
    operations = [re.sub(r"\\(.)", r"\1", text) for text in re.findall(r"`((?:[^`\\]|\\.)*)`", source)]
    assert [len(parse(operation).definitions) for operation in operations] == [1, 1, 1]
    assert [error.message for operation in operations for error in validate(schema, parse(operation))] == []


def test_the_npm_lock_holds_hashes_and_no_addresses() -> None:
    """Each package is known by its hash, whatever registry a machine takes it from."""
    packages = json.loads((ROOT / "playground" / "package-lock.json").read_text())["packages"]
    locked = {name: package for name, package in packages.items() if name}
    assert [name for name, package in locked.items() if not package.get("integrity", "").startswith("sha512-")] == []
    assert [name for name, package in locked.items() if "resolved" in package] == []
