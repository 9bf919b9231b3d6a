"""Cells that a spreadsheet would take for a formula: marked when they are written, unmarked when they are read.

Rule: what is written is read back letter by letter. The mark is an apostrophe, as OWASP advises against CSV injection;
a text that begins like a marked one gets another apostrophe. A mark says the same to a spreadsheet: this is text.
"""

import re

# What begins a formula in a spreadsheet, full-width forms among them; apostrophes before it do not stand in its way.
_LIKE_A_FORMULA = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")  # noqa: RUF001 - the full-width forms are meant


def escaped(text: str) -> str:
    """Return the text as a cell that no spreadsheet computes."""
    return f"'{text}" if _LIKE_A_FORMULA.match(text) else text


def unescaped(cell: str) -> str:
    """Return the text that such a cell stands for."""
    return cell[1:] if cell.startswith("'") and _LIKE_A_FORMULA.match(cell) else cell
