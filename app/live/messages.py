"""Messages over Redis: consecutive lines of one writer, and the moments between which they are complete.

A receiver that has not reached the first moment knows that it has missed something. A message without lines only says
how far its writer has come: what lies before is in the ledger, changes of documents included.
Rule: a line is sent as the domain has it, without the fields that have their defaults. So a change of a field of
Movement, Level or LevelChange is a change of the format.
"""

from collections.abc import Sequence

from msgspec import Raw, Struct
from msgspec.msgpack import Decoder, Encoder

from app.domain.stock.level import LevelKey
from app.domain.stock.movement import Movement
from app.domain.time import Moment
from app.live.redis_address import redis_name

_FORMAT = 9  # part of the channel's name: processes of different releases must not misread each other's messages


def channel_of(namespace: str) -> str:
    """Return the channel of one installation: the name of its database separates it from others on the same Redis."""
    return redis_name(namespace, f"movements:{_FORMAT}")


class LiveLine(Struct, frozen=True, array_like=True, gc=False):
    """A line of the ledger, its level and the version that it gave it. Undecoded: a process needs few of them."""

    key: LevelKey
    version: int
    line: Raw

    def movement(self) -> Movement:
        """Return the line. Raises msgspec.DecodeError where it is malformed."""
        return _movements.decode(self.line)


class LiveMessage(Struct, frozen=True, array_like=True):
    """The lines of `writer` after `after` and up to `to`."""

    writer: str
    after: Moment
    to: Moment
    lines: tuple[LiveLine, ...]


def _plain(number: object) -> int:
    """Return a number that the driver has read as one of its own kind. Raises TypeError on anything else."""
    if not isinstance(number, int):
        raise TypeError(f"no part of a ledger line: {number!r}")
    return int(number)


_encoder = Encoder(enc_hook=_plain)
_messages = Decoder(LiveMessage)
_movements = Decoder(Movement)


def encoded(writer: str, *, after: Moment, to: Moment, lines: Sequence[Movement]) -> bytes:
    """Return the message as MessagePack."""
    return _encoder.encode((writer, after, to, [(line.after.key, line.after.version, line) for line in lines]))


def decoded(data: bytes) -> LiveMessage:
    """Return the message. Raises msgspec.DecodeError where it is malformed."""
    return _messages.decode(data)
