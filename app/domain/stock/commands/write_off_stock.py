"""Write off unavailable units: they are no longer on hand."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.command import Decision, Line, ReadSet, View
from app.domain.errors import InventoryError, QuantityOutOfRange
from app.domain.limits import MAX_QUANTITY
from app.domain.operation import CommandInfo
from app.domain.stock.level import LevelKey, unavailable_of
from app.domain.stock.level_change import UnavailableReason, unavailable_change
from app.domain.stock.movement import MovementReason
from app.domain.time import Moment
from app.domain.validation import info_errors, key_errors


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOffStock:
    """Units of one level that leave, at most those that are unavailable for the reason: units for sale stay."""

    info: CommandInfo
    key: LevelKey
    quantity: int
    reason: UnavailableReason

    def content(self) -> object:
        return (*self.key, self.quantity, self.reason.value)

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from key_errors(self.key)
        if not 1 <= self.quantity <= MAX_QUANTITY:
            yield QuantityOutOfRange(quantity=self.quantity, minimum=1, field=("quantity",))
        yield from info_errors(self.info, now=now)

    def read_set(self) -> ReadSet:
        return ReadSet(levels=(self.key,))

    def decide(self, view: View) -> Decision:
        """Decide. Raises InsufficientStock where fewer are unavailable for the reason, NotFound or Archived."""
        level = view.stock(self.key, even_archived=True)
        there = min(unavailable_of(level, self.reason), level.on_hand)
        if self.quantity > there:
            raise level.short_of(self.quantity, available=there, reason=self.reason).at("quantity")
        change = unavailable_change(self.reason, -self.quantity, on_hand=-self.quantity)
        return Decision(lines=(Line(key=self.key, change=change, reason=MovementReason.WRITE_OFF),))
