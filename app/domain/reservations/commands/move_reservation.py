"""Move units of an order to another location in one step, so that no other order gets them in between."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.command import Decision, ReadSet, View, required
from app.domain.errors import InventoryError, Refused
from app.domain.operation import CommandInfo
from app.domain.reservations.commands.reservation_steps import part_errors, step
from app.domain.reservations.holds import ReservedUnits
from app.domain.reservations.reservation import Reservation, reservation_key
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import MovementReason
from app.domain.time import Moment
from app.domain.validation import info_errors, location_code_errors


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveReservation:
    """Hold these parts at `location`, where they must be available: held units move before waiting ones."""

    info: CommandInfo
    id: str
    location: str
    lines: tuple[ReservedUnits, ...]

    def content(self) -> object:
        return (self.id, self.location, tuple((part.sku, part.location, part.quantity) for part in self.lines))

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from location_code_errors(self.location)
        yield from part_errors(self.lines)
        yield from info_errors(self.info, now=now)

    def read_set(self) -> ReadSet:
        return ReadSet(
            stock_of=(reservation_key(self.id),),
            levels=tuple(dict.fromkeys(LevelKey(part.sku, self.location) for part in self.lines)),
        )

    def decide(self, view: View) -> Decision:
        """Decide.

        Raises UnknownDocument, WrongState, or Refused with every part that is not outstanding, or not available at the
        location.
        """
        before = after = required(view, reservation_key(self.id), Reservation)
        for sku in dict.fromkeys(part.sku for part in self.lines):
            parts = [part for part in self.lines if part.sku == sku]
            after = after.relocated(parts, LevelKey(sku, self.location), now=view.now)
        decision = step(before, after, reason=MovementReason.RESERVATION)
        refusals: list[InventoryError] = []
        for line in decision.lines:
            if line.key.location != self.location:
                continue
            try:
                error = view.stock(line.key).refusal(line.change)
            except InventoryError as unusable:
                error = unusable
            refusals += [] if error is None else [error.with_field(("location",))]
        if refusals:
            raise Refused(*dict.fromkeys(refusals))
        return decision
