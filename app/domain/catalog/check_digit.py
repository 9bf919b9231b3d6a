"""The last digit of a number of goods, which tells a slip of the keyboard. GS1 General Specifications, 7.9."""


def check_digit(digits: str) -> str:
    """Return the last digit of a number of goods, from the others: GS1's sum with weights 3 and 1 from the right."""
    total = sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)
