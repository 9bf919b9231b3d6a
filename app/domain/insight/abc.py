"""ABC analysis: the few items that make up most of a value, and the many that make up the rest."""

from collections.abc import Mapping
from enum import StrEnum

_PERCENT_A = 80
_PERCENT_A_AND_B = 95


class AbcClass(StrEnum):
    """ABC class of an item."""

    A = "A"
    B = "B"
    C = "C"


def abc_classes(values: Mapping[str, int]) -> dict[str, AbcClass]:
    """Return the class of each item, the most valuable first; values may be in any one unit.

    A are the items that make up the first 80 % of the sum of all values, each whole, so that the one that passes the 80
    % is still A. B make up the next 15 %, and C the rest, also items without a value or with one below zero. The
    distribution by value of Silver, Pyke and Thomas, *Inventory and Production Management in Supply Chains*, 4th ed.,
    ch. 2, after Pareto. Equal values are in the order of their names.
    """
    ranked = sorted(values, key=lambda name: (-values[name], name))
    total = sum(value for value in values.values() if value > 0)
    classes: dict[str, AbcClass] = {}
    before = 0  # the value of all items that matter more
    for name in ranked:
        classes[name] = _class(before, total) if values[name] > 0 else AbcClass.C
        before += values[name]
    return classes


def _class(before: int, total: int) -> AbcClass:
    if 100 * before < _PERCENT_A * total:
        return AbcClass.A
    return AbcClass.B if 100 * before < _PERCENT_A_AND_B * total else AbcClass.C
