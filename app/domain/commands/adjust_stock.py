"""Add or remove units at one level."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.command import Decision, Line, Touches, View
from app.domain.errors import InventoryError
from app.domain.level import LevelChange, LevelKey
from app.domain.movement import MovementReason, allowance_of, is_loss_of_units
from app.domain.operation import Cause
from app.domain.time import Moment
from app.domain.validation import cause_faults, delta_faults, key_faults, reason_faults


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustStock:
    """A delta in units, never below what is available; for a reason of loss, never below what is on hand."""

    cause: Cause
    key: LevelKey
    delta: int
    reason: MovementReason

    def content(self) -> object:
        """See Command."""
        return (*self.key, self.delta, self.reason.value)

    def faults(self, *, now: Moment) -> Iterator[InventoryError]:
        """See Command."""
        yield from key_faults(self.key)
        yield from delta_faults(self.delta, field=("delta",))
        yield from reason_faults(self.reason)
        yield from cause_faults(self.cause, now=now)

    def touches(self) -> Touches:
        """See Command."""
        return Touches(levels=(self.key,))

    def decide(self, view: View) -> Decision:
        """See Command. Raises InsufficientStock, QuantityOutOfRange, NotFound or Archived."""
        change = LevelChange(on_hand=self.delta)
        allowance = allowance_of(self.reason)
        is_loss = is_loss_of_units(self.delta, self.reason)
        refusal = view.stock(self.key, even_archived=is_loss).refusal(change, allowance)
        if refusal is not None:
            raise refusal.at("delta")
        return Decision(lines=(Line(key=self.key, change=change, reason=self.reason, allowance=allowance),))
