"""The history of a level: what it was at the ends of equal slices of a window, and what moved within each.

Rule: every point follows from the lines of the ledger, in any order: a slice knows its first and last line by their
versions, and a slice without lines has what the one before it ended with. So a store adds them up in place, and sorts
nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from app.domain.failures import BadArgument
from app.domain.insight.window import Window
from app.domain.replenishment.demand import units_of
from app.domain.stock.level import Level
from app.domain.stock.movement import Movement, MovementReason
from app.domain.time import Moment

RECEIPT_REASONS = (MovementReason.RECEIPT, MovementReason.TRANSFER)  # where units are added
MAX_HISTORY_POINTS = 366  # a year of days: as many as a plot has pixels for


class Grid(NamedTuple):
    """A window, cut into so many slices of the same length. Slice 0 is the newest."""

    window: Window
    points: int

    @property
    def width(self) -> int:
        """The length of a slice in microseconds; the oldest is longer by what is left over."""
        return self.window.span // self.points

    def slice(self, moment: Moment) -> int:
        """Return the number of the slice that a moment lies in; what is later than the window is in the newest."""
        return self.slice_aged(max(0, self.window.until - 1 - moment))

    def slice_aged(self, age: int) -> int:
        """Return the number of the slice that ends at most so many microseconds before the window does."""
        return min(age // self.width, self.points - 1)

    def end(self, number: int) -> Moment:
        """Return the moment at which a slice ends."""
        return Moment(self.window.until - number * self.width)


def grid(window: Window, points: int) -> Grid:
    """Return a window in slices. Raises BadArgument where there are too few or too many."""
    if not 1 <= points <= MAX_HISTORY_POINTS:
        raise BadArgument(f"`points` must be between 1 and {MAX_HISTORY_POINTS}, not {points}.")
    return Grid(window, points)


class PastCounts(NamedTuple):
    """The counts of a level at a moment, in units. Units available are counted as if nothing were archived."""

    on_hand: int
    available: int


class Slice(NamedTuple):
    """What the lines of one level within one slice come to, in units.

    `before` is what it was before the first of them, None where that began the level; `after` what it was after the
    last. `units_sold` are less those that came back, and `units_received` came from suppliers or other locations.
    """

    before: PastCounts | None
    after: PastCounts
    units_in: int
    units_out: int
    units_sold: int
    units_received: int

    @classmethod
    def of(cls, lines: Iterable[Movement]) -> "Slice":
        """Return what these lines come to, one at least."""
        ordered = sorted(lines, key=lambda line: line.after.version)
        first, last = ordered[0], ordered[-1]
        after, change = first.after, first.change
        gained = change.on_hand - change.reserved - change.unavailable - change.backordered
        before = PastCounts(after.on_hand - change.on_hand, after.unpromised - gained)
        deltas = [line.change.on_hand for line in ordered]
        return cls(
            before=before if after.version > 1 else None,
            after=PastCounts(last.after.on_hand, last.after.unpromised),
            units_in=sum(delta for delta in deltas if delta > 0),
            units_out=-sum(delta for delta in deltas if delta < 0),
            units_sold=sum(map(units_of, ordered)),
            units_received=sum(max(0, line.change.on_hand) for line in ordered if line.reason in RECEIPT_REASONS),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPoint:
    """A level at the end of a slice, and what moved within it. `counts` is None before the level began."""

    at: Moment
    counts: PastCounts | None
    units_in: int = 0
    units_out: int = 0
    units_sold: int = 0
    units_received: int = 0


def history_of(level: Level, slices: Mapping[int, Slice], grid: Grid) -> Sequence[HistoryPoint]:
    """Return the points of a level, the oldest first, from the slices that have lines, by their numbers."""
    counts: PastCounts | None = PastCounts(level.on_hand, level.unpromised)
    if slices:
        counts = slices[max(slices)].before
    points = []
    for number in reversed(range(grid.points)):
        found = slices.get(number)
        if found is None:
            points.append(HistoryPoint(at=grid.end(number), counts=counts))
            continue
        counts = found.after
        points.append(
            HistoryPoint(
                at=grid.end(number),
                counts=counts,
                units_in=found.units_in,
                units_out=found.units_out,
                units_sold=found.units_sold,
                units_received=found.units_received,
            )
        )
    return points
