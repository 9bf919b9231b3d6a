"""Inventory summary: sums of the units, values and statuses of many levels.

Rule: every sum is exact, however large, and the groups of a summary and its others add up to its totals.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from operator import add, sub
from typing import Generic, NamedTuple, TypeVar

from app.domain.failures import ServiceError
from app.domain.money import Money
from app.domain.stock.availability import LevelStatus
from app.domain.stock.level import Level
from app.domain.time import Moment

MAX_GROUPS = 1_000  # per breakdown: 400 KB of response, 12 ms to build; more is a report, not a dashboard

Name = TypeVar("Name", str, str | None)


class StockTotals(NamedTuple):
    """Sums over some levels: the number of each status, their units and values.

    A tuple, because a summary adds up tens of thousands of them. `unvalued` are units on hand whose item has no known
    cost: no value includes them. `closed` ones would be available if their item and location were not archived.
    """

    in_stock_levels: int = 0
    low_levels: int = 0
    out_levels: int = 0
    on_hand: int = 0
    reserved: int = 0
    unavailable: int = 0
    backordered: int = 0
    closed: int = 0
    incoming: int = 0
    unvalued: int = 0
    on_hand_value: Money = Money(0)
    reserved_value: Money = Money(0)
    available_value: Money = Money(0)
    incoming_value: Money = Money(0)

    @property
    def levels(self) -> int:
        """The number of levels."""
        return self.in_stock_levels + self.low_levels + self.out_levels

    @property
    def available(self) -> int:
        """Units that may be sold or promised now; below zero, more are promised than are on hand."""
        return self.on_hand - self.reserved - self.unavailable - self.backordered - self.closed

    def plus(self, other: "StockTotals") -> "StockTotals":
        """Return the sum of both."""
        return StockTotals._make(map(add, self, other))

    def minus(self, other: "StockTotals") -> "StockTotals":
        """Return the difference."""
        return StockTotals._make(map(sub, self, other))

    @classmethod
    def of(cls, level: Level, *, unit_cost: Money | None) -> "StockTotals":
        """Return the sums over one level, whose item has this cost, None where unknown."""
        cost = unit_cost or 0
        return cls(
            **counted(level.status, 1),
            on_hand=level.on_hand,
            reserved=level.reserved,
            unavailable=level.unavailable,
            backordered=level.backordered,
            closed=level.on_hand - level.reserved - level.unavailable - level.backordered - level.available,
            incoming=level.incoming,
            unvalued=level.on_hand if unit_cost is None else 0,
            on_hand_value=Money(level.on_hand * cost),
            reserved_value=Money(level.reserved * cost),
            available_value=Money(level.available * cost),
            incoming_value=Money(level.incoming * cost),
        )


class SummaryLine(NamedTuple):
    """The sums over some levels of one location and one category."""

    location: str
    category: str | None
    totals: StockTotals


@dataclass(frozen=True, slots=True, kw_only=True)
class Group(Generic[Name]):
    """The sums over the levels of one location or one category."""

    name: Name
    totals: StockTotals


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakdown(Generic[Name]):
    """Totals by location or by category, ordered by name; the group without a category comes last.

    Of more than MAX_GROUPS groups, those with the most levels are listed, ties by name, and `others` are the sums over
    all other levels, None where there are none.
    """

    groups: tuple[Group[Name], ...] = ()
    others: StockTotals | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InventorySummary:
    """Sums over levels at one moment, `as_of` or a little later: every change is included completely or not at all."""

    as_of: Moment
    totals: StockTotals
    by_location: Breakdown[str]
    by_category: Breakdown[str | None]


class SummaryTooLarge(ServiceError):
    """The summary took too long, or has too many parts."""

    def __init__(self, limit: str) -> None:
        self.limit = limit
        super().__init__(f"The summary exceeds the limit of {limit}. Narrow the filter.")


class SummaryNotReady(ServiceError):
    """The summary is still being computed, and is ready for a request a little later."""

    def __init__(self, *, waited_seconds: float) -> None:
        self.waited_seconds = waited_seconds
        super().__init__(
            f"The summary is not ready after {waited_seconds:g} s. Ask again in a few seconds, or narrow the filter."
        )


class TooManySummaries(ServiceError):
    """The maximum number of summaries is being computed or queued."""

    def __init__(self, *, maximum: int) -> None:
        self.maximum = maximum
        super().__init__(
            f"{maximum} summaries with other filters are being computed already. Ask again in a few seconds."
        )


class SummaryTally:
    """Accumulator of a summary."""

    def __init__(self) -> None:
        self._by_location: dict[str, StockTotals] = {}
        self._by_category: dict[str | None, StockTotals] = {}

    def add(self, line: SummaryLine) -> None:
        """Add a line."""
        self.add_at_location(line.location, line.totals)
        self.add_in_category(line.category, line.totals)

    def add_at_location(self, location: str, totals: StockTotals) -> None:
        """Add sums over levels of one location; their categories are added apart."""
        _add(self._by_location, location, totals)

    def add_in_category(self, category: str | None, totals: StockTotals) -> None:
        """Add sums over levels of one category; their locations are added apart."""
        _add(self._by_category, category, totals)

    def summary(self, *, as_of: Moment) -> InventorySummary:
        """Return the summary of the lines."""
        return InventorySummary(
            as_of=as_of,
            totals=_sum(self._by_location.values()),
            by_location=_breakdown(self._by_location),
            by_category=_breakdown(self._by_category),
        )


def counted(status: LevelStatus, levels: int) -> dict[str, int]:
    """Return the field of StockTotals that counts levels of a status, with the number 1."""
    return {f"{status.lower()}_levels": levels}


def _add(sums: dict[Name, StockTotals], name: Name, totals: StockTotals) -> None:
    known = sums.get(name)
    sums[name] = totals if known is None else known.plus(totals)


def _sum(parts: Iterable[StockTotals]) -> StockTotals:
    whole = StockTotals()
    for part in parts:
        whole = whole.plus(part)
    return whole


def _breakdown(sums: dict[Name, StockTotals]) -> Breakdown[Name]:
    largest = sorted(sums, key=lambda name: (-sums[name].levels, *_place(name)))
    shown, left = largest[:MAX_GROUPS], largest[MAX_GROUPS:]
    return Breakdown(
        groups=tuple(Group(name=name, totals=sums[name]) for name in sorted(shown, key=_place)),
        others=_sum(sums[name] for name in left) if left else None,
    )


def _place(name: str | None) -> tuple[bool, str]:
    return (name is None, name or "")
