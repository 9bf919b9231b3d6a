"""The file itself: packed or not, in either edition, and what is no sales file."""

import gzip
from pathlib import Path

import pytest

from app.client.replay.source import SalesFile, UnreadableSalesFile

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
SOLD = "536365,85123A,HEART,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom"
FIELDS = ("536365", "85123A", "HEART", "6", "2010-12-01 08:26:00", "2.55", "17850.0")


def read(path: Path, content: bytes) -> SalesFile:
    """Write and read."""
    path.write_bytes(content)
    return SalesFile.read(path)


def test_packed_and_unpacked_are_the_same_file(tmp_path: Path) -> None:
    """Keys derive from the digest, so packing a file must not play it twice."""
    # given
    content = f"{HEADER}\n{SOLD}\n".encode()
    # when
    plain, packed = read(tmp_path / "a.csv", content), read(tmp_path / "b.csv.gz", gzip.compress(content))
    # then
    assert plain.digest == packed.digest
    assert list(plain.rows()) == list(packed.rows()) == [FIELDS]
    assert read(tmp_path / "c.csv", content + b"\n").digest != plain.digest


def test_the_columns_are_found_by_name_in_any_order(tmp_path: Path) -> None:
    """The second edition of the data set names and orders some of them otherwise."""
    # given
    content = "Price,Invoice,StockCode,Description,Quantity,InvoiceDate,Customer ID\n2.55,1,A,B,6,2010-12-01,7\n"
    # when
    rows = list(read(tmp_path / "a.csv", content.encode()).rows())
    # then
    assert rows == [("1", "A", "B", "6", "2010-12-01", "2.55", "7")]


def test_records_without_the_right_number_of_fields_are_told_as_none(tmp_path: Path) -> None:
    """They are counted, not guessed; an empty line is no record."""
    # given
    content = f"{HEADER}\n1,2,3\n\n{SOLD}\n{SOLD},surplus\n{'x' * 200_000},\n{SOLD}"
    # when
    rows = list(read(tmp_path / "a.csv", content.encode()).rows())
    # then
    assert rows == [None, FIELDS, None, None, FIELDS]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_the_encodings_of_the_time_are_read(tmp_path: Path, encoding: str) -> None:
    """A pound sign is a pound sign."""
    content = f"{HEADER}\n{SOLD.replace('HEART', 'VOUCHER £20')}\n".encode(encoding)
    (row,) = read(tmp_path / "a.csv", content).rows()
    assert row is not None
    assert row[2] == "VOUCHER £20"


@pytest.mark.parametrize("content", [b"", b"\n", b"a,b,c\n1,2,3\n", b"\xff\xfe\x00"])
def test_another_file_is_refused_with_the_columns_that_it_lacks(tmp_path: Path, content: bytes) -> None:
    """The sentence names the file and what is missing."""
    file = read(tmp_path / "a.csv", content)
    with pytest.raises(
        UnreadableSalesFile, match=r"^a\.csv is no sales file: its first line does not name InvoiceNo, "
    ):
        next(file.rows())


@pytest.mark.parametrize("content", [b"\x1f\x8bnothing", gzip.compress(b"a" * 1_000, mtime=0)[:-9]])
def test_a_damaged_package_is_refused(tmp_path: Path, content: bytes) -> None:
    """A file that was cut off must not be played in part."""
    with pytest.raises(UnreadableSalesFile, match="cannot be read"):
        read(tmp_path / "a.csv.gz", content)
