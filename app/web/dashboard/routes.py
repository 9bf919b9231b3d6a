"""The addresses of the dashboard.

Rule: they hold no data, so they are served without credentials; what a page shows comes from /graphql, which asks for
them.
"""

import re
from pathlib import Path
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from app.web.dashboard.headers import HEADERS, PAGE_HEADERS
from app.web.dashboard.page import page
from app.web.pages.built_files import STATIC, HashedFiles
from app.web.pages.static_file import StaticFile

BUILT: Final = STATIC / "dashboard"
# The first parts of the addresses of its pages, beside "/" itself.
PAGES: Final = (
    "stock",
    "items",
    "alerts",
    "orders",
    "reservations",
    "transfers",
    "suppliers",
    "counts",
    "insight",
    "settings",
    "wall",
)
_ASSETS: Final = "/assets"
# The service worker, which keeps these pages for counting without a network (ADR 53), and what an installed app needs.
_FILES: Final = {
    "sw.js": "text/javascript",
    "manifest.webmanifest": "application/manifest+json",
    "icon.svg": "image/svg+xml",
    "icon-192.png": "image/png",
    "icon-512.png": "image/png",
    "icon-maskable-512.png": "image/png",
    "apple-touch-icon.png": "image/png",
}
_OPEN: Final = re.compile(
    rf"/|/(?:{'|'.join(PAGES)})(?:/.*)?|{_ASSETS}/.*|/(?:{'|'.join(map(re.escape, _FILES))})", re.DOTALL
)


def is_of_dashboard(path: str) -> bool:
    """Tell whether an address is one of these routes."""
    return _OPEN.fullmatch(path) is not None


def dashboard_routes(built: Path = BUILT) -> list[BaseRoute]:
    """Return the routes of its pages and files. What is built while the server runs is served at once."""

    def shell(request: Request) -> Response:
        return page(built, request)

    def file(request: Request) -> Response:
        name = request.url.path.rpartition("/")[2]
        if not (built / name).is_file():
            raise HTTPException(404)
        # Revalidated each time: their names stay the same.
        return StaticFile(built / name, headers=PAGE_HEADERS, media_type=_FILES[name])

    return [
        Route("/", shell),
        *(Route(f"/{name}{deeper}", shell) for name in PAGES for deeper in ("", "/{rest:path}")),
        *(Route(f"/{name}", file) for name in _FILES),
        Mount(_ASSETS, app=HashedFiles(built / "assets", headers=HEADERS), name="assets"),
    ]
