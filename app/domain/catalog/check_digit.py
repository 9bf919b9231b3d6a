"""Check digit of a GTIN, which detects typing errors. Source: GS1 General Specifications, 7.9."""


def check_digit(digits: str) -> str:
    """Return the check digit of a GTIN from its other digits: GS1's sum with weights 3 and 1 from the right."""
    total = sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)
