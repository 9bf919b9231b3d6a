"""Whom a page of ours takes for signed in. It says so with each operation, and when it opens a websocket.

The cookie is the browser's, a page one of its tabs: where another person signs in beside it, what the first one has
typed or counted would be done in the name of the second.

Rule: what names a viewer is done as them, or not at all.
"""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import unquote

from starlette.types import Scope

from app.domain.access.principal import Principal
from app.domain.failures import Unauthenticated

HEADER: Final = b"stockpulse-viewer"  # an actor, percent-encoded, as names are not ASCII
PARAMETER: Final = "viewer"  # the same in the payload of connection_init, as it is
_ANOTHER: Final = "Another person has signed in with this browser: load the page anew."


def check_viewer_of_operation(scope: Scope, principal: Principal) -> None:
    """Check that an operation names this principal as its viewer, or none. Raises Unauthenticated."""
    for name, value in scope["headers"]:
        if name == HEADER and unquote(value.decode("latin-1")) != principal.actor:
            raise Unauthenticated(_ANOTHER)


def check_viewer_of_websocket(payload: Mapping[str, Any], principal: Principal) -> None:
    """Check the same of a websocket by the payload of its first message. Raises Unauthenticated."""
    if payload.get(PARAMETER, principal.actor) != principal.actor:
        raise Unauthenticated(_ANOTHER)
