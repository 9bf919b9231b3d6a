"""Insight into a level over some days: velocity, days of cover, stock-out days, turnover and dead stock.

Rule: every figure follows from sums over the lines of the ledger, in any order, so that a store adds them up in place
and sorts nothing. That works because a count before a line is the count after it less the change, and because the area
below a count that ends at E and changes by c at the places p of a time W is E·W - Σ c·p.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from app.domain.insight.window import Window
from app.domain.money import Money
from app.domain.replenishment.demand import units_of
from app.domain.stock.level import LevelKey
from app.domain.stock.movement import Movement, MovementReason
from app.domain.time import DAYS_PER_YEAR, MICROSECONDS_PER_DAY, Moment


class DayEndCounts(NamedTuple):
    """The counts of a level that insight uses, in units."""

    on_hand: int
    available: int


class LedgerSums(NamedTuple):
    """Sums over the lines of one level within a window. A place is the time from the window's beginning to a line.

    `units` were sold, less those that came back. `moved` is by how much on hand grew, and `moved_late` the sum of each
    growth times its place. `out_late` is the sum of the places at which it ran out, less those at which it came back:
    nothing is available while it is out. `ended` is what it was after the last line. `began_at` and `sold_at` are when
    it began and when it was sold last, if that is within the window. Without a line, all is as here.
    """

    units: int = 0
    moved: int = 0
    moved_late: float = 0
    out_late: float = 0
    ended: DayEndCounts | None = None
    began_at: Moment | None = None
    sold_at: Moment | None = None

    @classmethod
    def of(cls, lines: Iterable[Movement], *, window: Window) -> "LedgerSums":
        """Return the sums over lines of one level, all of them since the window's beginning."""
        window_lines = tuple(lines)
        if not window_lines:
            return cls()
        last = max(window_lines, key=lambda line: line.recorded_at).after
        return cls(
            units=sum(map(units_of, window_lines)),
            moved=sum(line.change.on_hand for line in window_lines),
            moved_late=sum(line.change.on_hand * window.place(line.recorded_at) for line in window_lines),
            out_late=sum(_ran_out(line) * window.place(line.recorded_at) for line in window_lines),
            ended=DayEndCounts(last.on_hand, last.unpromised),
            began_at=max((line.recorded_at for line in window_lines if line.after.version == 1), default=None),
            sold_at=max(
                (line.recorded_at for line in window_lines if line.reason is MovementReason.SALE), default=None
            ),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Insight:
    """The figures of a level over a window. `unit_cost` is None where unknown.

    `counts` are the present ones, as if the level were not closed: without a line they hold for the whole window. A
    level that `is_closed` has no available units, but was not out for that.
    """

    key: LevelKey
    counts: DayEndCounts
    unit_cost: Money | None
    sums: LedgerSums
    window: Window
    is_closed: bool = False

    @property
    def units_sold(self) -> int:
        """Units sold, less those that came back: below zero, more came back."""
        return self.sums.units

    @property
    def observed_days(self) -> float:
        """The days for which the level has existed within the window, one at least.

        An item that was first stocked an hour ago and sold once does not sell 24 times a day.
        """
        return max(self._lived, MICROSECONDS_PER_DAY) / MICROSECONDS_PER_DAY

    @property
    def velocity(self) -> float:
        """Units sold per observed day; 0 where as many came back."""
        return max(0, self.units_sold) / self.observed_days

    @property
    def days_of_cover(self) -> float | None:
        """The days for which the available units last at that velocity; None where nothing sells."""
        available = 0 if self.is_closed else max(0, self.counts.available)
        return available / self.velocity if self.velocity else None

    @property
    def mean_on_hand(self) -> float:
        """Units on hand, averaged over the time for which the level has existed."""
        if not self._lived:
            return max(0.0, float(self.counts.on_hand))
        return max(0.0, self._end.on_hand * self.window.span - self.sums.moved_late) / self._lived

    @property
    def turnover(self) -> float | None:
        """How often a year the stock is sold: the cost of a year's sales by the mean value of the inventory.

        The unit cost cancels out, so it need not be known: units sold a year by mean units on hand. None where there
        was nothing on hand. Silver, Pyke and Thomas, *Inventory and Production Management in Supply Chains*, 4th ed.,
        ch. 1.
        """
        return self.velocity * DAYS_PER_YEAR / self.mean_on_hand if self.mean_on_hand else None

    @property
    def stock_out_days(self) -> float:
        """The days of 24 hours for which nothing was available since the level has existed."""
        return self.out_time / MICROSECONDS_PER_DAY

    @property
    def out_time(self) -> int:
        """The same in microseconds."""
        return int((self._end.available <= 0) * self.window.span - self.sums.out_late)

    @property
    def is_dead_stock(self) -> bool:
        """Whether units are on hand, some were when the window began, and not one was sold within it."""
        on_hand_before = self._end.on_hand - self.sums.moved
        return self.counts.on_hand > 0 < on_hand_before and self.sums.sold_at is None

    @property
    def sales_value(self) -> Money | None:
        """Units sold less returns, at unit cost."""
        return None if self.unit_cost is None else Money(self.units_sold * self.unit_cost)

    @property
    def stock_value(self) -> Money | None:
        """Units on hand, at unit cost."""
        return None if self.unit_cost is None else Money(self.counts.on_hand * self.unit_cost)

    @property
    def _end(self) -> DayEndCounts:
        return self.sums.ended or self.counts

    @property
    def _lived(self) -> int:
        """The time for which the level has existed within the window, in microseconds."""
        began_at = self.sums.began_at
        return self.window.span - (0 if began_at is None else self.window.place(began_at))


def _ran_out(line: Movement) -> int:
    """Return 1 where a line left nothing available, -1 where it made something available, else 0.

    Before its first line the level did not exist, and so it was not out.
    """
    after, change = line.after.unpromised, line.change
    before = after - (change.on_hand - change.reserved - change.unavailable - change.backordered)
    was_out = before <= 0 and line.after.version > 1
    return (after <= 0) - was_out
