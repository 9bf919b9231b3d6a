"""The file of rejected rows: to be mended and imported again."""

from pathlib import Path

import pytest

from app.client.files.importing.levels import LEVELS
from app.client.files.importing.outcome.rejects import Rejects
from app.client.files.importing.reading.csv_file import CsvFile, Record
from app.client.files.importing.reading.header import Header
from app.client.files.importing.reading.rows import Reject
from app.client.http.retrying_client import CannotGoOn


def a_file(directory: Path, header: str, *, delimiter: str = ",", encoding: str = "utf-8") -> CsvFile:
    """Write a file that has a header only."""
    path = directory / "a.csv"
    path.write_text(header, encoding=encoding)
    return CsvFile.survey(path, delimiter=delimiter, names_columns=bool)


def written(file: CsvFile, *portions: list[Reject]) -> Path:
    """Write some rejects, and return their file."""
    path = file.path.with_name("rejects.csv")
    with Rejects(path, file=file, header=Header.read(file, LEVELS)) as rejects:
        for portion in portions:
            rejects.add(portion)
    return path


def test_a_file_that_cannot_be_made_is_said_with_the_option_that_names_another(tmp_path: Path) -> None:
    """As beside a file in a directory of another user; the import did not end because of the server."""
    file = a_file(tmp_path, "on_hand,sku,location\n")
    rejects = Rejects(tmp_path / "none" / "a.csv", file=file, header=Header.read(file, LEVELS))
    with pytest.raises(CannotGoOn, match=r"No such file or directory\. Name another file with --rejects"), rejects:
        rejects.add([Reject(Record(3, ("1",)), ["Short."])])
    assert rejects.count == 0


def test_rows_stand_as_they_were_after_their_line_and_reasons(tmp_path: Path) -> None:
    """In the order of their lines as far as they come together; a row that is no CSV has its text in one cell."""
    file = a_file(tmp_path, "on_hand, SKU,location\n")
    path = written(
        file,
        [Reject(Record(7, ("x ", "TEA, green", "MAIN")), ["Bad.", "Worse."]), Reject(Record(3, ("1",)), ["Short."])],
        [],
        [Reject(Record(9, ('"1" x,TEA',), "No CSV."), ["No CSV."]), Reject(Record(8, ("1", "2", "3", "4")), ["Long."])],
    )
    assert path.read_bytes().decode().splitlines() == [
        "rejected_line,rejected_because,on_hand,sku,location",
        "3,Short.,1",
        '7,Bad. Worse.,x ,"TEA, green",MAIN',
        "8,Long.,1,2,3,4",
        '9,No CSV.,"""1"" x,TEA"',
    ]


def test_what_an_earlier_import_said_is_replaced(tmp_path: Path) -> None:
    """Rows that were mended and rejected again tell what is wrong with them now."""
    file = a_file(tmp_path, "rejected_line,rejected_because,sku,location,on_hand\n")
    path = written(file, [Reject(Record(2, ("7", "Old.", "TEA", "MAIN", "x", "y")), ["New."])])
    assert path.read_text(encoding="utf-8").splitlines() == [
        "rejected_line,rejected_because,sku,location,on_hand",
        "2,New.,TEA,MAIN,x,y",
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_it_is_written_as_the_file_was(tmp_path: Path, encoding: str) -> None:
    """With its delimiter, and with a byte order mark if it had one: the same program opens both."""
    file = a_file(tmp_path, "sku;location;on_hand\n", delimiter=";", encoding=encoding)
    path = written(file, [Reject(Record(2, ("TÖA", "MAIN", "1;5")), ["Bad."])])
    assert path.read_bytes() == (
        'rejected_line;rejected_because;sku;location;on_hand\n2;Bad.;TÖA;MAIN;"1;5"\n'.encode(encoding)
    )


def test_there_is_no_file_without_a_rejected_row(tmp_path: Path) -> None:
    """One that is there from before stays as it is."""
    file = a_file(tmp_path, "sku,location,on_hand\n")
    assert not written(file, [], []).exists()
    old = file.path.with_name("rejects.csv")
    old.write_text("mended", encoding="utf-8")
    assert written(file, []).read_text(encoding="utf-8") == "mended"
