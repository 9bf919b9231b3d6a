"""What the cells of one row say.

Rule: an empty cell says as much as a column that is not there: nothing. Blanks at either end of a cell do not count,
and a text is the same however its letters are composed, as it is for the server.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal

from app.domain.folding import composed
from app.domain.replenishment.policy import ReplenishmentMethod
from app.domain.stock.movement import MovementReason

SEPARATOR = "|"  # between the texts of a cell that has several; \\| stands for a bar within one

_ONE_OF_SEVERAL = re.compile(r"(?:\\[\\|]|[^|])+")
_LIKE_CLEARED = re.compile(r"\\*\|")
_MARKED = re.compile(r"\\([\\|])")

_SIGNS = str.maketrans({"\u2212": "-", "\uff0d": "-", "\uff0b": "+", "\uff0e": "."})
_WHOLE = re.compile(r"([+-]?[0-9]{1,18})(\.0{0,18})?")  # 12.0 is what many programs write for 12
_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}(\.000){1,5}")  # 1.000 is one here and a thousand there
_LONG_FRACTION = re.compile(r"([0-9]{6,18})\.0")  # of a column in which some cells are empty
_AMOUNT = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{1,18})?")


def cell_of(texts: Sequence[str]) -> str:
    """Return a cell that has these texts; a lone separator where there are none."""
    marked = (re.sub(r"[\\|]", r"\\\g<0>", text) for text in texts)
    return SEPARATOR.join(marked) or SEPARATOR


def clearable_cell_of(text: str) -> str:
    """Return a cell that has this text where a lone separator would say that there is none."""
    return f"\\{text}" if _LIKE_CLEARED.fullmatch(text) else text


class BadCell(Exception):
    """A cell cannot be read; the message is one sentence for the user, with the column before it."""

    def __init__(self, column: str, sentence: str) -> None:
        super().__init__(f"{column}: {sentence}")


class Cells:
    """The cells of a row that are not empty, by column. Each reading returns None for an empty cell."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = {column: composed(text) for column, text in texts.items()}

    def required(self, column: str) -> str:
        """Return the text of a cell. Raises BadCell for an empty one."""
        try:
            return self._texts[column]
        except KeyError:
            raise BadCell(column, "The cell is empty.") from None

    def text(self, column: str) -> str | None:
        """Return the text of a cell."""
        return self._texts.get(column)

    def texts(self, column: str) -> tuple[str, ...] | None:
        """Return the texts of a cell; a lone separator is a list of none."""
        text = self._texts.get(column)
        if text is None:
            return None
        parts = (_MARKED.sub(r"\1", part.strip()) for part in _ONE_OF_SEVERAL.findall(text))
        return tuple(part for part in parts if part)

    def codes(self, column: str) -> tuple[str, ...] | None:
        """Return the texts of a cell that are codes: a number that a program took for one with a fraction is whole."""
        texts = self.texts(column)
        return None if texts is None else tuple(_whole_code(text) for text in texts)

    def is_cleared(self, column: str) -> bool:
        """Tell whether a cell says that there is to be nothing: a lone separator does."""
        return self._texts.get(column) == SEPARATOR

    def clearable(self, column: str) -> str | None:
        """Return the text of a cell that may say that there is to be nothing: see clearable_cell_of."""
        text = self._texts.get(column)
        return text[1:] if text is not None and text != SEPARATOR and _LIKE_CLEARED.fullmatch(text) else text

    def whole(self, column: str) -> int | None:
        """Return a whole number in digits of any script. Raises BadCell."""
        text = self._texts.get(column)
        if text is None:
            return None
        written = _in_ascii(text)
        if _THOUSANDS.fullmatch(written):
            raise BadCell(column, f"{text!r} is one number to some and another to others; write it without a point.")
        match = _WHOLE.fullmatch(written)
        if not match:
            raise BadCell(column, f"{text!r} is no whole number; write it as 1234.")
        return int(match[1])

    def version(self, column: str) -> int | None:
        """Return the version at which something was exported. Raises BadCell."""
        version = self.whole(column)
        if version is not None and version < 0:
            raise BadCell(column, f"{version} is no version.")
        return version

    def amount(self, column: str) -> Decimal | None:
        """Return an amount with a decimal point, without separators between thousands. Raises BadCell."""
        text = self._texts.get(column)
        if text is None:
            return None
        written = _in_ascii(text)
        if not _AMOUNT.fullmatch(written):
            raise BadCell(column, f"{text!r} is no amount; write it as 1234.56.")
        return Decimal(written)

    def reason(self, column: str) -> MovementReason | None:
        """Return why a count is set. Raises BadCell."""
        text = self._texts.get(column)
        if text is None:
            return None
        try:
            return MovementReason(text.upper())
        except ValueError:
            raise BadCell(column, f"{text!r} is no reason; COUNT is one.") from None

    def method(self, column: str) -> ReplenishmentMethod | None:
        """Return how a level is replenished. Raises BadCell."""
        text = self._texts.get(column)
        if text is None:
            return None
        try:
            return ReplenishmentMethod(text.upper())
        except ValueError:
            raise BadCell(column, f"{text!r} is no method; MIN_MAX is one.") from None


def _whole_code(text: str) -> str:
    number = _LONG_FRACTION.fullmatch(text)
    return number[1] if number else text


def _in_ascii(text: str) -> str:
    """Return a number in the digits and the sign of ASCII, from those of any script."""
    if text.isascii():
        return text
    digits = (str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)
    return "".join(digits).translate(_SIGNS)
