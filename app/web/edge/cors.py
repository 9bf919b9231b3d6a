"""Pages of other origins that may use the API over HTTP (the CORS protocol of the Fetch standard).

Rule: without origins in the settings nothing is wrapped, and requests pay nothing. Credentials are not allowed: there
are no cookies, and a key in a header needs no permission of its own.
"""

from collections.abc import Collection

from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

MAX_AGE_SECONDS = 7_200  # the most that Chrome honours
EXPOSED = ("x-request-id", "retry-after", "etag")  # what a page may read besides content type and length


def with_cors(app: ASGIApp, origins: Collection[str]) -> ASGIApp:
    """Return the application with CORS for pages of these origins."""
    if not origins:
        return app
    return CORSMiddleware(
        app,
        allow_origins=origins,
        allow_methods=("GET", "HEAD", "POST"),
        allow_headers=("*",),  # whichever a client's tracing adds
        allow_private_network=True,  # the operator has named the page
        expose_headers=EXPOSED,
        max_age=MAX_AGE_SECONDS,
    )
