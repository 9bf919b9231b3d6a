"""Folding of texts for comparison: texts that people take for the same become the same (ADR 27).

`alike` unites forms of the same text: width, ligatures, composed and decomposed signs, upper and lower case, and the
forms of dashes, apostrophes and blanks that word processors put in place of those that were typed. `folded` goes
further, for search: accents, points and vowel signs that are left out in writing, forms of the apostrophe, digits of
every script, and invisible characters count for nothing; nor does it matter by which of two letters a keyboard or a
habit writes the same: katakana is hiragana, the Arabic forms of heh and yeh are one each, and of Indic scripts a nasal
sign is the nasal letter that it stands for.

Rule: both are for comparison only. What is kept is `composed`: it looks as it was entered, and is the same text however
a keyboard or a file system builds its letters.
Rule: marks beyond MAX_MARKS on one letter are left out of it: what it takes to order them grows with their square.
Sources: Unicode Standard Annex 15 (NFC, NFKC, stream-safe texts), The Unicode Standard 5.18 (case folding).
"""

import re
import unicodedata
from functools import lru_cache

APOSTROPHE = "'"
MAX_MARKS = 30  # on one letter: as many as a stream-safe text may have

_APOSTROPHES = dict.fromkeys(map(ord, "`´ʹʻʼʽʾʿˈˊˋ‘’‚‛′‵＇׳՚"), APOSTROPHE)  # noqa: RUF001 - they are meant
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-")
_LETTERS = str.maketrans(
    # letters that differ by a stroke, which no normal form takes off, and Arabic ones that differ by keyboard
    dict(zip("łøđħŧıðŋ", "lodhtidn", strict=True))
    | {"æ": "ae", "œ": "oe", "þ": "th", "ى": "ي", "ی": "ي", "ے": "ي", "ک": "ك", "ـ": "", "ٱ": "ا"}  # noqa: RUF001 - as above
    | dict.fromkeys("ةہھەۃ", "ه")  # noqa: RUF001 - as above
    | {chr(katakana): chr(katakana - 0x60) for katakana in range(0x30A1, 0x30F7)}
)
_INDIC_BLOCKS = (0x900, 0xA80, 0xC00, 0xC80)  # Devanagari, Gujarati, Telugu, Kannada: built alike
_CANDRABINDU, _ANUSVARA, _VIRAMA, _NASAL_LETTERS = 0x01, 0x02, 0x4D, (0x19, 0x1E, 0x23, 0x28, 0x2E)  # within a block
_NASALS = re.compile(
    "|".join(
        f"{chr(base + _CANDRABINDU)}|[{''.join(chr(base + letter) for letter in _NASAL_LETTERS)}]{chr(base + _VIRAMA)}"
        for base in _INDIC_BLOCKS
    )
)
_ZERO_WIDTH_SPACE = "\u200b"  # stands between words of scripts that show no space
_ACCENT_CLASSES = frozenset((1, 7, *range(10, 36), *range(200, 241)))  # nukta, too; not those of vowels and of kana
_UNSEEN = frozenset(map(chr, (0x034F, *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))  # joiners, variant selectors


def excess_mark(text: str) -> int | None:
    """Return the index of the first mark beyond MAX_MARKS on one letter; None if there is none."""
    marks = 0
    for place, sign in enumerate(text):
        marks = marks + 1 if unicodedata.combining(sign) else 0
        if marks > MAX_MARKS:
            return place
    return None


def composed(text: str) -> str:
    """Return a text in normal form C; as it is where a letter has more marks than texts may have."""
    return text if text.isascii() or excess_mark(text) is not None else unicodedata.normalize("NFC", text)


def decomposed(text: str) -> str:
    """Return a text in normal form D, in which some keyboards and file systems write."""
    return text if text.isascii() else unicodedata.normalize("NFD", _bounded(text))


def alike(text: str) -> str:
    """Return what all texts share that differ in width, ligatures, composition, case or the form of signs only."""
    if text.isascii():
        return _single_spaced(text.lower())
    typed = _bounded(text).translate(_DASHES).translate(_APOSTROPHES)
    return _single_spaced(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", typed).casefold()))


def folded(text: str) -> str:
    """Return a text folded for search; blanks and punctuation stay."""
    if text.isascii():
        return text.lower().replace("`", APOSTROPHE)
    plain = _without_accents(_bounded(text).translate(_APOSTROPHES))
    letters = _without_accents(plain.casefold()).translate(_LETTERS)
    return unicodedata.normalize("NFC", _NASALS.sub(_nasal_sign, letters))


def _nasal_sign(found: re.Match[str]) -> str:
    return chr((ord(found[0][0]) & ~0x7F) + _ANUSVARA)


def _single_spaced(text: str) -> str:
    return " ".join(filter(None, text.split(" "))) if "  " in text else text


def _bounded(text: str) -> str:
    """Leave out marks beyond MAX_MARKS on one letter."""
    if excess_mark(text) is None:
        return text
    kept, marks = list[str](), 0
    for sign in text:
        marks = marks + 1 if unicodedata.combining(sign) else 0
        if marks <= MAX_MARKS:
            kept.append(sign)
    return "".join(kept)


def _without_accents(text: str) -> str:
    return "".join(map(_plain, unicodedata.normalize("NFKD", text)))


@lru_cache(maxsize=8_192)
def _plain(sign: str) -> str:
    """Return a decomposed character without what search ignores."""
    if unicodedata.combining(sign) in _ACCENT_CLASSES or sign in _UNSEEN:
        return ""
    if sign.isdecimal():
        return str(unicodedata.decimal(sign))
    if unicodedata.category(sign) == "Cf":
        return " " if sign == _ZERO_WIDTH_SPACE else ""
    return sign
