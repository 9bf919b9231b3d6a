"""The CSV file itself: its digest, its records with their lines, and what is no CSV file."""

import os
from pathlib import Path

import pytest

from app.client.files.importing.reading.csv_file import BLOCK_BYTES, CsvFile, Record, UnreadableFile


def surveyed(directory: Path, content: bytes, *, delimiter: str | None = ",") -> CsvFile:
    """Write a file and look through it."""
    path = directory / "a.csv"
    path.write_bytes(content)
    return CsvFile.survey(path, delimiter=delimiter, names_columns=lambda cells: "sku" in cells)


@pytest.mark.parametrize("breaks", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_records_come_with_the_lines_in_which_they_begin(tmp_path: Path, breaks: str, mark: bytes) -> None:
    """Whatever ends a line, with a byte order mark or not; a cell may hold line breaks, an empty row is none."""
    text = breaks.join(["sku,note", "A,plain", ",  ", "", f'B,"two{breaks}lines, ""quoted"""', "C,ü"])
    file = surveyed(tmp_path, mark + text.encode())
    assert list(file.records()) == [
        Record(1, ("sku", "note")),
        Record(2, ("A", "plain")),
        Record(5, ("B", f'two{breaks}lines, "quoted"')),
        Record(7, ("C", "ü")),
    ]
    assert list(file.records()) == list(file.records())


def test_another_delimiter_makes_other_cells(tmp_path: Path) -> None:
    """As spreadsheets write them where the comma is a decimal point."""
    file = surveyed(tmp_path, b"a;b\n1,5;2\n", delimiter=";")
    assert [record.cells for record in file.records()] == [("a", "b"), ("1,5", "2")]


def test_the_digest_is_that_of_the_content(tmp_path: Path) -> None:
    """Keys derive from it: the same content has the same one, one byte more another."""
    digests = [surveyed(tmp_path, content).digest for content in (b"a\n1\n", b"a\n1\n", b"a\n1\n\n")]
    assert digests[0] == digests[1] != digests[2]


def test_the_lines_are_counted_for_the_progress(tmp_path: Path) -> None:
    """Also in a file of many blocks."""
    assert surveyed(tmp_path, b"a,b\n" * 500_000).lines == 500_000


def test_a_row_that_is_no_csv_is_told_with_its_text_and_the_next_one_is_read(tmp_path: Path) -> None:
    """It is not guessed what it should mean."""
    file = surveyed(tmp_path, b'a,b\n"B" x,1\nC,12" disc\n')
    assert list(file.records())[1:] == [
        Record(2, ('"B" x,1',), "This is no CSV: ',' expected after '\"'."),
        Record(3, ("C", '12" disc')),
    ]


def test_a_quote_without_an_end_swallows_no_row_silently(tmp_path: Path) -> None:
    """Everything behind it is told as one row that is no CSV, in as many parts as a cell is too long."""
    lines = [f"S-{number},1" for number in range(30_000)]
    file = surveyed(tmp_path, "\n".join(["a,b", 'A,"1', *lines]).encode())
    [_, swallowed, *rest] = file.records()
    told = swallowed.cells[0].split("\n")
    assert swallowed.error == "This is no CSV: field larger than field limit (131072)."
    assert (swallowed.line, told) == (2, ['A,"1', *lines[: len(told) - 1]])
    assert [record.cells for record in rest] == [tuple(line.split(",")) for line in lines[len(told) - 1 :]]
    short = surveyed(tmp_path, b'a,b\nA,"1\nB,2\n')
    assert list(short.records())[1:] == [Record(2, ('A,"1\nB,2',), "This is no CSV: unexpected end of data.")]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"a,b\n1,\xa3\n", 2),
        (b"a,b\n" * BLOCK_BYTES + b"1,\xa3\n", BLOCK_BYTES + 1),
        (b"a,b\n1,2\n3,\xc3", 3),
    ],
)
def test_what_is_not_utf_8_is_refused_with_its_line(tmp_path: Path, content: bytes, line: int) -> None:
    """Before anything of the file is sent."""
    with pytest.raises(UnreadableFile, match=rf"^a\.csv is not UTF-8 in line {line}; save it as CSV UTF-8\.$"):
        surveyed(tmp_path, content)


