"""Cells that a spreadsheet would take for a formula: marked when they are written, unmarked when they are read.

Rule: what is written is read back letter by letter. The mark is an apostrophe, as OWASP advises against CSV injection;
a text that begins like a marked one gets another apostrophe. A mark says the same to a spreadsheet: this is text. What
follows a semicolon or a tab is marked, too: a spreadsheet of another country begins a cell there.
"""

import re

# What begins a formula in a spreadsheet, full-width forms among them; apostrophes before it do not stand in its way.
_LIKE_A_FORMULA = "'*[=+\\-@\t\r\n＝＋－＠]"  # noqa: RUF001 - the full-width forms are meant
_BEGINNING = "(^|[;\t])"
_UNMARKED = re.compile(f"{_BEGINNING}(?={_LIKE_A_FORMULA})")
_TEXT_FORMULA = re.compile(r'="((?:[^"]|"")*)"')  # ="00123", by which some programs keep the zeros of a text
_MARKED = re.compile(f"{_BEGINNING}'(?={_LIKE_A_FORMULA})")


def escaped(text: str) -> str:
    """Return the text as a cell that no spreadsheet computes."""
    return _UNMARKED.sub(r"\1'", text)


def unescaped(cell: str) -> str:
    """Return the text that such a cell stands for; a formula that is a text and nothing else stands for it."""
    if "'" not in cell and not cell.startswith("="):  # as nearly all
        return cell
    text = _TEXT_FORMULA.fullmatch(cell)
    return text[1].replace('""', '"') if text else _MARKED.sub(r"\1", cell)
