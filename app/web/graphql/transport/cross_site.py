"""Protection of GET against cross-site request forgery (CSRF).

A link, an image or a script of any site sends a GET wherever it points, and a browser sends a preflight of CORS only if
the request has a header that is not CORS-safelisted. Requiring one is what Apollo Server does, too, see
https://www.apollographql.com/docs/apollo-server/security/cors#preventing-cross-site-request-forgery-csrf

Rule: a GET runs if it has such a header; or if it accepts a media type of ours by name, as no link, image or script
does, and the browser does not say that a page of another site sends it. A POST always has one: its content type.
"""

import re
from collections.abc import Iterable

from app.web.accept import weights
from app.web.graphql.transport.http.negotiation import EVENT_STREAM, JSON, RESPONSE_JSON

# With any value that is not empty.
PREFLIGHTED = frozenset(
    {b"graphql-preflight", b"apollo-require-preflight", b"x-apollo-operation-name", b"x-requested-with"}
)
NEEDED = (
    "A GET must have a header that pages of other sites cannot send unasked: 'GraphQL-Preflight: 1', "
    "'Apollo-Require-Preflight: 1', 'X-Apollo-Operation-Name' or 'X-Requested-With'. Outside of a browser "
    f"'Accept: {RESPONSE_JSON}' will do."
)

_UNASKED_CONTENT_TYPES = {"application/x-www-form-urlencoded", "multipart/form-data", "text/plain"}
_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+")
_OURS = (RESPONSE_JSON, JSON, EVENT_STREAM)
_OTHER_SITES = {b"cross-site", b"same-site"}  # the same site is not the same origin: it may be another port


def is_asked_for(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Tell whether a GET with these headers cannot have been forged by a page of another site."""
    accept, site = [], b""
    for name, value in headers:
        if name in PREFLIGHTED and value.strip():
            return True
        if name == b"content-type" and _is_preflighted(value.decode("latin-1")):
            return True
        if name == b"accept":
            accept.append(value.decode("latin-1"))
        elif name == b"sec-fetch-site":
            site = value.strip().lower()
    named = weights(",".join(accept))
    return site not in _OTHER_SITES and any(named.get(each, 0) > 0 for each in _OURS)


def _is_preflighted(content_type: str) -> bool:
    media_type = content_type.partition(";")[0].strip().lower()
    return bool(_MEDIA_TYPE.fullmatch(media_type)) and media_type not in _UNASKED_CONTENT_TYPES
