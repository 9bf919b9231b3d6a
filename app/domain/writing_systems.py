"""Scripts without blanks between words: a search can only begin at any of their characters.

Source: Unicode Standard Annex 14, which breaks lines of these scripts by signs or by a dictionary.
"""

import re
import unicodedata
from collections.abc import Iterator

_SIGNS = (
    "\u1100-\u11ff\u3005-\u3007\u3041-\u312f\u3131-\u318e\u31a0-\u31ff\u3400-\u4dbf"
    "\u4e00-\ua4cf\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"
)
_LETTERS = "\u0e01-\u0eff\u1000-\u109f\u1780-\u17ff\u1950-\u1aad\u1b00-\u1b7f\ua980-\ua9ff\uaa60-\uaadf"

_SIGN = re.compile(f"[{_SIGNS}]")  # Han, kana, Hangul: a single one may be a word
_UNSPACED = re.compile(f"[{_SIGNS}{_LETTERS}]+")  # and Thai, Lao, Khmer, Burmese and their kin
_SOUTH_EAST_ASIAN = re.compile(f"[{_LETTERS}]")


def shows_no_blanks(text: str) -> bool:
    """Tell whether a text is of characters of a script without blanks between words."""
    return _UNSPACED.fullmatch(text) is not None


def is_sign(text: str) -> bool:
    """Tell whether a character may be a word of its own."""
    return _SIGN.fullmatch(text) is not None


def is_mark(sign: str) -> bool:
    """Tell whether a character belongs to the letter before it, as vowel signs do."""
    return unicodedata.category(sign).startswith("M")


def has_unseen_blanks(text: str) -> bool:
    """Tell whether a text is of a script that separates words by blanks without width."""
    return _SOUTH_EAST_ASIAN.search(text) is not None


def split_by_spacing(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the parts of a text in order, and whether they are of a script without blanks between words."""
    begin = 0
    for run in _UNSPACED.finditer(text):
        if run.start() > begin:
            yield text[begin : run.start()], False
        yield run[0], True
        begin = run.end()
    if begin < len(text):
        yield text[begin:], False
