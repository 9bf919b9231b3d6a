"""Ledger lines made up for tests that need no database."""

from app.domain.events import LevelEvent, LevelEventKind
from app.domain.level import Level, LevelChange, LevelKey
from app.domain.movement import Movement, MovementReason
from app.domain.time import Moment

TEA = LevelKey("TEA-1", "MAIN")


def a_level(key: LevelKey = TEA, *, version: int = 1, on_hand: int = 5, at: int = 100) -> Level:
    """Return a level."""
    return Level(key=key, on_hand=on_hand, version=version, changed_at=Moment(at))


def a_line(key: LevelKey = TEA, *, writer: str = "a", version: int = 1, on_hand: int = 5, at: int = 100) -> Movement:
    """Return a line after which the level is so."""
    return Movement(
        operation_id="0" * 32,
        writer=writer,
        reason=MovementReason.RECEIPT,
        change=LevelChange(on_hand=1),
        after=a_level(key, version=version, on_hand=on_hand, at=at),
    )


def a_change(key: LevelKey = TEA, *, version: int = 1, on_hand: int = 5) -> LevelEvent:
    """Return the event of such a line."""
    line = a_line(key, version=version, on_hand=on_hand)
    return LevelEvent(kind=LevelEventKind.CHANGE, level=line.after, movement=line)
