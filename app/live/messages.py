"""Messages over Redis: consecutive lines of one writer, and the moments between which they are complete.

A receiver that has not reached the first moment knows that it has missed something. A message without lines only says
how far its writer has come: what lies before is in the ledger, changes of documents included.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from app.domain.alerts.open_alert import open_alerts_of
from app.domain.replenishment.declined import declined_of
from app.domain.replenishment.policy import NO_POLICY, policy_of
from app.domain.stock.level import COUNTS, Level, LevelKey
from app.domain.stock.level_change import LevelChange
from app.domain.stock.movement import Movement, MovementReason
from app.domain.time import Moment

_FORMAT = 7  # part of the channel's name: processes of different releases must not misread each other's messages
_CHANGED = (*COUNTS, "reorder_point", "backorder_limit")
_AFTER = (*_CHANGED, "changed_at", "counted_at")


def channel_of(namespace: str) -> str:
    """Return the channel of one installation: the name of its database separates it from others on the same Redis."""
    return f"{namespace}:movements:{_FORMAT}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveMessage:
    """The lines of `writer` after `after` and up to `to`. Undecoded: a process has subscribers for few of them."""

    writer: str
    after: Moment
    to: Moment
    lines: Sequence[list[Any]]


def encoded(writer: str, *, after: Moment, to: Moment, lines: Sequence[Movement]) -> bytes:
    """Return the message as JSON."""
    return orjson.dumps([writer, after, to, [_raw(line) for line in lines]])


def decoded(data: bytes) -> LiveMessage:
    """Return the message. Raises ValueError where it is malformed."""
    writer, after, to, lines = orjson.loads(data)
    return LiveMessage(writer=writer, after=Moment(after), to=Moment(to), lines=lines)


def movement_of(writer: str, raw: list[Any]) -> Movement:
    """Return a line. Its first two values are the SKU and the location."""
    sku, location, version, at, after, operation, reason, change, reference, channel, policies, alerts, decided = raw
    changed, policy = policies or (None, None)
    decision, takes_up, declined, closes, closed = decided or (None, False, None, None, False)
    return Movement(
        operation_id=operation,
        writer=writer,
        recorded_at=Moment(at),
        reason=MovementReason(reason),
        change=LevelChange(
            **dict(zip(_CHANGED, change, strict=True)),
            policy=None if changed is None else policy_of(changed),
            declined=declined_of(decision),
            takes_up=takes_up,
            closed=closes,
        ),
        after=Level(
            key=LevelKey(sku, location),
            version=version,
            policy=policy_of(policy),
            alerts=open_alerts_of(alerts),
            declined=declined_of(declined),
            closed=closed,
            **dict(zip(_AFTER, after, strict=True)),
        ),
        reference=reference,
        channel=channel,
    )


def _raw(line: Movement) -> list[Any]:
    after, change = line.after, line.change
    return [
        *after.key,
        after.version,
        line.recorded_at,
        [getattr(after, name) for name in _AFTER],
        line.operation_id,
        line.reason,
        [getattr(change, name) for name in _CHANGED],
        line.reference,
        line.channel,
        _policies(line),
        [list(each) for each in after.alerts],  # orjson takes no named tuples
        _decided(line),
    ]


def _policies(line: Movement) -> list[Any] | None:
    """Return the policy that was set, and the policy after the line; None where there is neither, as in most lines."""
    changed, after = line.change.policy, line.after.policy
    if changed is None and after is NO_POLICY:
        return None
    return [None if changed is None else changed.plain(), after.plain()]


def _decided(line: Movement) -> list[Any] | None:
    """Return what the line declined, whether a decline ended, and what is declined after it; None for most lines.

    Also whether the line closes or opens the level, and whether it is closed after it.
    """
    change, after = line.change, line.after
    said = (change.declined, after.declined, change.takes_up or None, change.closed, after.closed or None)
    if said == (None, None, None, None, None):
        return None
    declined = [each and each.plain() for each in (change.declined, after.declined)]
    return [declined[0], change.takes_up, declined[1], change.closed, after.closed]
