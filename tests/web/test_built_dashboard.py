"""The dashboard as it was built: small enough, complete, and known to the server. `make install` builds it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import build_schema, parse, validate

from app.web.compression import gzip
from app.web.dashboard.documents import MANIFEST, DashboardDocuments
from app.web.dashboard.page import BASE, BUILD
from app.web.dashboard.routes import BUILT
from app.web.pages.static_file import LEVEL

MAX_FIRST_PAGE_BYTES = 90 * 1024  # compressed: half a second on a slow phone's network
PAGE = "index.html"
FIRST_PAGE = "src/pages/overview/Overview.tsx"
SDL = Path(__file__).parents[2] / "schema" / "schema.graphql"

pytestmark = pytest.mark.skipif(not (BUILT / PAGE).exists(), reason="needs the dashboard: make install")


def files() -> dict[str, dict[str, Any]]:
    """Return what Vite says of each module that became a file: its file, its styles and what it imports."""
    found: dict[str, dict[str, Any]] = json.loads((BUILT / "files.json").read_text())
    return found


def needed_by(name: str, all_files: dict[str, dict[str, Any]], seen: set[str]) -> Iterator[str]:
    """Yield the files that a browser loads before it runs one."""
    if name in seen:
        return
    seen.add(name)
    entry = all_files[name]
    yield entry["file"]
    yield from entry.get("css", ())
    for imported in entry.get("imports", ()):
        yield from needed_by(imported, all_files, seen)


def test_the_first_page_loads_no_more_than_its_budget() -> None:
    """The frame and the overview, scripts and styles, as they are sent."""
    everything = files()
    seen: set[str] = set()
    names = {PAGE, *needed_by(PAGE, everything, seen), *needed_by(FIRST_PAGE, everything, seen)}
    sizes = {name: len(gzip((BUILT / name).read_bytes(), LEVEL)) for name in sorted(names)}
    assert sum(sizes.values()) <= MAX_FIRST_PAGE_BYTES, sizes


def test_each_page_is_loaded_when_it_is_opened() -> None:
    """So that the first page does not pay for the others."""
    everything = files()
    lazy = {name.split("/")[2] for name, file in everything.items() if file.get("isDynamicEntry") and "/pages/" in name}
    sources = {folder.name for folder in (SDL.parents[1] / "dashboard" / "src" / "pages").iterdir() if folder.is_dir()}
    assert sources - lazy == set()


def test_the_page_says_what_the_server_replaces_and_nothing_inline() -> None:
    """Its root and its build, each once; scripts and styles are files."""
    html = (BUILT / PAGE).read_text()
    assert (html.count(BASE), html.count(BUILD), html.count("<base"), html.count("<style")) == (1, 1, 1, 0)
    assert html.index(BASE) < html.index("href=", html.index(BASE) + len(BASE)), "before anything that it leads to"
    assert html.count("<script") == html.count('<script type="module" crossorigin src="./assets/')
    assert " style=" not in html
    assert " on" not in html.partition("<body>")[2].partition("<noscript>")[0]


def test_its_documents_fit_the_schema_and_the_bundle_has_hashes_alone() -> None:
    """Each is known to the server by the hash that the scripts have; no script holds its text."""
    schema, texts = build_schema(SDL.read_text()), json.loads((BUILT / MANIFEST).read_text())
    known = DashboardDocuments(BUILT)
    scripts = "".join(path.read_text() for path in (BUILT / "assets").glob("*.js"))
    for name, text in texts.items():
        assert [error.message for error in validate(schema, parse(text))] == []
        assert known.text(name.removeprefix("sha256:")) == text
    assert any(name in scripts for name in texts)
    spelt = [form for text in texts.values() for form in (text, json.dumps(text), text.replace("\n", "\\n"))]
    assert [form for form in spelt if form in scripts] == []
