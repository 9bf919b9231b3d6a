"""Rows in portions: as many as one request may carry, cut at the same places each time."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.client.files.importing.chunks import MAX_CHUNK_BYTES, chunks_of
from app.client.files.importing.items import ITEMS
from app.client.files.importing.kind import ImportTerms, Kind
from app.client.files.importing.levels import LEVELS
from app.client.files.importing.reading.csv_file import CsvFile
from app.client.files.importing.reading.header import Header
from app.client.files.importing.reading.rows import Reject, Row, rows_of
from app.client.files.importing.requests import identity_of, send
from app.web.graphql.transport.limits import Limits
from tests.client.files.shop import write_rows


def rows(path: Path, kind: Kind) -> Iterator[Row | Reject]:
    """Read the rows of a file."""
    file = CsvFile.survey(path, delimiter=",", names_columns=bool)
    return rows_of(file, Header.read(file, kind), kind, ImportTerms())


def test_a_chunk_has_a_thousand_records_at_most(tmp_path: Path) -> None:
    """Those that are rejected count too, so that a file of nothing else takes no more memory."""
    counts = [(f"S-{number}", "MAIN", "x" if number % 3 == 0 else number) for number in range(2_500)]
    path = write_rows(tmp_path / "a.csv", "sku location on_hand", counts)
    chunks = list(chunks_of(rows(path, LEVELS)))
    assert [(chunk.number, chunk.count) for chunk in chunks] == [(0, 1_000), (1, 1_000), (2, 500)]
    assert [len(chunk.rejects) for chunk in chunks] == [334, 333, 167]
    records = [found.record for chunk in chunks for found in (*chunk.rows, *chunk.rejects)]
    assert sorted(record.line for record in records) == list(range(2, 2_502))


def test_a_chunk_fits_into_a_body_that_the_server_takes(tmp_path: Path) -> None:
    """A thousand items with all that they may have would not."""
    items = [
        (f"{number:064}", "Ü" * 200, "Ü" * 100, "|".join(f"{tag:0>50}" for tag in range(20))) for number in range(1_500)
    ]
    path = write_rows(tmp_path / "a.csv", "sku name category tags", items)
    chunks = list(chunks_of(rows(path, ITEMS)))
    bodies = [send(chunk.rows, ITEMS, key="k" * 80, identity="import:" + "0" * 32).to_json() for chunk in chunks]
    assert max(map(len, bodies)) <= Limits().max_body_bytes
    assert all(len(body) > MAX_CHUNK_BYTES - 3_000 for body in bodies[:-1])
    assert sum(len(chunk.rows) for chunk in chunks) == 1_500


def test_an_empty_file_has_no_chunk(tmp_path: Path) -> None:
    """There is nothing to send."""
    assert list(chunks_of(rows(write_rows(tmp_path / "a.csv", "sku", []), ITEMS))) == []


@pytest.mark.parametrize(
    ("kind", "delimiter", "content", "run"),
    [
        (ITEMS, ",", b"sku\nA\n", ""),
        (LEVELS, ";", b"sku\nA\n", ""),
        (LEVELS, ",", b"sku\nB\n", ""),
        (LEVELS, ",", b"sku\nA\n", "again"),
    ],
)
def test_keys_stand_for_what_is_imported_and_how(
    tmp_path: Path, kind: Kind, delimiter: str, content: bytes, run: str
) -> None:
    """The same content as another kind, read in another way, or under another name is another import."""

    def identity(name: str, kind: Kind, delimiter: str, content: bytes, run: str) -> str:
        path = tmp_path / name
        path.write_bytes(content)
        return identity_of(
            CsvFile.survey(path, delimiter=delimiter, names_columns=bool), kind, run=run, is_forced=False
        )

    first = identity("a.csv", LEVELS, ",", b"sku\nA\n", "")
    assert first == identity("other.csv", LEVELS, ",", b"sku\nA\n", "")
    assert first.startswith("import:")
    assert first != identity("a.csv", kind, delimiter, content, run)
