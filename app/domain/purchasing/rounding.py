"""Rounding of an order quantity to a supplier's minimum order quantity and pack size."""


def round_to_packs(units: int, *, minimum_quantity: int, pack_size: int) -> int:
    """Return the least number of units that is enough, not below the minimum, and made of whole packs."""
    least = max(units, minimum_quantity)
    return -(-least // pack_size) * pack_size
