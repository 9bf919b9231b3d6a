"""The items that the documentation's examples use: the demo neither sells, moves nor orders them.

Rule: what an example says of them stays true, however long the demo has played.
"""

_PREFIXES = frozenset({"BIS", "COF", "CUP", "JAM", "TEA"})
_NUMBERS = frozenset({"001", "002", "003", "004", "005", "009", "020", "021"})


def is_example(sku: str) -> bool:
    """Tell whether an item belongs to the examples."""
    prefix, _, number = sku.partition("-")
    return prefix in _PREFIXES and number in _NUMBERS
