"""The dashboard over HTTP: which addresses get its page, what the page is told, its headers, and its files."""

import gzip
import hashlib
import json
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from app.web.auth import routes as auth
from app.web.dashboard.documents import MANIFEST, DashboardDocuments
from app.web.dashboard.page import BASE, BUILD, build_in
from app.web.dashboard.routes import PAGES, dashboard_routes, is_of_dashboard
from app.web.edge.security_headers import with_security_headers

INDEX = f"<!doctype html><head>{BASE}{BUILD}<title>the dashboard</title></head>" + "<!-- long -->" * 100
SCRIPT = "export const stock = 1;\n" * 100
DOCUMENT = "query Who { viewer { name } }"
HASH = hashlib.sha256(DOCUMENT.encode()).hexdigest()


def build(folder: Path, index: str = INDEX) -> Path:
    """Write what a build writes."""
    (folder / "assets").mkdir(parents=True, exist_ok=True)
    (folder / "assets" / "main-ABC.js").write_text(SCRIPT)
    (folder / "index.html").write_text(index)
    (folder / "sw.js").write_text("// the service worker")
    (folder / "manifest.webmanifest").write_text('{"name": "Stockpulse"}')
    (folder / "icon.svg").write_text("<svg/>")
    (folder / MANIFEST).write_text(json.dumps({f"sha256:{HASH}": DOCUMENT}))
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the folder that is served, in which nothing was built."""
    return tmp_path / "dashboard"


@pytest.fixture
async def client(folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    """Return a client of its routes, as the application has them."""
    app = with_security_headers(Starlette(routes=dashboard_routes(folder)))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        yield client


def base_of(page: httpx.Response) -> httpx.URL:
    """Return where a browser looks for what the page names."""
    found = re.search(r'<base href="([^"]*)">', page.text)
    assert found
    return page.request.url.join(found[1])


@pytest.mark.parametrize(
    "path",
    [
        "/",
        *(f"/{name}" for name in PAGES),
        "/stock/",
        "/items/TEA-001",
        "/items/A%2FB",
        "/items/%2E%2E%2F",
        "/items/50%25%20%3F%23%C3%A4",
        "/orders/PO-1/lines/2",
        "/items//a",
        "/stock?low=1&tag=a/b",
    ],
)
async def test_every_address_gets_the_page_and_leads_to_the_same_root(
    client: httpx.AsyncClient, folder: Path, path: str
) -> None:
    """Whatever its depth, and whatever a name has in it: files and the API are found from the root."""
    build(folder)
    page = await client.get(path)
    assert page.status_code == 200
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert base_of(page) == "http://test/"
    assert is_of_dashboard(httpx.URL(f"http://test{path}").path)


@pytest.mark.parametrize("path", ["/", "/stock", "/items/TEA-001", "/items/A%2FB", "/orders/PO-1/lines/2"])
async def test_below_a_prefix_the_root_is_below_it_too(folder: Path, client: httpx.AsyncClient, path: str) -> None:
    """A proxy takes the prefix off, so the page cannot know it; the browser does."""
    build(folder)
    page = await client.get(path)
    page.request.url = httpx.URL(f"http://test/some/prefix{path}")
    assert base_of(page) == "http://test/some/prefix/"


@pytest.mark.parametrize("path", ["/nothing", "/stocks", "/index.html", f"/{MANIFEST}", "/files.json", "/itemsx/a"])
async def test_nothing_else_is_served(client: httpx.AsyncClient, folder: Path, path: str) -> None:
    """Least of all the texts of the documents, and the page without its place."""
    build(folder)
    assert (await client.get(path)).status_code == 404
    assert not is_of_dashboard(path)


@pytest.mark.parametrize(
    "path", ["/assets/", "/assets/none.js", "/assets/%2e%2e/index.html", f"/assets/..%2f{MANIFEST}", "/icon-192.png"]
)
async def test_only_files_that_were_built_are_served(client: httpx.AsyncClient, folder: Path, path: str) -> None:
    """No folder is listed or left; what is missing is not cached."""
    build(folder)
    missing = await client.get(path)
    assert (missing.status_code, missing.headers["cache-control"]) == (404, "no-store")


async def test_a_page_is_read_only(client: httpx.AsyncClient, folder: Path) -> None:
    """GET and HEAD, which has the same headers."""
    build(folder)
    for path in ("/", "/items/A", "/sw.js"):
        refused = await client.post(path)
        assert (refused.status_code, set(refused.headers["allow"].split(", "))) == (405, {"GET", "HEAD"})
        head, get = await client.head(path), await client.get(path)
        assert (head.status_code, head.headers) == (200, get.headers)


async def test_the_page_runs_only_what_comes_from_its_origin(client: httpx.AsyncClient, folder: Path) -> None:
    """No inline script or style, no markup made of text; the camera for barcodes, and no other page's devices."""
    build(folder)
    page = await client.get("/counts/1")
    directives = dict(part.partition(" ")[::2] for part in page.headers["content-security-policy"].split("; "))
    assert directives == {
        "default-src": "'none'",
        "script-src": "'self'",
        "worker-src": "'self'",
        "connect-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data: blob:",
        "font-src": "'self'",
        "manifest-src": "'self'",
        "base-uri": "'self'",
        "form-action": "'none'",
        "frame-ancestors": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "stockpulse",
    }
    devices = dict(each.split("=") for each in page.headers["permissions-policy"].split(", "))
    assert {name for name, who in devices.items() if who == "(self)"} == {"camera", "screen-wake-lock"}
    assert {who for who in devices.values() if who != "(self)"} == {"()"}


