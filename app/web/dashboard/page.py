"""The one page of the dashboard, which is the answer to every address that it knows.

Rule: it holds no data, so it is served to anyone; and it names its own place, so that it also works below a path prefix
that a proxy takes off.
"""

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.web.compression import MIN_BYTES, gzip, takes_gzip
from app.web.dashboard.headers import PAGE_HEADERS
from app.web.pages.static_file import LEVEL

# The texts of index.html that stand for the server's own.
BASE: Final = '<base href="./">'
BUILD: Final = '<meta name="build" content="dev">'

_BUILD_DIGITS: Final = 16

NOT_BUILT: Final = """<!doctype html>
<html lang="en">
<title>Stockpulse</title>
<p>The dashboard has not been built yet. Run <code>make install</code> where the server was started, then load this page
again. The API itself is running, and answers at <code>/graphql</code>.</p>
</html>
"""


class Build(NamedTuple):
    """One build. Its id changes with any of its files: their names, with their hashes, are in its page."""

    id: str
    html: str


def build_in(built: Path) -> Build | None:
    """Return what the folder holds now, None where nothing was built."""
    index = built / "index.html"
    try:
        status = index.stat()
        return _read(index, status.st_mtime_ns, status.st_ino)
    except FileNotFoundError:
        return None


def page(built: Path, request: Request) -> Response:
    """Return the page for the address of a request, or a sentence on how to build it with status 503."""
    build = build_in(built)
    if build is None:
        return HTMLResponse(NOT_BUILT, status_code=503, headers=PAGE_HEADERS)
    steps = _steps_below_root(request)
    headers = {**PAGE_HEADERS, "etag": f'W/"{build.id}-{steps}"'}
    if headers["etag"] in [each.strip() for each in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=headers)
    here = f'<base href="{"../" * steps or "./"}">'
    html = build.html.replace(BASE, here, 1).replace(BUILD, f'<meta name="build" content="{build.id}">', 1)
    body = html.encode()
    if len(body) >= MIN_BYTES and takes_gzip(request.scope["headers"]):
        body, headers["content-encoding"] = gzip(body, LEVEL), "gzip"
    return HTMLResponse(body, headers=headers)


def _steps_below_root(request: Request) -> int:
    """Return how deep the address is, as the browser sees it: an escaped slash is a part of a name."""
    path: bytes = request.scope.get("raw_path") or request.url.path.encode()
    return path.count(b"/") - 1


@lru_cache(maxsize=1)
def _read(index: Path, _: int, __: int) -> Build:
    content = index.read_bytes()
    return Build(hashlib.sha256(content).hexdigest()[:_BUILD_DIGITS], content.decode())
