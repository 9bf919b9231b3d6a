"""Set the counts of many levels in one operation."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.command import Decision, Line, ReadSet, View
from app.domain.errors import InventoryError, Refused
from app.domain.operation import CommandInfo
from app.domain.stock.commands.set_stock import StockSetting
from app.domain.time import Moment
from app.domain.validation import duplicate_errors, info_errors, key_errors, line_count_errors


@dataclass(frozen=True, slots=True, kw_only=True)
class SetMany:
    """Counts of different levels. Atomic: all or none. Otherwise each line is accepted or refused alone."""

    info: CommandInfo
    lines: tuple[StockSetting, ...]
    is_atomic: bool

    def content(self) -> object:
        return (self.is_atomic, tuple(line.content() for line in self.lines))

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        """Yield errors of single lines only where the operation is atomic."""
        yield from line_count_errors(len(self.lines))
        yield from info_errors(self.info, now=now)
        yield from duplicate_errors([line.key for line in self.lines])
        if self.is_atomic:
            for index, line in enumerate(self.lines):
                yield from line.validate(prefix=("lines", str(index)))

    def read_set(self) -> ReadSet:
        """Return the levels of valid lines; invalid lines are refused without."""
        lines = self.lines if self.is_atomic else [line for line in self.lines if not any(key_errors(line.key))]
        return ReadSet(levels=tuple(line.key for line in lines))

    def decide(self, view: View) -> Decision:
        """Decide. Raises Refused with the errors of all lines, where atomic."""
        lines: list[Line] = []
        refusals: dict[int, InventoryError] = {}
        for index, line in enumerate(self.lines):
            try:
                lines.append(self._movement(line, view))
            except InventoryError as refusal:
                refusals[index] = refusal.at("lines", str(index))
        if refusals and self.is_atomic:
            raise Refused(*refusals.values())
        return Decision(lines=tuple(lines), refusals=refusals)

    def _movement(self, line: StockSetting, view: View) -> Line:
        error = None if self.is_atomic else next(line.validate(), None)
        if error is not None:
            raise error
        return line.movement(view, info=self.info)
