"""Shortages: which orders are short where reserved units are gone.

Rule: the newest orders lose first, by creation and then by id. So arriving units go to the oldest of the short orders,
and an order that is served never becomes short because of a newer one.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
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
        """Return the short orders of a level, given those that hold units there, the newest first.

        Unavailable units are subtracted: they cannot be shipped, whichever units are gone.
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
    """Return how many reserved units of a level are gone."""
    return min(level.reserved, level.shortfall)


def held_by_level(holds: Iterable[Hold]) -> dict[LevelKey, int]:
    """Return the units held at each level."""
    held = Counter[LevelKey]()
    for hold in holds:
        held[hold.key] += hold.held
    return dict(+held)
