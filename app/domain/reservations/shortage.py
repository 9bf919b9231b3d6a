"""Which orders are short, where units that are reserved are not there any more.

Rule: the newest orders lose first, by when they were made and then by id. So what arrives goes to the oldest of those
that are short, and an order that is served never becomes short because a newer one is made.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from app.domain.reservations.holds import Hold
from app.domain.stock.level import Level, LevelKey


class Holding(NamedTuple):
    """An open reservation, by its id, and the units that it holds at one level."""

    reservation: str
    units: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortage:
    """The orders that are short at a level, the newest first, when it had this version: their ids, and units."""

    version: int
    units: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def at(cls, level: Level, newest: Iterable[Holding]) -> "Shortage":
        """Return who is short at a level, given those that hold units there, the newest first.

        Units that are unavailable count as there: nobody may be sent them, whichever are gone.
        """
        left = short_units(level)
        units: dict[str, int] = {}
        for holding in newest:
            if not left:
                break
            if lost := min(left, holding.units):
                units[holding.reservation] = lost
                left -= lost
        return cls(version=level.version, units=units)


def short_units(level: Level) -> int:
    """Return how many of its reserved units are not there."""
    return min(level.reserved, level.shortfall)


def held_by_level(holds: Iterable[Hold]) -> dict[LevelKey, int]:
    """Return the units that holds have set aside at each level."""
    held = Counter[LevelKey]()
    for hold in holds:
        held[hold.key] += hold.held
    return dict(+held)


def short_by_hold(holds: Sequence[Hold], short: Mapping[LevelKey, int]) -> tuple[int, ...]:
    """Return how many of the units that each hold has set aside are gone; the last lines lose first."""
    left = dict(short)
    units = [0] * len(holds)
    for index in reversed(range(len(holds))):
        hold = holds[index]
        if lost := min(left.get(hold.key, 0), hold.held):
            units[index] = lost
            left[hold.key] -= lost
    return tuple(units)
