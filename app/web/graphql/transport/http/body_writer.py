"""Parts of a response's body that are written at once, past the ASGI application's `send`.

An extension of ASGI, in the scope of a request from when a stream of events has begun as its response, where the server
offers it: ours does (`app.web.edge.http.http_body_writer`). A part is whole, so that it may be written between two that
are sent as usual.
"""

from collections.abc import Callable
from typing import Protocol

from starlette.types import Scope

EXTENSION = "stockpulse.body_writer"


class BodyWriter(Protocol):
    """The response, as the server offers it. Nothing here awaits."""

    @property
    def is_writable(self) -> bool:
        """Whether parts may be written: not while much is unsent, nor once the response has ended."""

    def write_chunks(self, chunks: bytes) -> None:
        """Write parts that have been framed by `chunk`."""

    def on_writable(self, resume: Callable[[], None]) -> None:
        """Call back once, soon after parts may be written again; never, where the connection is closed."""


def chunk(data: bytes) -> bytes:
    """Return a part of a body as it is sent (RFC 9112, 7.1). It must not be empty: that would be the end."""
    return b"%x\r\n%b\r\n" % (len(data), data)


def body_writer_of(scope: Scope) -> BodyWriter | None:
    """Return what the server offers; None where it does not, or no stream has begun."""
    offered: BodyWriter | None = (scope.get("extensions") or {}).get(EXTENSION)
    return offered
