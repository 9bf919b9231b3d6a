"""Text frames that are written to a websocket at once, past the queue of the ASGI application.

An extension of ASGI, in the scope of websockets whose server offers it: ours does (`app.web.protocol`), where nothing
is compressed. A frame is whole, so that it may be written between two messages that are sent as usual.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from starlette.types import Scope

EXTENSION = "stockpulse.prepared_text"


class PreparedText(Protocol):
    """The connection, as the server offers it. Nothing here awaits."""

    @property
    def is_writable(self) -> bool:
        """Whether frames may be written: not while much is unsent, nor once the connection is being closed."""

    def write_texts(self, before: bytes, texts: Sequence[bytes], after: bytes) -> None:
        """Write a text frame for each text, with what comes before and after it in the frame, all in UTF-8."""

    def on_writable(self, resume: Callable[[], None]) -> None:
        """Call back once, soon after frames may be written again; never, where the connection is closed."""


def prepared_text_of(scope: Scope) -> PreparedText | None:
    """Return what the server offers; None where it does not."""
    offered: PreparedText | None = (scope.get("extensions") or {}).get(EXTENSION)
    return offered
