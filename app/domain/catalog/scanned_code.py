"""Scanner input: a code, or a message that contains one.

Many scanners put an AIM identifier before a code, three characters for the kind of symbol. GS1 symbols hold elements,
each an application identifier and its value: of those the number of the goods, AI 01, is the code, whatever lot, date
or serial number stands beside it. Such a message is written in parentheses on labels, and as a link in QR codes.

Rule: a message without any of these marks is parsed as elements only where a shop's own code is unlikely to look the
same, by its check digit and what follows.
Sources: GS1 General Specifications 3.2 (application identifiers), 5.1.2 (AIM identifiers), 7.8 (element strings); GS1
Digital Link URI Syntax 4.
"""

import re
from collections.abc import Iterator

from app.domain.catalog.check_digit import check_digit

SEPARATOR = "\x1d"  # FNC1 within a message: the end of a value of no fixed length

_AIM = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_AIM_OF_GS1 = frozenset(("]C1", "]e0", "]d2", "]Q3", "]J1"))
_AIM_OF_EAN_WITH_ADDENDUM = "]E3"
_EAN_DIGITS = 13
_IN_PARENTHESES = re.compile(r"\([0-9]{2,4}\)")
_GTIN_IN_PARENTHESES = re.compile(r"\(01\) ?([0-9]{14})(?![0-9])")
_GTIN_IN_LINK = re.compile(r"https?://[^/?#]+(?:/[^?#]*)?/01/([0-9]{8,14})(?:[/?#]|$)", re.IGNORECASE)
_MONTH_AND_DAY = "(?:0[1-9]|1[0-2])[0-3][0-9]"
_BARE = re.compile(rf"01([0-9]{{14}})(?:$|{SEPARATOR}|10|21|1[1-7][0-9]{{2}}{_MONTH_AND_DAY})")

# The lengths of elements, identifier included, by its first two digits; others end with a separator (figure 7.8.5-2).
_LENGTHS = {
    "00": 20,
    **dict.fromkeys(("01", "02", "03"), 16),
    "04": 18,
    **dict.fromkeys(map(str, range(11, 20)), 8),
    "20": 4,
    **dict.fromkeys(map(str, range(31, 37)), 10),
    "41": 16,
}
_GTIN = "01"


def code_in(scanned: str) -> str:
    """Return the code in scanner input: the GTIN, or else the whole input without its prefix."""
    aim = _AIM.match(scanned)
    if aim is not None:
        rest = scanned[aim.end() :]
        if aim[0] in _AIM_OF_GS1:
            return _gtin_of_elements(rest) or _marked(rest) or rest
        return rest[:_EAN_DIGITS] if aim[0] == _AIM_OF_EAN_WITH_ADDENDUM else rest
    return _marked(scanned) or _bare(scanned) or scanned


def _marked(message: str) -> str | None:
    in_parentheses = _IN_PARENTHESES.match(message)
    found = _GTIN_IN_PARENTHESES.search(message) if in_parentheses else _GTIN_IN_LINK.match(message)
    return None if found is None else found[1]


def _bare(message: str) -> str | None:
    if message.startswith(SEPARATOR):
        return _gtin_of_elements(message)
    found = _BARE.match(message)
    if found is None or not found[1].strip("0") or found[1][-1] != check_digit(found[1][:-1]):
        return None
    return found[1]


def _gtin_of_elements(message: str) -> str | None:
    gtin = next((each[2:] for each in _elements(message) if each.startswith(_GTIN)), None)
    return gtin if gtin is not None and len(gtin) == _LENGTHS[_GTIN] - 2 and gtin.isdecimal() else None


def _elements(message: str) -> Iterator[str]:
    """Yield the GS1 elements, each with its application identifier."""
    at = 0
    while at < len(message):
        if message[at] == SEPARATOR:
            at += 1
            continue
        length = _LENGTHS.get(message[at : at + 2])
        end = message.find(SEPARATOR, at) if length is None else at + length
        end = len(message) if end < 0 else end
        yield message[at:end]
        at = end
