"""Add or remove units at many levels in one operation."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.command import Decision, Line, Touches, View
from app.domain.errors import InventoryError, Refused
from app.domain.level import LevelChange, LevelKey
from app.domain.movement import MovementReason, allowance_of, is_loss_of_units
from app.domain.operation import Cause
from app.domain.time import Moment
from app.domain.validation import (
    cause_faults,
    delta_faults,
    duplicate_faults,
    key_faults,
    line_count_faults,
    reason_faults,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """One line: a delta in units at one level."""

    key: LevelKey
    delta: int
    reason: MovementReason


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustMany:
    """Deltas at different levels. Atomic: all or nothing. Otherwise each line stands or falls alone."""

    cause: Cause
    lines: tuple[Adjustment, ...]
    is_atomic: bool

    def content(self) -> object:
        """See Command."""
        return (self.is_atomic, tuple((*line.key, line.delta, line.reason.value) for line in self.lines))

    def faults(self, *, now: Moment) -> Iterator[InventoryError]:
        """See Command. Faults of single lines count here only where one line may fail all."""
        yield from line_count_faults(len(self.lines))
        yield from cause_faults(self.cause, now=now)
        yield from duplicate_faults([line.key for line in self.lines])
        if self.is_atomic:
            for index, line in enumerate(self.lines):
                yield from _line_faults(line, index)

    def touches(self) -> Touches:
        """See Command. A key that is none is not looked up; its line is refused without."""
        lines = self.lines if self.is_atomic else [line for line in self.lines if not any(key_faults(line.key))]
        return Touches(levels=tuple(line.key for line in lines))

    def decide(self, view: View) -> Decision:
        """See Command. Raises Refused with the faults of all lines, where atomic."""
        lines: list[Line] = []
        refusals: dict[int, InventoryError] = {}
        for index, line in enumerate(self.lines):
            change = LevelChange(on_hand=line.delta)
            fault = None if self.is_atomic else next(_line_faults(line, index), None)
            moved = Line(key=line.key, change=change, reason=line.reason, allowance=allowance_of(line.reason))
            refusal = fault or _refusal(view, moved, index)
            if refusal is None:
                lines.append(moved)
            else:
                refusals[index] = refusal
        if refusals and self.is_atomic:
            raise Refused(*refusals.values())
        return Decision(lines=tuple(lines), refusals=refusals)


def _line_faults(line: Adjustment, index: int) -> Iterator[InventoryError]:
    prefix = ("lines", str(index))
    yield from key_faults(line.key, prefix=prefix)
    yield from delta_faults(line.delta, field=(*prefix, "delta"))
    yield from reason_faults(line.reason, field=(*prefix, "reason"))


def _refusal(view: View, line: Line, index: int) -> InventoryError | None:
    prefix = ("lines", str(index))
    is_loss = is_loss_of_units(line.change.on_hand, line.reason)
    try:
        refusal = view.stock(line.key, even_archived=is_loss).refusal(line.change, line.allowance)
    except InventoryError as error:
        return error.at(*prefix)
    return refusal and refusal.at(*prefix, "delta")
