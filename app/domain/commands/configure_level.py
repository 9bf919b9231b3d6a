"""Set what one level is measured against and what it may promise: no unit moves."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.command import Decision, Line, Touches, View
from app.domain.errors import InvalidValue, InventoryError
from app.domain.level import LevelChange, LevelKey
from app.domain.movement import MovementReason
from app.domain.operation import Cause
from app.domain.time import Moment
from app.domain.validation import cause_faults, key_faults, quantity_faults


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfigureLevel:
    """The settings of a level, each left as it is where it is None. The ledger tells of the change.

    At or below `reorder_point` available units the level is LOW. `backorder_limit` is how many units may be promised
    beyond what is on hand; a lower limit takes nothing back that is promised already.
    """

    cause: Cause
    key: LevelKey
    reorder_point: int | None = None
    backorder_limit: int | None = None

    def content(self) -> object:
        """See Command."""
        return (*self.key, self.reorder_point, self.backorder_limit)

    def faults(self, *, now: Moment) -> Iterator[InventoryError]:
        """See Command."""
        yield from key_faults(self.key)
        if self.reorder_point is None and self.backorder_limit is None:
            rule = "must have at least one of reorderPoint and backorderLimit"
            yield InvalidValue(what="A setting of a level", rule=rule, field=("reorderPoint",))
        if self.reorder_point is not None:
            yield from quantity_faults(self.reorder_point, field=("reorderPoint",))
        if self.backorder_limit is not None:
            yield from quantity_faults(self.backorder_limit, field=("backorderLimit",))
        yield from cause_faults(self.cause, now=now)

    def touches(self) -> Touches:
        """See Command."""
        return Touches(levels=(self.key,))

    def decide(self, view: View) -> Decision:
        """See Command. Raises NotFound or Archived."""
        view.stock(self.key)
        change = LevelChange(reorder_point=self.reorder_point, backorder_limit=self.backorder_limit)
        return Decision(lines=(Line(key=self.key, change=change, reason=MovementReason.SETTINGS),))
