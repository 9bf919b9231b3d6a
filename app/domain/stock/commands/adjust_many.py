"""Add or remove units at many levels in one operation."""

from collections.abc import Iterator
from dataclasses import dataclass

from msgspec import Struct

from app.domain.command import Decision, Line, ReadSet, View
from app.domain.errors import InventoryError, Refused
from app.domain.operation import CommandInfo
from app.domain.stock.commands.adjust_stock import adjustment
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import MovementReason
from app.domain.time import Moment
from app.domain.validation import (
    delta_errors,
    duplicate_errors,
    info_errors,
    key_errors,
    line_count_errors,
    reason_errors,
)


class Adjustment(Struct, frozen=True, kw_only=True, gc=False):
    """One line: a delta in units at one level."""

    key: LevelKey
    delta: int
    reason: MovementReason


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustMany:
    """Deltas at different levels. Atomic: all or none. Otherwise each line is accepted or refused alone."""

    info: CommandInfo
    lines: tuple[Adjustment, ...]
    is_atomic: bool
    confirm_oversell: bool = False

    def content(self) -> object:
        confirmed = ("confirmed",) if self.confirm_oversell else ()
        return (*confirmed, self.is_atomic, tuple((*line.key, line.delta, line.reason.value) for line in self.lines))

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        """Yield errors of single lines only where the operation is atomic."""
        yield from line_count_errors(len(self.lines))
        yield from info_errors(self.info, now=now)
        yield from duplicate_errors([line.key for line in self.lines])
        if self.is_atomic:
            for index, line in enumerate(self.lines):
                yield from _line_errors(line, index)

    def read_set(self) -> ReadSet:
        """Return the levels of valid lines; invalid lines are refused without."""
        lines = self.lines if self.is_atomic else [line for line in self.lines if not any(key_errors(line.key))]
        return ReadSet(levels=tuple(line.key for line in lines))

    def decide(self, view: View) -> Decision:
        """Decide. Raises Refused with the errors of all lines, where atomic."""
        lines: list[Line] = []
        refusals: dict[int, InventoryError] = {}
        for index, line in enumerate(self.lines):
            if not self.is_atomic and (error := next(_line_errors(line, index), None)):
                refusals[index] = error
                continue
            try:
                lines.append(adjustment(view, line.key, line.delta, line.reason, confirmed=self.confirm_oversell))
            except InventoryError as error:
                refusals[index] = error.at("lines", str(index))
        if refusals and self.is_atomic:
            raise Refused(*refusals.values())
        return Decision(lines=tuple(lines), refusals=refusals)


def _line_errors(line: Adjustment, index: int) -> Iterator[InventoryError]:
    prefix = ("lines", str(index))
    yield from key_errors(line.key, prefix=prefix)
    yield from delta_errors(line.delta, field=(*prefix, "delta"))
    yield from reason_errors(line.reason, field=(*prefix, "reason"))
