"""Reservations that a test sets to any state, so that feeds of documents have something to tell."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from app.domain.command import Decision, Line, ReadSet, View
from app.domain.document import Document
from app.domain.errors import InventoryError
from app.domain.live.events import DocumentEvent
from app.domain.operation import CommandInfo, Operation
from app.domain.reservations.reservation import Reservation, ReservationState, reservation_key
from app.domain.stock.level import LevelKey
from app.domain.stock.level_change import LevelChange
from app.domain.stock.movement import MovementReason
from app.domain.time import Moment
from app.store.driver.client import Database
from app.store.mapping.operations import operation_of

ORDERS = tuple(f"order-{number}" for number in range(12))

Told = tuple[str | None, Reservation]


@dataclass(frozen=True, slots=True, kw_only=True)
class SetOrders:
    """Set the states of reservations, which begin by that, and add a unit to each level."""

    info: CommandInfo
    states: Mapping[str, ReservationState]
    keys: tuple[LevelKey, ...] = ()

    def content(self) -> object:
        return tuple(self.states)

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from ()

    def read_set(self) -> ReadSet:
        return ReadSet(levels=self.keys, documents=tuple(map(reservation_key, self.states)))

    def decide(self, view: View) -> Decision:
        lines = [Line(key=key, change=LevelChange(on_hand=1), reason=MovementReason.RECEIPT) for key in self.keys]
        documents = [_order(view, *each) for each in self.states.items()]
        return Decision(lines=tuple(lines), documents=tuple(documents))


def told(events: list[DocumentEvent[Reservation]]) -> list[Told]:
    """Return what the events say, without the cursors."""
    return [(event.cause, event.recorded) for event in events]


def by_order(told: list[Told]) -> dict[str, list[Told]]:
    """Return what was told of each reservation, in that order."""
    found: dict[str, list[Told]] = {}
    for each in told:
        found.setdefault(each[1].id, []).append(each)
    return found


async def history_of(database: Database) -> list[Told]:
    """Return every change of a reservation that the database knows, in the order of their moments."""
    stored = await database["operations"].find({"told_at": {"$gt": 0}}, sort=[("told_at", 1)]).to_list(None)
    return [(operation.info.kind, each) for operation in map(operation_of, stored) for each in _orders(operation)]


def _orders(operation: Operation) -> list[Reservation]:
    return [document for document in operation.documents if isinstance(document, Reservation)]


def _order(view: View, id: str, state: ReservationState) -> Document:
    known = view.document(reservation_key(id))
    if known is None:
        return Reservation(id=id, state=state, created_at=view.now, lines=(), holds=())
    return replace(known, state=state)
