"""Placement of an order's lines: where their units are held or backordered, on levels that the lines use up in turn.

Rule: available units are reserved before any are backordered, and no unit is taken twice.
"""

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter

from app.domain.limits import MAX_QUANTITY
from app.domain.reservations.holds import Hold, changes
from app.domain.reservations.sourcing import Source, Wanted, source
from app.domain.stock.level import Level, LevelKey
from app.domain.stock.level_change import LevelChange


class Placement:
    """The units that the lines of one order have so far, by the index of the line."""

    def __init__(self, *, takes_backorders: bool) -> None:
        self._takes_backorders = takes_backorders
        self._levels: dict[LevelKey, Level] = {}
        self._taken: dict[LevelKey, int] = {}  # units held or waited for
        self._held: dict[tuple[int, LevelKey], int] = {}
        self._waiting: dict[tuple[int, LevelKey], int] = {}

    @property
    def holds(self) -> tuple[Hold, ...]:
        """The holds of the lines, one per line and location."""
        held, waiting = self._held, self._waiting
        places = sorted({**held, **waiting}, key=itemgetter(0))  # of one line in the order in which they were found
        return tuple(
            [
                Hold(
                    line=place[0],
                    sku=place[1].sku,
                    location=place[1].location,
                    held=held.get(place, 0),
                    waiting=waiting.get(place, 0),
                )
                for place in places
            ]
        )

    def changes(self, holds: Iterable[Hold]) -> Mapping[LevelKey, LevelChange]:
        """Return the change of each level by its holds."""
        changed = changes((), holds)
        for key, change in changed.items():
            assert self._levels[key].refusal(change) is None, (self._levels[key], change)
        return changed

    def at(self, level: Level, *, line: int, quantity: int) -> int:
        """Place units of a line at one level, and return how many could not be placed."""
        available = self._available(level)
        if quantity <= available:
            self._hold(level, line=line, units=quantity)
            return 0
        if available > 0:
            self._hold(level, line=line, units=available)
            quantity -= available
        return quantity - self._wait(level, line=line, quantity=quantity)

    def anywhere(
        self,
        wanted: Mapping[int, Wanted],
        levels: Iterable[Level],
        *,
        priorities: Mapping[str, int],
        max_locations: int | None,
    ) -> dict[int, int]:
        """Place lines at some of these levels, and return how many units of each could not be placed.

        They come from `max_locations` locations at most. Units that no location has are backordered at one location
        that allows them all, the lowest priority first, or else split over all that allow some.
        """
        at: dict[str, dict[str, Level]] = {}
        for level in levels:
            at.setdefault(level.key.location, {})[level.key.sku] = level
        sources = [
            Source(code, priorities[code], {sku: self._available(level) for sku, level in stocked.items()})
            for code, stocked in at.items()
        ]
        left = {line: quantity for line, (_, quantity) in wanted.items()}
        chosen: dict[str, None] = {}
        lines = list(wanted)
        for allocation in source(list(wanted.values()), sources, max_locations=max_locations):
            line = lines[allocation.line]
            self._hold(at[allocation.location][wanted[line].sku], line=line, units=allocation.quantity)
            left[line] -= allocation.quantity
            chosen[allocation.location] = None
        limit = len(at) if max_locations is None else max_locations
        for line in [line for line, units in left.items() if units and self._takes_backorders]:
            order = sorted(at, key=lambda code: (priorities[code], code not in chosen, code))
            stocked = [at[code][wanted[line].sku] for code in order if wanted[line].sku in at[code]]
            left[line] = self._wait_anywhere(stocked, line=line, quantity=left[line], chosen=chosen, limit=limit)
        return left

    def _wait_anywhere(
        self, levels: Sequence[Level], *, line: int, quantity: int, chosen: dict[str, None], limit: int
    ) -> int:
        def is_allowed(level: Level) -> bool:
            return level.key.location in chosen or len(chosen) < limit

        whole = next((level for level in levels if is_allowed(level) and self._room(level) >= quantity), None)
        for level in levels if whole is None else [whole]:
            if is_allowed(level) and (units := self._wait(level, line=line, quantity=quantity)):
                quantity -= units
                chosen[level.key.location] = None
        return quantity

    def _wait(self, level: Level, *, line: int, quantity: int) -> int:
        units = min(quantity, self._room(level)) if self._takes_backorders else 0
        if units <= 0:
            return 0
        self._take(level, units)
        self._waiting[line, level.key] = units
        return units

    def _hold(self, level: Level, *, line: int, units: int) -> None:
        self._take(level, units)
        self._held[line, level.key] = units

    def _take(self, level: Level, units: int) -> None:
        self._levels[level.key] = level
        self._taken[level.key] = self._taken.get(level.key, 0) + units

    def _available(self, level: Level) -> int:
        return level.available - self._taken.get(level.key, 0)

    def _room(self, level: Level) -> int:
        """Return how many units may be backordered at a level after all available ones are taken."""
        promised = level.reserved + level.unavailable + level.backordered
        most = min(level.available + level.backorder_limit, MAX_QUANTITY - promised)
        return most - self._taken.get(level.key, 0)
