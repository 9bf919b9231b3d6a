"""The opening handshake of a websocket (RFC 6455, 4.1).

Rule: whatever a server answers but an agreement to our subprotocol is a sentence for the user.
"""

import base64
import hashlib
import os
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.client.http.connection import Endpoint

SUBPROTOCOL = "graphql-transport-ws"

_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, 1.3
_SCHEMES = {"ws": "http", "wss": "https"}
_SWITCHING = b"101"


class HandshakeRefused(Exception):
    """The server does not open a websocket; the message says why, as far as it says so."""


@dataclass(frozen=True, slots=True)
class Handshake:
    """One request to open, and what answers it."""

    request: bytes
    accept: bytes

    @classmethod
    def of(cls, endpoint: Endpoint) -> "Handshake":
        """Return a new handshake with an endpoint."""
        parts = urlsplit(endpoint.url)
        path = (parts.path if parts.path.strip("/") else "/graphql") + (f"?{parts.query}" if parts.query else "")
        nonce = base64.b64encode(os.urandom(16))
        request = (
            f"GET {path} HTTP/1.1\r\nhost: {parts.netloc.rpartition('@')[2]}\r\nupgrade: websocket\r\n"
            f"connection: Upgrade\r\nsec-websocket-version: 13\r\nsec-websocket-key: {nonce.decode()}\r\n"
            f"sec-websocket-protocol: {SUBPROTOCOL}\r\n\r\n"
        )
        digest = hashlib.sha1(nonce + _GUID).digest()  # noqa: S324 - the RFC's; nothing is secret here
        return cls(request.encode(), base64.b64encode(digest))

    def check(self, head: bytes) -> None:
        """Raise HandshakeRefused unless the head of the answer, without its empty line, opens the websocket."""
        status_line, *lines = head.split(b"\r\n")
        status = status_line.split(b" ", 2)[1:2]
        if status != [_SWITCHING]:
            raise HandshakeRefused(f"HTTP status {status_line.partition(b' ')[2].decode(errors='replace')}")
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(b":") for line in lines)}
        if headers.get(b"sec-websocket-accept") != self.accept:
            raise HandshakeRefused("the answer belongs to another handshake")
        if headers.get(b"sec-websocket-protocol") != SUBPROTOCOL.encode():
            raise HandshakeRefused(f"the server does not speak {SUBPROTOCOL}")


def http_url(url: str) -> str:
    """Return the URL as HTTP has it, where it was given as one of websockets."""
    scheme, separator, rest = url.partition("://")
    return f"{_SCHEMES.get(scheme, scheme)}{separator}{rest}"
