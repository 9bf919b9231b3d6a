"""Arrivals: movements that bring units for which reservations at any level may wait, before other requests take them.

Rule: units that become available are assigned, in the same transaction, to reservations that wait for them anywhere.
Those that wait at the level itself can be assigned later: `available` never includes their units.
"""

from collections.abc import Iterable, Iterator

from app.domain.stock.level import LevelKey
from app.domain.stock.movement import Movement


def brings_units(line: Movement) -> bool:
    """Tell whether a line leaves more free units than before, or opens a level that has free units."""
    change = line.change
    taken = change.reserved + change.unavailable + change.backordered
    return line.after.free > 0 and (change.on_hand > taken or change.closed is False)


def arrivals(lines: Iterable[Movement]) -> Iterator[tuple[str, LevelKey]]:
    """Yield the operations and levels of lines that make units available."""
    return ((line.operation_id, line.after.key) for line in lines if brings_units(line) and line.after.available > 0)
