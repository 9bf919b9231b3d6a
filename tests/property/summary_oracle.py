"""What a summary has to be, by the levels that are visible."""

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from tests.property.asked_queries import Asked
from tests.property.visibility_oracle import UNKNOWN

Json = Any

_UNITS = ("onHand", "reserved", "unavailable", "backordered", "incoming", "available")
_VALUED = ("onHand", "reserved", "available", "incoming")
SUMMED = (
    f"__typename _of: item {{ sku category unitCost }} _at: location {{ code name kind }} status {' '.join(_UNITS)}"
)


def summary(asked: Asked, levels: Sequence[Json]) -> Json:
    """Return what is selected of the summary of these levels."""
    found: Json = {}
    for each in asked.below:
        match each.name:
            case "asOf":
                found[each.alias] = UNKNOWN
            case "totals":
                found[each.alias] = _shown(each, levels)
            case "byLocation":
                found[each.alias] = [_of_group(each, some) for some in _groups(levels, lambda one: one["_at"]["code"])]
            case "byCategory":
                by_category = _groups(levels, lambda one: one["_of"]["category"])
                found[each.alias] = [_of_group(each, some) for some in by_category]
            case _:
                found[each.alias] = None
    return found


def _of_group(asked: Asked, levels: Sequence[Json]) -> Json:
    found: Json = {}
    for part in asked.below:
        match part.name:
            case "totals":
                found[part.alias] = _shown(part, levels)
            case "category":
                found[part.alias] = levels[0]["_of"]["category"]
            case _:
                found[part.alias] = {each.alias: levels[0]["_at"].get(each.name, UNKNOWN) for each in part.below}
    return found


def _groups(levels: Sequence[Json], name: Callable[[Json], str | None]) -> list[list[Json]]:
    """Return the levels by name, in order, those without one last."""
    found: dict[str | None, list[Json]] = {}
    for level in levels:
        found.setdefault(name(level), []).append(level)
    return [found[each] for each in sorted(found, key=lambda each: (each is None, each or ""))]


def _shown(asked: Asked, levels: Sequence[Json]) -> Json:
    sums = _summed(levels)
    return {each.alias: sums[each.name] for each in asked.below}


def _summed(levels: Sequence[Json]) -> dict[str, Any]:
    """Return the sums of visible levels."""
    sums: dict[str, Any] = {"levels": len(levels)}
    for status, name in (("IN_STOCK", "inStockLevels"), ("LOW", "lowLevels"), ("OUT", "outLevels")):
        sums[name] = sum(1 for level in levels if level["status"] == status)
    for unit in _UNITS:
        sums[unit] = sum(level[unit] for level in levels)
    costs = [level["_of"]["unitCost"] for level in levels]
    for unit in _VALUED:
        worth = (level[unit] * Decimal(cost or 0) for level, cost in zip(levels, costs, strict=True))
        sums[f"{unit}Value"] = sum(worth, Decimal(0))
    sums["unvaluedUnits"] = sum(each["onHand"] for each, cost in zip(levels, costs, strict=True) if cost is None)
    return sums
