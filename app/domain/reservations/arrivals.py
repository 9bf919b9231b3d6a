"""Which movements bring units that somebody who waits at another level may want, before anybody else can take them.

Rule: units that are counted as available when they come are given, in the same transaction, to those who wait for them
anywhere. What waits at the level itself needs no hurry: `available` has left its units out from the beginning.
"""

from collections.abc import Iterable, Iterator

from app.domain.stock.level import LevelKey
from app.domain.stock.movement import Movement


def brings_units(line: Movement) -> bool:
    """Tell whether a line leaves free units, and more of them than there were, or those of a level that it opens."""
    change = line.change
    taken = change.reserved + change.unavailable + change.backordered
    return line.after.free > 0 and (change.on_hand > taken or change.closed is False)


def arrivals(lines: Iterable[Movement]) -> Iterator[tuple[str, LevelKey]]:
    """Yield the operations and levels of lines that make units available to everybody."""
    return ((line.operation_id, line.after.key) for line in lines if brings_units(line) and line.after.available > 0)
