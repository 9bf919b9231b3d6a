"""Insight into a level over some days: how fast it sells, how long it lasts, how often it was out, whether it moves.

Rule: all of it follows from sums over the lines of the ledger, in whatever order they come, so that a store adds them
up where they are and nothing has to be sorted. That works because what a count was before a line is what it is after it
less the change, and because the area below a count that ends at E and changes by c at the places p of a time W is
E·W - Σ c·p.
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
    """The counts of a level that insight is about, in units."""

    on_hand: int
    available: int


class LedgerSums(NamedTuple):
    """What the lines of one level within a window come to. A place is how long after the window's beginning a line is.

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
        told = tuple(lines)
        if not told:
            return cls()
        last = max(told, key=lambda line: line.recorded_at).after
        return cls(
            units=sum(map(units_of, told)),
            moved=sum(line.change.on_hand for line in told),
            moved_late=sum(line.change.on_hand * window.place(line.recorded_at) for line in told),
            out_late=sum(_ran_out(line) * window.place(line.recorded_at) for line in told),
            ended=DayEndCounts(last.on_hand, last.unpromised),
            began_at=max((line.recorded_at for line in told if line.after.version == 1), default=None),
            sold_at=max((line.recorded_at for line in told if line.reason is MovementReason.SALE), default=None),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Insight:
    """What is known of a level over a window. `unit_cost` is None where nobody knows what one unit costs.

    `counts` are those of now, as if the level were not closed: they stand for the whole window where no line tells
    otherwise. Of a level that `is_closed` none of the units is available, and nothing was ever out for that.
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
        """For how many days there has been such a level within the window, one at least.

        What was first stocked an hour ago and sold once does not sell 24 times a day.
        """
        return max(self._lived, MICROSECONDS_PER_DAY) / MICROSECONDS_PER_DAY

    @property
    def velocity(self) -> float:
        """Units sold a day, of the days for which there has been such a level; 0 where as many came back."""
        return max(0, self.units_sold) / self.observed_days

    @property
    def days_of_cover(self) -> float | None:
        """For how many days the available units last at that velocity; None where nothing sells."""
        available = 0 if self.is_closed else max(0, self.counts.available)
        return available / self.velocity if self.velocity else None

    @property
    def mean_on_hand(self) -> float:
        """Units on hand, averaged over the time for which there has been such a level."""
        if not self._lived:
            return max(0.0, float(self.counts.on_hand))
        return max(0.0, self._end.on_hand * self.window.span - self.sums.moved_late) / self._lived

    @property
    def turnover(self) -> float | None:
        """How often a year the stock is sold: the cost of a year's sales by the mean value of the inventory.

        One unit costs the same on both sides of the line, so that it need not be known: it is units sold a year by mean
        units on hand. None where there was nothing on hand. Silver, Pyke and Thomas, *Inventory and Production
        Management in Supply Chains*, 4th ed., ch. 1.
        """
        return self.velocity * DAYS_PER_YEAR / self.mean_on_hand if self.mean_on_hand else None

    @property
    def stock_out_days(self) -> float:
        """For how many days, of 24 hours, nothing was available since there has been such a level."""
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
        """What was sold less what came back, at unit cost."""
        return None if self.unit_cost is None else Money(self.units_sold * self.unit_cost)

    @property
    def stock_value(self) -> Money | None:
        """What is on hand, at unit cost."""
        return None if self.unit_cost is None else Money(self.counts.on_hand * self.unit_cost)

    @property
    def _end(self) -> DayEndCounts:
        return self.sums.ended or self.counts

    @property
    def _lived(self) -> int:
        """For how long there has been such a level within the window, in microseconds."""
        began_at = self.sums.began_at
        return self.window.span - (0 if began_at is None else self.window.place(began_at))


def _ran_out(line: Movement) -> int:
    """Return 1 where a line left nothing available, -1 where it made something available, else 0.

    Before its first line there was no such level, and so it was not out either.
    """
    after, change = line.after.unpromised, line.change
    before = after - (change.on_hand - change.reserved - change.unavailable - change.backordered)
    was_out = before <= 0 and line.after.version > 1
    return (after <= 0) - was_out
