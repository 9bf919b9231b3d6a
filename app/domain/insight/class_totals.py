"""Sums over ranked levels by their ABC class: how much of the sales and of the stock each class is."""

from collections.abc import Iterable
from typing import NamedTuple

from app.domain.insight.abc import AbcClass
from app.domain.insight.ranking import RankedLevel


class ClassTotals(NamedTuple):
    """What the levels of a class come to. Values are at unit cost, 0 where that is not known."""

    levels: int = 0
    dead_levels: int = 0
    sales_value: int = 0
    stock_value: int = 0
    dead_value: int = 0


def class_totals(levels: Iterable[RankedLevel]) -> dict[AbcClass, ClassTotals]:
    """Return the totals of each class, also of those without a level."""
    counts = {abc_class: [0, 0, 0, 0, 0] for abc_class in AbcClass}
    for level in levels:
        of_class = counts[level.abc_class]
        of_class[0] += 1
        of_class[2] += level.sales_value
        of_class[3] += level.stock_value
        if level.is_dead_stock:
            of_class[1] += 1
            of_class[4] += level.stock_value
    return {abc_class: ClassTotals(*of_class) for abc_class, of_class in counts.items()}
