"""Permitted characters of texts and codes, and the message for one that is not: its Unicode name and position.

A code, such as a SKU, has visible characters and plain blanks, so that two codes that look the same are the same. A
text may also have what its script needs: blanks of every width, joiners, marks of direction.

Rule: what hides or reorders other characters is in neither: controls, overrides of direction, characters without width
that no script needs, private use characters and lone surrogates.
Source: Unicode Standard Annexes 9 (direction) and 31, 2.3 (joiners).
"""

import unicodedata
from collections.abc import Iterable

from app.domain.folding import MAX_MARKS, excess_mark
from app.domain.writing_systems import has_unseen_blanks

_JOINERS_AND_DIRECTIONS = frozenset("\u200c\u200d\u200e\u200f\u061c")
_ZERO_WIDTH_SPACE = "\u200b"  # separates words in the scripts of South East Asia
_FLAG, _FIRST_TAG, _LAST_TAG = (
    "\U0001f3f4",
    "\U000e0020",
    "\U000e007f",
)  # of a region: a black flag with its name in tags
_NONCHARACTERS = frozenset(
    map(chr, (*range(0xFDD0, 0xFDF0), *range(0xFFFE, 0x110000, 0x10000), *range(0xFFFF, 0x110000, 0x10000)))
)
_CONTROLS = {
    "\0": "NULL",
    "\t": "TABULATION",
    "\n": "LINE FEED",
    "\r": "CARRIAGE RETURN",
    "\x1b": "ESCAPE",
    "\x1d": "GROUP SEPARATOR",
    "\x7f": "DELETE",
    "\x85": "NEXT LINE",
}
_NAMELESS = {
    "Cc": "CONTROL CHARACTER",
    "Cs": "LONE SURROGATE",
    "Co": "PRIVATE USE CHARACTER",
    "Cn": "UNASSIGNED CHARACTER",
}


def name_of(sign: str) -> str:
    """Return the Unicode name and number of a character, for example ZERO WIDTH SPACE (U+200B)."""
    number = f"U+{ord(sign):04X}"
    name = _CONTROLS.get(sign) or unicodedata.name(sign, "") or _NAMELESS.get(unicodedata.category(sign), "CHARACTER")
    return f"{name} ({number})"


def character_error(text: str, *, is_code: bool, besides: Iterable[str] = ()) -> str | None:
    """Return the rule that a text breaks by one of its characters, as the end of a sentence; None if it breaks none.

    A text that is not a code may also have the characters `besides`.
    """
    place = next((place for place in _hidden_at(text) if not _may_hold(text, place, is_code, besides)), None)
    if place is not None:
        return f"has {name_of(text[place])} as its character {place + 1}, which it may not hold"
    place = None if text.isascii() else excess_mark(text)
    if place is not None:
        return f"has more than {MAX_MARKS} marks on one letter: {name_of(text[place])} as its character {place + 1}"
    return None


def blank_error(text: str) -> str | None:
    """Return the rule that a text breaks by a blank at either end; None if there is none."""
    if text[:1].isspace():
        return f"has {name_of(text[0])} as its first character, where no blank may stand"
    if text[-1:].isspace():
        return f"has {name_of(text[-1])} as its last character, {len(text)}, where no blank may stand"
    return None


def is_seen(text: str) -> bool:
    """Tell whether a text has a visible character."""
    return any(sign.isprintable() and not sign.isspace() for sign in text)


def _hidden_at(text: str) -> Iterable[int]:
    return () if text.isprintable() else (place for place, sign in enumerate(text) if not sign.isprintable())


def _may_hold(text: str, place: int, is_code: bool, besides: Iterable[str]) -> bool:
    sign = text[place]
    if is_code:
        return False
    if sign in _JOINERS_AND_DIRECTIONS or sign in besides or unicodedata.category(sign) == "Zs":
        return True
    if sign == _ZERO_WIDTH_SPACE:
        return has_unseen_blanks(text)
    if _FIRST_TAG <= sign <= _LAST_TAG:
        return place > 0 and (text[place - 1] == _FLAG or _FIRST_TAG <= text[place - 1] <= _LAST_TAG)
    return _is_yet_to_come(sign)


def _is_yet_to_come(sign: str) -> bool:
    """Tell whether a later version of Unicode may assign the character, as it does new emoji each year."""
    return unicodedata.category(sign) == "Cn" and sign not in _NONCHARACTERS
