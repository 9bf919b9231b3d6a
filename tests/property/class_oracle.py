"""What the ABC classes come to for a limited principal: the sums over the levels that it sees."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from app.domain.insight.abc import AbcClass
from tests.property.asked_queries import Asked

Json = Any

CLASSED = "__typename abcClass isDeadStock salesValue stockValue _of: item { category } _at: location { code }"


def class_totals(asked: Asked, levels: Sequence[Json]) -> Json:
    """Return what is selected of the sums over these levels, class by class."""
    return [_of_class(asked, name.value, levels) for name in AbcClass]


def _of_class(asked: Asked, name: str, levels: Sequence[Json]) -> Json:
    some = [each for each in levels if each["abcClass"] == name]
    dead = [each for each in some if each["isDeadStock"]]
    figures = {
        "__typename": "AbcClassTotals",
        "abcClass": name,
        "levels": len(some),
        "deadLevels": len(dead),
        "salesValue": _sum(some, "salesValue"),
        "stockValue": _sum(some, "stockValue"),
        "deadValue": _sum(dead, "stockValue"),
    }
    return {each.alias: figures[each.name] for each in asked.below}


def _sum(levels: Sequence[Json], value: str) -> str:
    total = sum((Decimal(each[value] or 0) for each in levels), Decimal())
    return f"{total:.2f}"
