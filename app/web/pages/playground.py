"""The GraphiQL page, which `make install` builds into app/web/static/graphiql.

Rule: nothing is loaded from another origin and no inline script runs; the headers make browsers keep to that.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount

from app.web.accept import weights
from app.web.pages.built_files import STATIC, HashedFiles
from app.web.pages.static_file import StaticFile

BUILT: Final = STATIC / "graphiql"

# Without Trusted Types: GraphiQL writes descriptions, which it makes of Markdown, as HTML. No script in it would run.
CONTENT_SECURITY_POLICY: Final = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "worker-src 'self'",
        "connect-src 'self'",
        "style-src 'self' 'unsafe-inline'",  # the editor positions its lines with style attributes
        "img-src 'self' data:",
        "font-src 'self' data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
)
SECURITY_HEADERS: Final[Mapping[str, str]] = {"content-security-policy": CONTENT_SECURITY_POLICY}
PAGE_HEADERS: Final = {**SECURITY_HEADERS, "cache-control": "no-cache", "vary": "accept"}

NOT_BUILT: Final = """<!doctype html>
<html lang="en">
<title>Stockpulse</title>
<p>The GraphiQL page has not been built yet. Run <code>make install</code> where the server was started, then load this
page again. The API itself is running and answers at this address.</p>
</html>
"""


def wants_page(request: Request) -> bool:
    """Tell whether a browser requests the page: it prefers HTML to JSON, and the URL has no query to execute."""
    if request.method not in {"GET", "HEAD"} or "query" in request.query_params:
        return False
    accepted = weights(request.headers.get("accept", ""))
    html = accepted.get("text/html", 0.0)
    json = (weight for media, weight in accepted.items() if media.endswith(("/json", "+json", "/event-stream")))
    return html > 0 and html >= max(json, default=0.0)


def page(built: Path = BUILT) -> Response:
    """Return the page, or a sentence on how to build it with status 503."""
    index = built / "index.html"
    if not index.is_file():
        return HTMLResponse(NOT_BUILT, status_code=503, headers=PAGE_HEADERS)
    return StaticFile(index, headers=PAGE_HEADERS)


def playground_routes(built: Path = BUILT) -> list[BaseRoute]:
    """Return the routes below /playground: the scripts, styles and fonts of the page."""
    return [Mount("/playground", app=HashedFiles(built / "assets", headers=SECURITY_HEADERS), name="playground")]
