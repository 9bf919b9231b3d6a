"""A websocket by hand (RFC 6455), that sends what no client library would: frames of any kind, whole or in parts.

Rule: whatever the server does is returned or raised as it was; a connection that ends without a close frame is `Torn`.
"""

import asyncio
import base64
import os
import ssl
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlsplit

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0x0, 0x1, 0x2, 0x8, 0x9, 0xA

_NO_CODE = 1005  # of a close frame without one
_BIT_FIN, _BIT_MASK = 0x80, 0x80
_TWO_BYTES, _EIGHT_BYTES = 126, 127  # lengths that follow, instead of a length


class Closed(Exception):
    """The server closed the connection, with a close frame."""

    def __init__(self, code: int, reason: str) -> None:
        self.code, self.reason = code, reason
        super().__init__(f"closed with {code} {reason!r}")


class Torn(Exception):
    """The connection ended without a close frame: code 1006 for clients."""


class Refused(Exception):
    """The handshake was answered with another status than 101."""

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(f"the handshake was answered with {status}")


class Frame(NamedTuple):
    """One frame from the server."""

    opcode: int
    payload: bytes
    is_last: bool


@dataclass
class RawSocket:
    """An open connection. It answers pings by itself while `answers_pings`."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    subprotocol: str | None
    answers_pings: bool = True
    pings: int = 0
    is_closing: bool = False
    ended: Closed | None = None

    def send(self, data: bytes, *, opcode: int = TEXT, is_last: bool = True, rsv: int = 0, masked: bool = True) -> None:
        """Send one frame."""
        self.write(frame(data, opcode=opcode, is_last=is_last, rsv=rsv, masked=masked))

    def write(self, data: bytes) -> None:
        """Send bytes as they are."""
        self.writer.write(data)

    def close(self, code: int, reason: str = "") -> None:
        """Send a close frame."""
        self.is_closing = True
        self.send(struct.pack("!H", code) + reason.encode(), opcode=CLOSE)

    async def message(self) -> bytes:
        """Return the next text message; raise Closed or Torn."""
        pieces = []
        while True:
            received = await self.frame()
            if received.opcode in {TEXT, BINARY, CONTINUATION}:
                pieces.append(received.payload)
                if received.is_last:
                    return b"".join(pieces)
            elif received.opcode == PING:
                self.pings += 1
                if self.answers_pings:
                    self.send(received.payload, opcode=PONG)

    async def frame(self) -> Frame:
        """Return the next frame; raise Closed or Torn."""
        if self.ended is not None:
            raise self.ended
        try:
            received = await self._frame()
        except (asyncio.IncompleteReadError, OSError):
            raise Torn("the connection ended without a close frame") from None
        if received.opcode != CLOSE:
            return received
        if not self.is_closing:
            self.is_closing = True
            self.send(received.payload, opcode=CLOSE)
        payload = received.payload
        code = struct.unpack("!H", payload[:2])[0] if payload else _NO_CODE
        self.ended = Closed(code, payload[2:].decode(errors="replace"))
        raise self.ended

    async def _frame(self) -> Frame:
        first, length = await self.reader.readexactly(2)
        if length == _TWO_BYTES:
            [length] = struct.unpack("!H", await self.reader.readexactly(2))
        elif length == _EIGHT_BYTES:
            [length] = struct.unpack("!Q", await self.reader.readexactly(8))
        return Frame(first & 0x0F, await self.reader.readexactly(length), bool(first & _BIT_FIN))


def frame(data: bytes, *, opcode: int = TEXT, is_last: bool = True, rsv: int = 0, masked: bool = True) -> bytes:
    """Return the bytes of a frame as clients send them."""
    mark = _BIT_MASK if masked else 0
    if len(data) < _TWO_BYTES:
        length = bytes([mark | len(data)])
    elif len(data) < 65_536:
        length = bytes([mark | _TWO_BYTES]) + struct.pack("!H", len(data))
    else:
        length = bytes([mark | _EIGHT_BYTES]) + struct.pack("!Q", len(data))
    key = os.urandom(4) if masked else b""
    whole = data if not masked else _masked(data, key)
    return bytes([(_BIT_FIN if is_last else 0) | rsv << 4 | opcode]) + length + key + whole


def _masked(data: bytes, key: bytes) -> bytes:
    repeated = (key * (len(data) // 4 + 1))[: len(data)]
    return (int.from_bytes(data) ^ int.from_bytes(repeated)).to_bytes(len(data))


async def open_socket(
    url: str, *, headers: Mapping[str, str], subprotocols: Sequence[str], early: bytes = b""
) -> RawSocket:
    """Connect. Raise Refused. `early` is sent with the handshake, before its answer."""
    parts = urlsplit(url)
    is_secure = parts.scheme in {"wss", "https"}
    port = parts.port or (443 if is_secure else 80)
    context = ssl.create_default_context() if is_secure else None
    reader, writer = await asyncio.open_connection(parts.hostname, port, ssl=context, limit=2**24)
    lines = {
        "Host": parts.netloc.rpartition("@")[2],
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": base64.b64encode(os.urandom(16)).decode(),
        "Sec-WebSocket-Version": "13",
        **({"Sec-WebSocket-Protocol": ", ".join(subprotocols)} if subprotocols else {}),
        **headers,
    }
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    head = f"GET {target} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items()) + "\r\n"
    writer.write(head.encode("latin-1") + early)
    try:
        [status, *answered] = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    except (asyncio.IncompleteReadError, OSError):
        writer.transport.abort()
        raise Torn("the handshake was not answered") from None
    if int(status.split()[1]) != 101:
        writer.transport.abort()
        raise Refused(int(status.split()[1]))
    found = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in answered)}
    return RawSocket(reader, writer, found.get("sec-websocket-protocol"))