async def test_the_page_is_revalidated_and_names_its_build(client: httpx.AsyncClient, folder: Path) -> None:
    """An unchanged page is not sent again; a new build has another tag and another name, at once."""
    build(folder)
    page = await client.get("/items/A")
    first = build_in(folder)
    assert first
    assert page.headers["cache-control"] == "no-cache"
    assert f'<meta name="build" content="{first.id}">' in page.text
    tag = {"if-none-match": f'"other", {page.headers["etag"]}'}
    again = await client.get("/items/A", headers=tag)
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", page.headers["etag"])
    assert (await client.get("/items/A/B", headers=tag)).status_code == 200, "its base is another one"
    fresh = folder / "fresh.html"
    fresh.write_text(INDEX + "<!-- new -->")
    fresh.replace(folder / "index.html")
    new = await client.get("/items/A", headers=tag)
    second = build_in(folder)
    assert second
    assert first.id != second.id
    assert f'content="{second.id}"' in new.text


async def test_page_and_files_are_compressed_for_who_takes_it(client: httpx.AsyncClient, folder: Path) -> None:
    """By gzip; others get them plain."""
    build(folder)
    for path, text in (("/stock", INDEX.replace(BUILD, "")), ("/assets/main-ABC.js", SCRIPT)):
        async with client.stream("GET", path, headers={"accept-encoding": "gzip, br"}) as response:
            sent = b"".join([part async for part in response.aiter_raw()])
        plain = await client.get(path, headers={"accept-encoding": "identity"})
        assert (response.headers["content-encoding"], gzip.decompress(sent)) == ("gzip", plain.content)
        assert "content-encoding" not in plain.headers
        assert response.headers["vary"] == plain.headers["vary"] == "accept-encoding"
        assert len(sent) < len(text) / 2


async def test_hashed_files_are_kept_for_good_and_others_revalidated(client: httpx.AsyncClient, folder: Path) -> None:
    """The service worker above all: its address stays the same; from the root it may serve every page."""
    build(folder)
    asset = await client.get("/assets/main-ABC.js")
    assert asset.headers["cache-control"] == "public, max-age=31536000, immutable"
    types = {
        "/sw.js": "text/javascript",
        "/manifest.webmanifest": "application/manifest+json",
        "/icon.svg": "image/svg",
    }
    for path, media_type in types.items():
        file = await client.get(path)
        assert file.headers["content-type"].startswith(media_type)
        assert file.headers["cache-control"] == "no-cache"
        assert file.headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'; ")


async def test_before_the_build_there_is_a_sentence_and_then_the_page(client: httpx.AsyncClient, folder: Path) -> None:
    """A missing page is a 503 with the command to run; no restart is needed after the build."""
    for path in ("/", "/items/A"):
        missing = await client.get(path)
        assert (missing.status_code, missing.headers["cache-control"]) == (503, "no-cache")
        assert "<code>make install</code>" in missing.text
    assert (await client.get("/sw.js")).status_code == 404
    build(folder)
    assert (await client.get("/")).status_code == 200
    assert (await client.get("/sw.js")).status_code == 200


def test_a_document_is_known_by_its_own_hash(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Not by what the file calls it; one of a build that comes later is known then, and the same stays the same."""
    documents = DashboardDocuments(folder)
    assert documents.text(HASH) is None, "nothing is built"
    build(folder)
    manifest = folder / MANIFEST
    text = documents.text(HASH)
    assert text == DOCUMENT
    other = "{ __typename }"
    manifest.write_text(json.dumps({HASH: other, "a": DOCUMENT}))
    os.utime(manifest, ns=(0, 1))
    assert documents.text(hashlib.sha256(other.encode()).hexdigest()) == other
    assert documents.text(HASH) is text
    manifest.write_text("[]")
    os.utime(manifest, ns=(0, 2))
    assert documents.text("0" * 64) is None
    assert documents.text(HASH) is text, "what was known stays"
    assert [record.levelname for record in caplog.records] == ["ERROR"]


def test_the_sign_in_leads_back_to_each_page_and_nowhere_else() -> None:
    """Its script knows the same addresses."""
    script = (Path(auth.__file__).parent / "page" / "sign-in.js").read_text()
    [listed] = re.findall(r"const PAGES = \[(.*?)\];", script, re.DOTALL)
    assert set(re.findall(r'"([^"]*)"', listed)) == {"", "account", "graphql", *PAGES}
