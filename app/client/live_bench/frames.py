"""The frames of a websocket, as a client reads and writes them (RFC 6455, 5).

Our own, because thousands of sockets share the machine with the server that they measure: reading a message takes 1 µs
here. Extensions are not offered, so no frame is compressed.

Rule: what a server may not send to a client is refused, and never guessed at.
"""

import os
from collections.abc import Iterator
from enum import IntEnum
from typing import Final

MAX_MESSAGE_BYTES: Final = 16 * 1_048_576  # an event has some hundred bytes; what is longer is no answer to us

_LENGTH: Final = 0x7F
_FIN: Final = 0x80
_MASKED: Final = 0x80
_RESERVED: Final = 0x70
_TEXT_AND_FIN: Final = 0x81
_SHORT: Final = 126  # lengths below stand in the second byte
_MAX_CONTROL_BYTES: Final = 125


class Opcode(IntEnum):
    """What a frame is."""

    CONTINUATION = 0x0
    TEXT = 0x1
    BINARY = 0x2
    CLOSE = 0x8
    PING = 0x9
    PONG = 0xA


class BadFrame(Exception):
    """The server broke RFC 6455; the message says how."""


class FrameReader:
    """Cuts what arrives into messages: one of each socket."""

    __slots__ = ("_kind", "_pieces", "_rest")

    def __init__(self) -> None:
        self._rest = b""
        self._pieces: list[bytes] = []  # of a message that came in several frames
        self._kind = Opcode.CONTINUATION

    def feed(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """Yield the opcode and the payload of each message that is complete. Raises BadFrame."""
        if self._rest:
            data = self._rest + data
        at, end = 0, len(data)
        self._rest = b""
        while end - at >= 2:  # noqa: PLR2004 - the shortest header
            first, length = data[at], data[at + 1]
            start = at + 2
            if length >= _SHORT:
                start, length = _long(data, at, length)
            if start < 0 or end < start + length:
                break
            at = start + length
            payload = data[start:at]
            if first == _TEXT_AND_FIN and not self._pieces:
                yield Opcode.TEXT, payload
            else:
                yield from self._unusual(first, payload)
        if at < end:
            self._rest = data[at:]

    def _unusual(self, first: int, payload: bytes) -> Iterator[tuple[int, bytes]]:
        """Yield a control frame, or the message that a frame completes."""
        opcode = _opcode(first)
        if opcode >= Opcode.CLOSE:
            if not first & _FIN or len(payload) > _MAX_CONTROL_BYTES:
                raise BadFrame("a control frame is split, or too long")
            yield opcode, payload
            return
        if (opcode is Opcode.CONTINUATION) is not bool(self._pieces):
            raise BadFrame("a frame continues no message, or cuts one short")
        if not self._pieces:
            self._kind = opcode
        self._pieces.append(payload)
        if sum(map(len, self._pieces)) > MAX_MESSAGE_BYTES:
            raise BadFrame("a message is too long")
        if first & _FIN:
            whole, self._pieces = b"".join(self._pieces), []
            yield self._kind, whole


def client_frame(opcode: Opcode, payload: bytes = b"") -> bytes:
    """Return a frame as clients send it: whole, and masked."""
    size = len(payload)
    if size < _SHORT:
        head = bytes((_FIN | opcode, _MASKED | size))
    elif size < 1 << 16:
        head = bytes((_FIN | opcode, _MASKED | _SHORT)) + size.to_bytes(2, "big")
    else:
        head = bytes((_FIN | opcode, _MASKED | _LENGTH)) + size.to_bytes(8, "big")
    mask = os.urandom(4)
    key = int.from_bytes((mask * (size // 4 + 1))[:size], "big")
    return head + mask + (int.from_bytes(payload, "big") ^ key).to_bytes(size, "big")


def close_of(payload: bytes) -> tuple[int, str]:
    """Return the code and the reason of a close frame; 1005 where it has none."""
    if len(payload) < 2:  # noqa: PLR2004 - the bytes of a code
        return 1005, ""
    return int.from_bytes(payload[:2], "big"), payload[2:].decode(errors="replace")


def _long(data: bytes, at: int, length: int) -> tuple[int, int]:
    """Return where the payload starts and its length; a start below 0 where the header is not complete."""
    if length & _MASKED:
        raise BadFrame("a frame of the server is masked")
    size = 2 if length == _SHORT else 8
    start = at + 2 + size
    if len(data) < start:
        return -1, 0
    length = int.from_bytes(data[at + 2 : start], "big")
    if length > MAX_MESSAGE_BYTES:
        raise BadFrame("a message is too long")
    return start, length


def _opcode(first: int) -> Opcode:
    if first & _RESERVED:
        raise BadFrame("a frame uses an extension that was not agreed on")
    try:
        return Opcode(first & 0x0F)
    except ValueError:
        raise BadFrame(f"a frame has the unknown opcode {first & 0x0F}") from None
