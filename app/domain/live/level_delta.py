"""What changed about a level from one of its versions to a later one, in units.

Rule: the level at `since` plus the delta is the level of the event that has it, quantity by quantity.
"""

from typing import Self

from msgspec import Struct

from app.domain.stock.availability import available_units
from app.domain.stock.movement import Movement


class LevelDelta(Struct, frozen=True, kw_only=True, gc=False):
    """The differences of quantities since a version; below zero, decreases. Version 0 is the level before its first."""

    since: int
    on_hand: int = 0
    reserved: int = 0
    unavailable: int = 0
    incoming: int = 0
    backordered: int = 0
    available: int = 0

    @classmethod
    def of(cls, line: Movement) -> Self:
        """Return the difference that one line of the ledger made."""
        change, after = line.change, line.after
        unpromised = after.unpromised - (change.on_hand - change.reserved - change.unavailable - change.backordered)
        was_closed = after.closed if change.closed is None else not change.closed  # it is noted where it changes only
        return cls(
            since=after.version - 1,
            on_hand=change.on_hand,
            reserved=change.reserved,
            unavailable=change.unavailable,
            incoming=change.incoming,
            backordered=change.backordered,
            available=after.available - available_units(unpromised, was_closed),
        )

    def then(self, later: "LevelDelta") -> "LevelDelta":
        """Return the difference that both made, of which `later` begins where this one ends."""
        return LevelDelta(
            since=self.since,
            on_hand=self.on_hand + later.on_hand,
            reserved=self.reserved + later.reserved,
            unavailable=self.unavailable + later.unavailable,
            incoming=self.incoming + later.incoming,
            backordered=self.backordered + later.backordered,
            available=self.available + later.available,
        )
