"""Ledger lines and operations made up for tests that need no database."""

from app.domain.live.events import LevelEvent, LevelEventKind
from app.domain.operation import CommandInfo, Operation
from app.domain.reservations.reservation import Reservation
from app.domain.stock.level import Level, LevelKey
from app.domain.stock.level_change import LevelChange
from app.domain.stock.movement import Movement, MovementReason
from app.domain.time import Moment
from app.services.committed_batch import CommittedBatch
from app.services.live.ledger_offset import writer_and_moment

TEA = LevelKey("TEA-1", "MAIN")


def a_level(key: LevelKey = TEA, *, version: int = 1, on_hand: int = 5, at: int = 100) -> Level:
    """Return a level."""
    return Level(key=key, on_hand=on_hand, version=version, changed_at=Moment(at))


def a_line(key: LevelKey = TEA, *, writer: str = "a", version: int = 1, on_hand: int = 5, at: int = 100) -> Movement:
    """Return a line after which the level is so."""
    return Movement(
        operation_id="0" * 32,
        writer=writer,
        recorded_at=Moment(at),
        reason=MovementReason.RECEIPT,
        change=LevelChange(on_hand=1),
        after=a_level(key, version=version, on_hand=on_hand, at=at),
    )


def a_change(key: LevelKey = TEA, *, version: int = 1, on_hand: int = 5) -> LevelEvent:
    """Return the event of such a line."""
    line = a_line(key, version=version, on_hand=on_hand)
    return LevelEvent(kind=LevelEventKind.CHANGE, level=line.after, movement=line)


def an_operation(*, writer: str = "a", at: int = 100) -> Operation:
    """Return an operation that created a reservation."""
    order = Reservation(id="order", version=1, changed_at=Moment(at), lines=(), holds=())
    info = CommandInfo(operation_id="0" * 32, kind="reservationCreate", actor="shop")
    return Operation(info=info, recorded_at=Moment(at), documents=(order,), published_at=Moment(at), writer=writer)


def news(*entries: Movement | Operation) -> CommittedBatch:
    """Return what one writer hands on after a commit that brought this."""
    return CommittedBatch(
        writer=writer_and_moment(entries[0])[0],
        movements=[entry for entry in entries if isinstance(entry, Movement)],
        operations=[entry for entry in entries if isinstance(entry, Operation)],
    )
