"""GTIN, the number of an article in its barcodes: one number, however it is written.

GTIN-8, -12, -13 and -14 are one number with more or fewer zeros before it, and a scanner may leave the zeros out. An
ISBN-10 is the number of its book as the ISBN-13 that begins with 978 is, and a UPC-E is its UPC-A. Scanner input around
a number is ignored: see app.domain.catalog.scanned_code. Any other code stays as it is.

Sources: GS1 General Specifications, 3.3 (GTIN in 14 digits) and 7.9 (check digits); ISO 2108 (ISBN).
"""

import re

from app.domain.catalog.check_digit import check_digit
from app.domain.catalog.scanned_code import code_in
from app.domain.catalog.upc_e import expanded, reduced
from app.domain.folding import folded
from app.domain.limits import MAX_SCAN_LENGTH

_LENGTHS = (8, 12, 13, 14)
_DIGITS = 14
_SHORTEST = 8  # a shorter number is a code of the shop's own
_ISBN_10 = re.compile(r"[0-9]{9}[0-9xX]")
_BETWEEN_DIGITS = re.compile(r"[\s\-\u2010-\u2015\u2212]")
_BOOKS = "978"
_BOOK_WORD = re.compile(r"isbn(?:-?1[03])?:?\s*")
_UPC_A = 12


def gtin_of(barcode: str) -> str:
    """Return the normal form of a barcode: a GTIN in 14 digits, any other code unchanged."""
    if len(barcode) > MAX_SCAN_LENGTH:
        return barcode
    code = code_in(barcode)
    digits = _plain(code)
    if _is_isbn_10(digits):
        return _isbn_13(digits).zfill(_DIGITS)
    is_number = digits.isdecimal() and _SHORTEST <= len(digits) <= _DIGITS
    if is_number and (upc_a := expanded(_shortest(digits))):
        return upc_a.zfill(_DIGITS)
    if is_number and (len(digits) in _LENGTHS or digits[-1] == check_digit(digits[:-1])):
        return digits.zfill(_DIGITS)
    return code


def spellings(barcode: str) -> tuple[str, ...]:
    """Return the typed forms by which a barcode is found: the code itself, its GTIN, and its short forms.

    The short forms are an ISBN-10 and a UPC-E.
    """
    gtin = gtin_of(barcode)
    number = gtin.lstrip("0") if gtin.isdecimal() else gtin
    book = _isbn_10(number) if len(number) == len(_BOOKS) + 10 and number.startswith(_BOOKS) else number
    upc_e = reduced(number.zfill(_UPC_A)) if gtin.isdecimal() and len(gtin) == _DIGITS else None
    return tuple(dict.fromkeys((code_in(barcode), number, book, upc_e or number)))


def expected_check_digit(barcode: str) -> str | None:
    """Return the check digit that a barcode should have, where it looks like a GTIN and has another."""
    code = code_in(barcode)
    digits = _plain(code)
    if _is_isbn_10(digits) or expanded(digits):
        return None
    if _ISBN_10.fullmatch(digits) and digits != code:  # ten digits in groups are an ISBN
        return _check_of_isbn_10(digits[:-1])
    if len(digits) not in _LENGTHS or not digits.isdecimal():
        return None
    right = check_digit(digits[:-1])
    return None if digits[-1] == right else right


def _plain(code: str) -> str:
    """Return a code without the hyphens and blanks between its digits, whatever the script of these."""
    text = folded(code)
    word = _BOOK_WORD.match(text)
    return _BETWEEN_DIGITS.sub("", text[word.end() :] if word else text)


def _shortest(digits: str) -> str:
    """Return a number in the eight digits of a UPC-E, if it has such a form."""
    return digits.lstrip("0").zfill(_SHORTEST)


def _is_isbn_10(digits: str) -> bool:
    return bool(_ISBN_10.fullmatch(digits)) and digits[-1].upper() == _check_of_isbn_10(digits[:-1])


def _check_of_isbn_10(digits: str) -> str:
    """Return the check character of an ISBN-10, from its nine digits; X stands for ten."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=True))
    return "0123456789X"[-total % 11]


def _isbn_13(isbn_10: str) -> str:
    digits = _BOOKS + isbn_10[:-1]
    return digits + check_digit(digits)


def _isbn_10(isbn_13: str) -> str:
    digits = isbn_13[len(_BOOKS) : -1]
    return digits + _check_of_isbn_10(digits)
