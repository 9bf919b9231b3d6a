"""Cycle counting: which levels are due for a count. Those with the highest sales value are counted most often."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.domain.failures import BadArgument
from app.domain.insight.abc import AbcClass, abc_classes
from app.domain.insight.window import SALES_DAYS
from app.domain.money import Money
from app.domain.stock.level import Level, LevelKey
from app.domain.time import MICROSECONDS_PER_DAY, NEVER, Moment
from app.services.counting.ports import CycleReader, SoldItem
from app.services.paging import MAX_PAGE_SIZE
from app.services.ports import Clock, LevelReader

EVERY_DAYS: Mapping[AbcClass, int] = {AbcClass.A: 30, AbcClass.B: 90, AbcClass.C: 365}
MAX_EVERY_DAYS = 3_650


class CountDueReason(StrEnum):
    """Why a level is due."""

    OVERSOLD = "OVERSOLD"
    INTERVAL = "INTERVAL"


@dataclass(frozen=True, slots=True, kw_only=True)
class DueCount:
    """A level that is due for a count.

    `due_at` is NEVER where it has not been counted yet. `value` is its sales of 90 days, at cost.
    """

    level: Level
    abc_class: AbcClass
    due_at: Moment
    value: Money
    reason: CountDueReason = CountDueReason.INTERVAL


class CycleCounts:
    """Plans counts by ABC class: see abc_classes. All methods raise Unavailable."""

    def __init__(self, *, sales: CycleReader, levels: LevelReader, clock: Clock) -> None:
        self._sales = sales
        self._levels = levels
        self._clock = clock

    async def due(self, location: str, *, first: int, every_days: Mapping[AbcClass, int]) -> list[DueCount]:
        """Return the levels that are due by now, the most overdue of the highest class first, then by SKU.

        Oversold levels come before all others, by SKU: their record is certainly wrong, since its last change.
        `every_days` replaces the usual intervals. Raises BadArgument where `first` or an interval is out of range.
        """
        self._check(first, every_days)
        if first == 0:
            return []
        now, every_days = self._clock(), {**EVERY_DAYS, **every_days}
        sold = await self._sales.sold(location, since=Moment(now - SALES_DAYS * MICROSECONDS_PER_DAY))
        values = {item.sku: _value(item) for item in sold}
        classes = abc_classes(values)
        frequent = {sku: name for sku, name in classes.items() if name is not AbcClass.C}
        levels = await self._levels.levels_at([LevelKey(sku, location) for sku in frequent])
        due = [
            DueCount(
                level=level,
                abc_class=frequent[key.sku],
                due_at=_due_at(level, every_days[frequent[key.sku]]),
                value=values[key.sku],
            )
            for key, level in levels.items()
        ]
        oversold = [
            DueCount(
                level=level,
                abc_class=classes.get(level.key.sku, AbcClass.C),
                due_at=level.changed_at,
                value=values.get(level.key.sku, Money(0)),
                reason=CountDueReason.OVERSOLD,
            )
            for level in await self._sales.oversold(location, limit=first)
        ]
        listed = {each.level.key for each in oversold}
        due = [each for each in due if each.due_at <= now and each.level.key not in listed]
        due = [*oversold, *sorted(due, key=_rank)][:first]
        if len(due) == first:
            return due
        others = await self._sales.longest_uncounted(
            location,
            until=Moment(now - every_days[AbcClass.C] * MICROSECONDS_PER_DAY),
            without=frequent.keys() | {key.sku for key in listed},
            first=first - len(due),
        )
        return due + [
            DueCount(
                level=level,
                abc_class=AbcClass.C,
                due_at=_due_at(level, every_days[AbcClass.C]),
                value=values.get(level.key.sku, Money(0)),
            )
            for level in others
        ]

    def _check(self, first: int, every_days: Mapping[AbcClass, int]) -> None:
        if not 0 <= first <= MAX_PAGE_SIZE:
            raise BadArgument(f"`first` must be between 0 and {MAX_PAGE_SIZE}, not {first}.")
        for days in every_days.values():
            if not 1 <= days <= MAX_EVERY_DAYS:
                raise BadArgument(f"`everyDays` must be between 1 and {MAX_EVERY_DAYS}, not {days}.")


def _value(item: SoldItem) -> Money:
    """Return the sales value of an item; 0 where its cost is not known."""
    return Money(item.units * (item.unit_cost or 0))


def _due_at(level: Level, every_days: int) -> Moment:
    return Moment(level.counted_at + every_days * MICROSECONDS_PER_DAY) if level.counted_at else NEVER


def _rank(due: DueCount) -> tuple[str, Moment, str]:
    return (due.abc_class.value, due.due_at, due.level.key.sku)
