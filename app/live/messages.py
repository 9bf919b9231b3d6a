"""What goes over Redis: some consecutive lines of one writer, and the moment of its line before them.

A receiver that has not seen that earlier line knows that it has missed something. A message without lines says only
how far its writer has come.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from app.domain.level import Level, LevelChange, LevelKey
from app.domain.movement import Movement, MovementReason
from app.domain.time import Moment

_FORMAT = 1  # part of the channel's name: processes of different releases must not misread each other
_CHANGED = ("on_hand", "reserved", "unavailable", "incoming", "reorder_point")


def channel_of(namespace: str) -> str:
    """Return the channel of one installation; its database's name tells it from others on the same Redis."""
    return f"{namespace}:movements:{_FORMAT}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """Lines of `writer` between `after` and `to`. Raw, because most of them concern nobody in a process."""

    writer: str
    after: Moment
    lines: Sequence[list[Any]]

    @property
    def to(self) -> Moment:
        """The moment of the last line."""
        return Moment(self.lines[-1][3]) if self.lines else self.after


def encoded(writer: str, *, after: Moment, lines: Sequence[Movement]) -> bytes:
    """Return the message as JSON."""
    return orjson.dumps([writer, after, [_raw(line) for line in lines]])


def decoded(data: bytes) -> Message:
    """Return the message. Raises ValueError where it is none of ours."""
    writer, after, lines = orjson.loads(data)
    return Message(writer=writer, after=Moment(after), lines=lines)


def movement_of(writer: str, raw: list[Any]) -> Movement:
    """Return a line. Its first two values are the SKU and the location."""
    sku, location, version, at, on_hand, reserved, unavailable, incoming, reorder_point, *rest = raw
    operation, reason, change, reference, channel = rest
    return Movement(
        operation_id=operation,
        writer=writer,
        reason=MovementReason(reason),
        change=LevelChange(**dict(zip(_CHANGED, change, strict=True))),
        after=Level(
            key=LevelKey(sku, location),
            on_hand=on_hand,
            reserved=reserved,
            unavailable=unavailable,
            incoming=incoming,
            reorder_point=reorder_point,
            version=version,
            changed_at=Moment(at),
        ),
        reference=reference,
        channel=channel,
    )


def _raw(line: Movement) -> list[Any]:
    after, change = line.after, line.change
    return [
        *after.key,
        after.version,
        after.changed_at,
        after.on_hand,
        after.reserved,
        after.unavailable,
        after.incoming,
        after.reorder_point,
        line.operation_id,
        line.reason,
        [getattr(change, name) for name in _CHANGED],
        line.reference,
        line.channel,
    ]
