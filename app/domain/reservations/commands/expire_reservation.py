"""Expire a reservation: release its units."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.command import Decision, ReadSet, View, required
from app.domain.errors import InventoryError
from app.domain.operation import CommandInfo
from app.domain.reservations.commands.reservation_steps import step
from app.domain.reservations.reservation import Reservation, reservation_key
from app.domain.stock.movement import MovementReason
from app.domain.time import Moment
from app.domain.validation import info_errors


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpireReservation:
    """The expiry of one reservation. Any process may run it at any time: too early or a second time, it is refused."""

    info: CommandInfo
    id: str

    def content(self) -> object:
        return self.id

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from info_errors(self.info, now=now)

    def read_set(self) -> ReadSet:
        return ReadSet(stock_of=(reservation_key(self.id),))

    def decide(self, view: View) -> Decision:
        """Decide, also for archived items and locations.

        Raises UnknownDocument or WrongState.
        """
        before = required(view, reservation_key(self.id), Reservation)
        return step(before, before.expired(now=view.now), reason=MovementReason.EXPIRY)
