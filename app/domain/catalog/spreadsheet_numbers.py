"""Numbers that a spreadsheet has shortened: 9.78E+12 for 9780306406157.

A spreadsheet shows long numbers so, and saves what it shows: a file that was opened and saved has lost the last digits.
"""

import re
from collections.abc import Iterable
from decimal import Decimal

_SHORTENED = re.compile(r"([0-9](?:[.,]([0-9]{1,15}))?)[eE]\+?([0-9]{1,3})")  # 5.01E+12
_NUMBER = re.compile(r"[0-9]{6,64}")


def is_shortened(code: str) -> bool:
    """Tell whether a code looks like a shortened number."""
    return _SHORTENED.fullmatch(code) is not None


def long_form(code: str, known: Iterable[str]) -> str | None:
    """Return the known code that a shortened code stands for, None if there is none."""
    found = _SHORTENED.fullmatch(code)
    if found is None:
        return None
    short = (Decimal(found[1].replace(",", ".")), int(found[3]))
    decimals = len(found[2] or "")
    return next((each for each in known if _NUMBER.fullmatch(each) and _shown(each, decimals) == short), None)


def _shown(number: str, decimals: int) -> tuple[Decimal, int]:
    """Return a number as a spreadsheet shows it: its beginning, and the power of ten."""
    beginning, power = f"{Decimal(number):.{decimals}E}".split("E")
    return Decimal(beginning), int(power)
