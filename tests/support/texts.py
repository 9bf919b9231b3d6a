"""What is said of texts that hold a sign which they may not hold."""


def holds(sign: str, place: int) -> str:
    """Return the rule that a sign breaks, by its name and its place, counted from 1."""
    return f"has {sign} as its character {place}, which it may not hold"


def begins_with(blank: str) -> str:
    """Return the rule that a blank at the beginning breaks."""
    return f"has {blank} as its first character, where no blank may stand"


def ends_with(blank: str, length: int) -> str:
    """Return the rule that a blank at the end breaks; `length` is that of the text."""
    return f"has {blank} as its last character, {length}, where no blank may stand"


def out_of(code_rule: str, sign: str, place: int) -> str:
    """Return the rule of a location's code with the sign that breaks it."""
    return f"{code_rule} of ASCII, and has {sign} as its character {place}"


SPACE = "SPACE (U+0020)"
