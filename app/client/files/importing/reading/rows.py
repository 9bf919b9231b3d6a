"""What becomes of each record: a row that is sent, or one that is rejected with everything that is wrong with it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import orjson

from app.client.files.importing.kind import ImportedRow, ImportTerms, Kind
from app.client.files.importing.reading.cells import BadCell, Cells
from app.client.files.importing.reading.csv_file import CsvFile, Record
from app.client.files.importing.reading.first_lines import FirstLines
from app.client.files.importing.reading.header import Header
from app.domain.errors import InventoryError
from app.domain.folding import alike


@dataclass(frozen=True, slots=True)
class Row:
    """A record that may be sent; `body` is its input as JSON. `twin` is an earlier line whose name looks alike."""

    record: Record
    entry: ImportedRow
    body: bytes
    twin: int | None = None


@dataclass(frozen=True, slots=True)
class Reject:
    """A record that is not taken, and why, in sentences."""

    record: Record
    reasons: Sequence[str]


def rows_of(file: CsvFile, header: Header, kind: Kind, terms: ImportTerms) -> Iterator[Row | Reject]:
    """Yield what becomes of each record below the header."""
    records = file.records()
    next(records)
    with FirstLines() as first_lines, FirstLines() as first_alike:
        for record in records:
            found = _understood(record, header, kind, terms)
            if isinstance(found, Row):
                first = first_lines.note(found.entry.name, record.line)
                if first != record.line:
                    found = Reject(record, [f"{found.entry.name} stands in line {first} already."])
                elif (twin := first_alike.note(alike(found.entry.name), record.line)) != record.line:
                    found = replace(found, twin=twin)
            yield found


def reason_of(kind: Kind, message: str, field: Sequence[str]) -> str:
    """Return a reason with the column that it is about before it. `field` is its path below the line."""
    if not field:
        return message
    return f"{kind.columns_by_field.get(field[0], field[0])}: {message}"


def _understood(record: Record, header: Header, kind: Kind, terms: ImportTerms) -> Row | Reject:
    error = record.error or header.error_of(record.cells)
    if error is not None:
        return Reject(record, [error])
    try:
        entry = kind.read(Cells(header.texts(record.cells)))
    except BadCell as error:
        return Reject(record, [str(error)])
    errors: list[InventoryError] = list(entry.validate())
    if errors:
        return Reject(record, [reason_of(kind, error.message, error.field) for error in errors])
    fields: dict[str, Any] = entry.to_input(terms)
    return Row(record, entry, orjson.dumps(fields))
