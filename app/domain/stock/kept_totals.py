"""Totals of levels that are kept rather than counted: sums by location, category, archived item and status.

Rule: what a level adds depends on its counts and on the facts of its item alone, so that changes are added in any
order. Whether its location is archived is applied when the totals are read.
"""

from collections.abc import Sequence
from operator import add, sub
from typing import NamedTuple

from app.domain.money import Money
from app.domain.stock.availability import LevelStatus
from app.domain.stock.summary import StockTotals


class ItemFacts(NamedTuple):
    """What the totals use of an item."""

    category: str | None
    unit_cost: Money | None
    is_archived: bool


class LevelState(NamedTuple):
    """What the totals use of a level, apart from its item: units, and its status as the ledger has it."""

    on_hand: int
    reserved: int
    unavailable: int
    backordered: int
    incoming: int
    status: LevelStatus


class Part(NamedTuple):
    """What tells the levels of one sum from others."""

    is_archived: bool
    status: LevelStatus


class Sums(NamedTuple):
    """Sums over levels: their number, their units and values. `free` units are available unless they are archived."""

    levels: int = 0
    on_hand: int = 0
    reserved: int = 0
    unavailable: int = 0
    backordered: int = 0
    incoming: int = 0
    free: int = 0
    unvalued: int = 0
    on_hand_value: int = 0
    reserved_value: int = 0
    unpromised_value: int = 0
    incoming_value: int = 0
    free_value: int = 0

    def plus(self, other: "Sums") -> "Sums":
        """Return the sum of both."""
        return Sums._make(map(add, self, other))

    def minus(self, other: "Sums") -> "Sums":
        """Return the difference."""
        return Sums._make(map(sub, self, other))

    @classmethod
    def over(cls, sums: Sequence["Sums"]) -> "Sums":
        """Return the sum of all, of which there are some."""
        return sums[0] if len(sums) == 1 else cls._make(map(sum, zip(*sums, strict=True)))


class TotalsKey(NamedTuple):
    """The smallest group of levels that the totals tell apart."""

    location: str
    category: str | None
    part: Part


def part_of(level: LevelState, facts: ItemFacts) -> Part:
    """Return the part to which a level belongs."""
    return Part(facts.is_archived, level.status)


def sums_of(level: LevelState, facts: ItemFacts) -> Sums:
    """Return what a level adds to the totals."""
    on_hand, reserved, unavailable, backordered, incoming, _ = level
    unpromised = on_hand - reserved - unavailable - backordered
    free = max(unpromised, 0)
    cost = facts.unit_cost
    if cost is None:
        return Sums(1, on_hand, reserved, unavailable, backordered, incoming, free, unvalued=on_hand)
    return Sums(
        1,
        on_hand,
        reserved,
        unavailable,
        backordered,
        incoming,
        free,
        0,
        on_hand * cost,
        reserved * cost,
        unpromised * cost,
        incoming * cost,
        free * cost,
    )


def status_of(unpromised: int, *, reorder_point: int, is_closed: bool) -> LevelStatus:
    """Return the status of a level, as Level has it."""
    if unpromised <= 0 or is_closed:
        return LevelStatus.OUT
    return LevelStatus.LOW if unpromised <= reorder_point else LevelStatus.IN_STOCK


def totals_of(part: Part, sums: Sums, *, is_location_archived: bool) -> StockTotals:
    """Return the sums as a summary shows them: nothing archived is available, and all of it is OUT."""
    is_closed = part.is_archived or is_location_archived
    status = LevelStatus.OUT if is_closed else part.status
    return StockTotals(
        in_stock_levels=sums.levels if status is LevelStatus.IN_STOCK else 0,
        low_levels=sums.levels if status is LevelStatus.LOW else 0,
        out_levels=sums.levels if status is LevelStatus.OUT else 0,
        on_hand=sums.on_hand,
        reserved=sums.reserved,
        unavailable=sums.unavailable,
        backordered=sums.backordered,
        closed=sums.free if is_closed else 0,
        incoming=sums.incoming,
        unvalued=sums.unvalued,
        on_hand_value=Money(sums.on_hand_value),
        reserved_value=Money(sums.reserved_value),
        available_value=Money(sums.unpromised_value - sums.free_value if is_closed else sums.unpromised_value),
        incoming_value=Money(sums.incoming_value),
    )
