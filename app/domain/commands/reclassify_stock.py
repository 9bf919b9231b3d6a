"""Make units on hand unavailable for a reason, or available again, or unavailable for another reason."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from app.domain.command import Decision, Line, Touches, View
from app.domain.errors import InsufficientStock, InvalidValue, InventoryError, QuantityOutOfRange
from app.domain.level import LevelChange, LevelKey, UnavailableReason, unavailable_change, unavailable_of
from app.domain.limits import MAX_QUANTITY
from app.domain.movement import MovementReason
from app.domain.operation import Cause
from app.domain.time import Moment
from app.domain.validation import cause_faults, key_faults


@dataclass(frozen=True, slots=True, kw_only=True)
class ReclassifyStock:
    """Units that change from one class to another; None is the class of those that may be sold. None leaves."""

    cause: Cause
    key: LevelKey
    quantity: int
    source: UnavailableReason | None
    target: UnavailableReason | None

    def content(self) -> object:
        """See Command."""
        return (*self.key, self.quantity, self.source and self.source.value, self.target and self.target.value)

    def faults(self, *, now: Moment) -> Iterator[InventoryError]:
        """See Command."""
        yield from key_faults(self.key)
        if not 1 <= self.quantity <= MAX_QUANTITY:
            yield QuantityOutOfRange(quantity=self.quantity, minimum=1, field=("quantity",))
        if self.source is self.target:
            rule = "must be another one than that which the units have"
            yield InvalidValue(what="The reason", rule=rule, field=("to",))
        yield from cause_faults(self.cause, now=now)

    def touches(self) -> Touches:
        """See Command."""
        return Touches(levels=(self.key,))

    def decide(self, view: View) -> Decision:
        """See Command. Raises InsufficientStock where the class has fewer units, NotFound or Archived."""
        level = view.stock(self.key)
        there = level.available if self.source is None else unavailable_of(level, self.source)
        if self.quantity > there:
            raise InsufficientStock(
                sku=self.key.sku,
                location=self.key.location,
                requested=self.quantity,
                available=there,
                field=("quantity",),
            )
        line = Line(key=self.key, change=self._change(), reason=MovementReason.RECLASSIFICATION)
        return Decision(lines=(line,))

    def _change(self) -> LevelChange:
        change = LevelChange() if self.target is None else unavailable_change(self.target, self.quantity)
        if self.source is None:
            return change
        units: dict[str, Any] = {self.source.lower(): -self.quantity}
        return replace(change, **units)
