"""Give the free units of a level to the reservations that wait for them."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.command import Decision, Line, Touches, View
from app.domain.errors import InvalidValue, InventoryError, TooManyLines
from app.domain.holds import changes
from app.domain.level import LevelChange, LevelKey
from app.domain.limits import MAX_LINES_PER_OPERATION
from app.domain.movement import MovementReason
from app.domain.operation import Cause
from app.domain.reservation import Reservation, reservation_key
from app.domain.time import Moment
from app.domain.validation import cause_faults, key_faults


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignBackorders:
    """Free units for those who wait, in the order of `reservations`: the ids, the oldest first.

    Safe to try at any time and by any process: those that wait no longer are passed over.
    """

    cause: Cause
    key: LevelKey
    reservations: tuple[str, ...]

    def content(self) -> object:
        """See Command."""
        return (*self.key, self.reservations)

    def faults(self, *, now: Moment) -> Iterator[InventoryError]:
        """See Command."""
        yield from key_faults(self.key)
        count = len(self.reservations)
        if not 1 <= count <= MAX_LINES_PER_OPERATION:
            yield TooManyLines(count=count, maximum=MAX_LINES_PER_OPERATION, field=("reservations",))
        yield from cause_faults(self.cause, now=now)

    def touches(self) -> Touches:
        """See Command."""
        return Touches(levels=(self.key,), documents=tuple(map(reservation_key, dict.fromkeys(self.reservations))))

    def decide(self, view: View) -> Decision:
        """See Command. Raises InvalidValue where there is nothing to give or nobody waits, NotFound or Archived."""
        free = view.stock(self.key).free
        served: list[Reservation] = []
        for identity in dict.fromkeys(self.reservations):
            before = view.document(reservation_key(identity))
            if free == 0 or not isinstance(before, Reservation) or not before.is_open(view.now):
                continue
            after = before.assigned(self.key, units=free, now=view.now)
            if given := changes(before.holds, after.holds):
                free -= given[self.key].reserved
                served.append(after)
        units = view.stock(self.key).free - free
        if not units:
            raise InvalidValue(what="An assignment", rule="must give at least one unit to a reservation that waits")
        change = LevelChange(reserved=units, backordered=-units)
        return Decision(
            lines=(Line(key=self.key, change=change, reason=MovementReason.BACKORDER),), documents=tuple(served)
        )
