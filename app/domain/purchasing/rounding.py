"""Rounding of an order quantity to a supplier's minimum order quantity and pack size."""

from app.domain.limits import MAX_QUANTITY


def round_to_packs(units: int, *, minimum_quantity: int, pack_size: int) -> int:
    """Return the least number of units that is enough, not below the minimum, and made of whole packs.

    Where that is more than can be ordered, return the most whole packs that can.
    """
    least = max(units, minimum_quantity)
    return min(-(-least // pack_size), MAX_QUANTITY // pack_size) * pack_size
