"""The items that the documentation's examples use: the demo neither sells, moves nor orders them.

Rule: what an example says of them stays true, however long the demo has played.
"""

_EXAMPLES = frozenset(
    {
        *("BIS-001", "BIS-002", "BIS-003", "BIS-004"),
        *("COF-001", "COF-002", "COF-005"),
        *("CUP-001", "CUP-005"),
        *("JAM-001", "JAM-002", "JAM-004"),
        *("TEA-001", "TEA-002", "TEA-003", "TEA-004", "TEA-005", "TEA-009", "TEA-020", "TEA-021"),
    }
)


def is_example(sku: str) -> bool:
    """Tell whether an item belongs to the examples."""
    return sku in _EXAMPLES