def test_what_has_no_lines_is_refused(tmp_path: Path) -> None:
    """A line as long as a whole file would have to be held in memory."""
    with pytest.raises(UnreadableFile, match=r"^a\.csv is no CSV file: it has a line of more than 1,048,576 bytes\.$"):
        surveyed(tmp_path, b"a,b\n" + b"x" * 3 * BLOCK_BYTES)


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    """In one sentence."""
    with pytest.raises(UnreadableFile, match="cannot be read: Is a directory"):
        CsvFile.survey(tmp_path, delimiter=",", names_columns=bool)


def test_a_file_that_is_changed_while_it_is_read_is_told(tmp_path: Path) -> None:
    """Its keys would stand for another content."""
    file = surveyed(tmp_path, b"a,b\n1,2\n3,4\n")
    records = file.records()
    next(records)
    with file.path.open("ab") as more:
        more.write(b"5,6\n")
    os.utime(file.path, ns=(0, 0))
    with pytest.raises(UnreadableFile, match=r"^a\.csv was changed while it was read\.$"):
        list(records)


@pytest.mark.complaint("X2")
@pytest.mark.parametrize(
    ("content", "delimiter", "line"),
    [
        (b"sku;note\nA;1,5\n", ";", 1),
        (b"sku\tnote\nA\t1,5\n", "\t", 1),
        (b"sku|note\nA|1,5\n", "|", 1),
        (b"sep=;\r\nsku;note\r\nA;1,5\r\n", ";", 2),
        (b'\xef\xbb\xbf"SEP=|"\nsku|note\nA|1,5\n', "|", 2),
        (b'sku,note\nA,"1,5"\n', ",", 1),
        (b'what,note\nA,"1,5"\n', ",", 1),
    ],
)
def test_the_delimiter_is_the_one_that_the_file_shows(
    tmp_path: Path, content: bytes, delimiter: str, line: int
) -> None:
    """Declared in a first line as Excel has it, or found in the header; the lines are counted with it."""
    file = surveyed(tmp_path, content, delimiter=None)
    header, row = file.records()
    assert (file.delimiter, header.line, row) == (delimiter, line, Record(line + 1, ("A", "1,5")))


@pytest.mark.complaint("X10")
@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"PK\x03\x04rest", "is a workbook (.xlsx, .ods or .numbers) or another archive; save the sheet as CSV UTF-8."),
        (b"\xd0\xcf\x11\xe0rest", "is an old Excel workbook (.xls); save the sheet as CSV UTF-8."),
        ("sku,b\n1,2\n".encode("utf-16"), "is UTF-16 (Excel's “Unicode text”); save the sheet as CSV UTF-8."),
        (b"\x1f\x8brest", "is compressed with gzip; unpack it first."),
        (b'[{"sku": "A"}]', "is JSON; import a CSV file."),
        (b"<table>", "is XML or HTML; save the sheet as CSV UTF-8."),
        (b'\xef\xbb\xbf \n[\n {"sku": "A"}]', "is JSON; import a CSV file."),
        (b"\n<?xml?>", "is XML or HTML; save the sheet as CSV UTF-8."),
        (
            "sku,b\n1,2\n".encode("utf-16-le"),
            "is UTF-16 without a mark of its byte order; save the sheet as CSV UTF-8.",
        ),
        (b"sku,b\n1,\0\n", "is no text; save the sheet as CSV UTF-8."),
        (b" \r\n\n", "is empty."),
        (b"\xef\xbb\xbf\n", "is empty."),
    ],
)
def test_what_is_no_csv_file_is_refused_by_its_name(tmp_path: Path, content: bytes, sentence: str) -> None:
    """With what to do about it."""
    with pytest.raises(UnreadableFile) as refusal:
        surveyed(tmp_path, content)
    assert str(refusal.value) == f"a.csv {sentence}"
