"""Reverse a fulfilment that was recorded by mistake, or never left: a counter-entry that names it."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.command import Decision, ReadSet, View, required
from app.domain.errors import InvalidValue, InventoryError, Refused
from app.domain.operation import CommandInfo
from app.domain.reservations.commands.reservation_steps import part_errors, step
from app.domain.reservations.holds import ReservedUnits
from app.domain.reservations.reservation import Reservation, reservation_key
from app.domain.stock.level import LevelKey
from app.domain.stock.level_change import Allowance
from app.domain.stock.movement import MovementReason
from app.domain.time import Moment
from app.domain.validation import info_errors


@dataclass(frozen=True, slots=True, kw_only=True)
class ReverseFulfillment:
    """The units of one fulfilment are on hand again, and held by the order; all of them, or these `lines`.

    `shipped` are its units by level, read from the ledger; empty where the operation was no fulfilment of the order.
    """

    info: CommandInfo
    id: str
    operation_id: str
    shipped: tuple[tuple[LevelKey, int], ...]
    lines: tuple[ReservedUnits, ...] | None = None

    def content(self) -> object:
        """Return the input; what was read from the ledger is not part of it."""
        if self.lines is None:
            return (self.id, self.operation_id)
        lines = tuple((line.sku, line.location, line.quantity) for line in self.lines)
        return (self.id, self.operation_id, lines)

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from part_errors(self.lines)
        yield from info_errors(self.info, now=now)

    def read_set(self) -> ReadSet:
        return ReadSet(stock_of=(reservation_key(self.id),))

    def decide(self, view: View) -> Decision:
        """Decide, also for archived items and locations.

        Raises UnknownDocument, InvalidValue where there is nothing to reverse, or Refused with the lines of which fewer
        units are fulfilled, or where a level cannot hold so many.
        """
        before = required(view, reservation_key(self.id), Reservation)
        if not self.shipped:
            raise InvalidValue(
                what="The operation", rule="must be a fulfilment of this reservation", field=("operation",)
            )
        after = before.unfulfilled(dict(self.shipped), operation=self.operation_id, parts=self.lines, now=view.now)
        happened = Allowance.SHORTFALL  # the units never left, even if a till has sold below zero meanwhile
        decision = step(before, after, reason=MovementReason.SALE, channel=before.channel, allowance=happened)
        found = [
            view.stock(line.key, even_archived=True).refusal(line.change, line.allowance) for line in decision.lines
        ]
        if refusals := [error for error in found if error is not None]:
            raise Refused(*refusals)
        return decision
