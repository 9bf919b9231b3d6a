"""Ranking of the levels of some locations: ABC class within each location, and every order that lists of insight have.

Rule: items are classed by the value of their sales at one location, whatever a list shows. Levels whose item or
location is archived are left out of the classing, and are C.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from app.domain.failures import ServiceError
from app.domain.insight.abc import AbcClass, abc_classes
from app.domain.insight.insight import DayEndCounts, Insight, LedgerSums
from app.domain.insight.window import Window
from app.domain.money import Money
from app.domain.stock.level import LevelKey
from app.domain.time import SECONDS_PER_DAY, Moment

ENDLESS = 2**62  # larger values make no difference to an order; every store and cursor can hold it


class InsightOrder(StrEnum):
    """How lists of insight are ordered."""

    SKU = "SKU"
    LOCATION = "LOCATION"
    SALES_VALUE = "SALES_VALUE"
    STOCK_VALUE = "STOCK_VALUE"
    DAYS_OF_COVER = "DAYS_OF_COVER"
    STOCK_OUT_DAYS = "STOCK_OUT_DAYS"


class StockedLevel(NamedTuple):
    """The facts of a level that a ranking needs beside its ledger."""

    key: LevelKey
    counts: DayEndCounts
    unit_cost: Money | None
    is_closed: bool


class RankedLevel(NamedTuple):
    """A level with the values by which it is ordered. Values are at unit cost, 0 where that is not known.

    `cover` is in seconds, ENDLESS where nothing sells. `out_time` is in microseconds; only a ranking whose sums are
    about time has it.
    """

    key: LevelKey
    abc_class: AbcClass
    is_dead_stock: bool
    sales_value: int
    stock_value: int
    cover: int
    out_time: int


Place = tuple[str | int, ...]  # the sort key of a level in an order; no two are equal

_PLACES: Mapping[InsightOrder, Callable[[RankedLevel], Place]] = {
    InsightOrder.SKU: lambda level: level.key,
    InsightOrder.LOCATION: lambda level: (level.key.location, level.key.sku),
    InsightOrder.SALES_VALUE: lambda level: (-level.sales_value, *level.key),
    InsightOrder.STOCK_VALUE: lambda level: (-level.stock_value, *level.key),
    InsightOrder.DAYS_OF_COVER: lambda level: (level.cover, *level.key),
    InsightOrder.STOCK_OUT_DAYS: lambda level: (-level.out_time, *level.key),
}


class Ranking:
    """All levels of some locations as of a moment. It is immutable, and sorted once for each requested order."""

    def __init__(self, levels: Sequence[RankedLevel], *, as_of: Moment) -> None:
        self.levels = levels
        self.as_of = as_of
        self._ordered: dict[InsightOrder, Sequence[RankedLevel]] = {}
        self._classes = {level.key: level.abc_class for level in levels if level.abc_class is not AbcClass.C}

    @classmethod
    def of(cls, levels: Iterable[StockedLevel], *, sums: Mapping[LevelKey, LedgerSums], window: Window) -> "Ranking":
        """Rank levels by their sums; those without any did not move."""
        none = LedgerSums()
        insights = [
            (
                level.is_closed,
                Insight(
                    key=level.key,
                    counts=level.counts,
                    unit_cost=level.unit_cost,
                    sums=sums.get(level.key, none),
                    window=window,
                    is_closed=level.is_closed,
                ),
            )
            for level in levels
        ]
        classes = _classes(insight for is_closed, insight in insights if not is_closed)
        return cls(
            [_ranked(insight, classes.get(insight.key, AbcClass.C)) for _, insight in insights], as_of=window.until
        )

    def __len__(self) -> int:
        return len(self.levels)

    def class_of(self, key: LevelKey) -> AbcClass:
        """Return the class of an item at a location."""
        return self._classes.get(key, AbcClass.C)

    def ordered(self, order: InsightOrder, *, after: Place | None = None) -> Sequence[RankedLevel]:
        """Return the levels after a place in an order."""
        if order not in self._ordered:
            self._ordered[order] = sorted(self.levels, key=_PLACES[order])
        levels = self._ordered[order]
        return levels if after is None else levels[bisect_right(levels, after, key=_PLACES[order]) :]


def place_of(level: RankedLevel, order: InsightOrder) -> Place:
    """Return the place of a level in an order."""
    return tuple(_PLACES[order](level))


def _classes(insights: Iterable[Insight]) -> dict[LevelKey, AbcClass]:
    values: dict[str, dict[str, int]] = {}
    for insight in insights:
        if insight.units_sold > 0:
            values.setdefault(insight.key.location, {})[insight.key.sku] = insight.sales_value or 0
    return {
        LevelKey(sku, location): abc_class
        for location, sold in values.items()
        for sku, abc_class in abc_classes(sold).items()
    }


def _ranked(insight: Insight, abc_class: AbcClass) -> RankedLevel:
    cover = insight.days_of_cover
    return RankedLevel(
        key=insight.key,
        abc_class=abc_class,
        is_dead_stock=insight.is_dead_stock,
        sales_value=_bounded(insight.sales_value or 0),
        stock_value=_bounded(insight.stock_value or 0),
        cover=ENDLESS if cover is None else round(cover * SECONDS_PER_DAY),
        out_time=insight.out_time,
    )


def _bounded(value: int) -> int:
    return max(-ENDLESS, min(value, ENDLESS))


class RankingTooLarge(ServiceError):
    """The ranking has too many levels, or took too long."""

    def __init__(self, limit: str) -> None:
        self.limit = limit
        super().__init__(f"The ranking exceeds the limit of {limit}. Narrow the filter to fewer locations.")


class RankingNotReady(ServiceError):
    """The ranking is still being computed, and is ready for a request a little later."""

    def __init__(self, *, waited_seconds: float) -> None:
        self.waited_seconds = waited_seconds
        super().__init__(
            f"The ranking is not ready after {waited_seconds:g} s. Ask again in a few seconds, or narrow the filter to "
            "fewer locations."
        )


class TooManyRankings(ServiceError):
    """The maximum number of rankings is being computed or queued."""

    def __init__(self, *, maximum: int) -> None:
        self.maximum = maximum
        super().__init__(
            f"{maximum} rankings of other locations are being computed already. Ask again in a few seconds."
        )
