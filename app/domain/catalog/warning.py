"""Warnings: accepted input that may be a mistake, returned beside the result.

Rule: a warning refuses nothing. Input that no installation can want is an error; input that is usually a mistake is a
warning.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Self

from app.domain.catalog.gtin import expected_check_digit
from app.domain.catalog.spreadsheet_numbers import is_shortened
from app.domain.errors import Field
from app.domain.folding import alike

_SEPARATED = re.compile(r"[0-9]{6,14}\s?[,;/]\s?[0-9]{6,14}")


class WarningCode(StrEnum):
    """Kinds of warnings."""

    WRONG_CHECK_DIGIT = "WRONG_CHECK_DIGIT"
    SHORTENED_NUMBER = "SHORTENED_NUMBER"
    SEVERAL_BARCODES = "SEVERAL_BARCODES"
    SIMILAR_SKU = "SIMILAR_SKU"
    SIMILAR_CODE = "SIMILAR_CODE"
    SIMILAR_TEXT = "SIMILAR_TEXT"


@dataclass(frozen=True, slots=True, kw_only=True)
class InputWarning:
    """A warning. `field` is the path of the input, `similar_to` the existing value that it looks like, if any."""

    code: WarningCode
    message: str
    field: Field
    similar_to: str | None = None

    def at(self, *prefix: str) -> Self:
        """Return the same warning with the path of its input below `prefix`."""
        return replace(self, field=(*prefix, *self.field))


def barcode_warnings(barcodes: Iterable[str]) -> Iterator[InputWarning]:
    """Yield the warnings of barcodes, which may also be the shop's own."""
    for index, barcode in enumerate(barcodes):
        place = ("barcodes", str(index))
        if (digit := expected_check_digit(barcode)) is not None:
            message = f"The barcode {barcode!r} has another check digit than its number should have, {digit}."
            yield InputWarning(code=WarningCode.WRONG_CHECK_DIGIT, message=message, field=place)
        elif is_shortened(barcode):
            message = f"The barcode {barcode!r} looks like a number that a spreadsheet has shortened."
            yield InputWarning(code=WarningCode.SHORTENED_NUMBER, message=message, field=place)
        elif _SEPARATED.search(barcode):
            message = f"The barcode {barcode!r} looks like several in one text; the list has a place for each."
            yield InputWarning(code=WarningCode.SEVERAL_BARCODES, message=message, field=place)


def similar_sku(sku: str, other: str) -> InputWarning:
    """Return the warning that a new SKU differs from another in case, width or the form of signs only."""
    message = f"The item {other!r} has a SKU that differs from {sku!r} in case, width or the form of signs only."
    return InputWarning(code=WarningCode.SIMILAR_SKU, message=message, field=("sku",), similar_to=other)


def similar_code(what: str, code: str, other: str) -> InputWarning:
    """Return the warning that a new code differs from an existing one in case only; `what` names its kind."""
    message = f"The {what} {other!r} has a code that differs from {code!r} in case only."
    return InputWarning(code=WarningCode.SIMILAR_CODE, message=message, field=("code",), similar_to=other)


def similar_text(what: str, text: str, other: str, field: Field) -> InputWarning:
    """Return the warning that a tag or category has another spelling elsewhere; `what` names it with its article."""
    message = f"{what} {text!r} is spelled {other!r} elsewhere: filters take both for one, sums do not."
    return InputWarning(code=WarningCode.SIMILAR_TEXT, message=message, field=field, similar_to=other)


def similar_among(texts: Sequence[str], *, what: str, field: Field) -> Iterator[InputWarning]:
    """Yield the warnings of texts of one list that are alike, each with the first of its kind."""
    first_of: dict[str, str] = {}
    for index, text in enumerate(texts):
        first = first_of.setdefault(alike(text), text)
        if first != text:
            yield similar_text(what, text, first, (*field, str(index)))
