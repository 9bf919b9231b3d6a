"""Set the reorder point of one level."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.command import Decision, Line, Touches, View
from app.domain.errors import InventoryError
from app.domain.level import LevelChange, LevelKey
from app.domain.movement import MovementReason
from app.domain.operation import Cause
from app.domain.time import Moment
from app.domain.validation import cause_faults, key_faults, quantity_faults


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigureLevel:
    """The number of available units at or below which the level is LOW. No unit moves, but the ledger tells it."""

    cause: Cause
    key: LevelKey
    reorder_point: int

    def content(self) -> object:
        """See Command."""
        return (*self.key, self.reorder_point)

    def faults(self, *, now: Moment) -> Iterator[InventoryError]:
        """See Command."""
        yield from key_faults(self.key)
        yield from quantity_faults(self.reorder_point, field=("reorderPoint",))
        yield from cause_faults(self.cause, now=now)

    def touches(self) -> Touches:
        """See Command."""
        return Touches(levels=(self.key,))

    def decide(self, view: View) -> Decision:
        """See Command. Raises NotFound or Archived."""
        view.stock(self.key)
        change = LevelChange(reorder_point=self.reorder_point)
        return Decision(lines=(Line(key=self.key, change=change, reason=MovementReason.SETTINGS),))
