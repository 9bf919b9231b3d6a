"""Availability: how many units may be sold, and how that stands against the reorder point.

Rule: it follows from counts alone, so that levels, stored rows and messages of levels all have the same.
"""

from enum import StrEnum


class LevelStatus(StrEnum):
    """Status of a level against its reorder point."""

    IN_STOCK = "IN_STOCK"
    LOW = "LOW"
    OUT = "OUT"


def unpromised_units(on_hand: int, reserved: int, unavailable: int, backordered: int) -> int:
    """Return the units on hand that no order is promised and nothing holds back."""
    return on_hand - reserved - unavailable - backordered


def available_units(unpromised: int, is_closed: bool) -> int:
    """Return the units that may be sold: none where the item or location is archived."""
    return min(unpromised, 0) if is_closed else unpromised


def status_of(available: int, reorder_point: int) -> LevelStatus:
    """Return OUT at nothing available, LOW at or below the reorder point.

    At or below, as in the continuous-review policies of Silver, Pyke and Thomas, *Inventory and Production Management
    in Supply Chains*, 4th ed., 6.3: an order is due when the position drops to s or lower.
    """
    if available <= 0:
        return LevelStatus.OUT
    return LevelStatus.LOW if available <= reorder_point else LevelStatus.IN_STOCK
