"""Rows as CSV in UTF-8: a header, then one line per row; what has no value is an empty cell.

Rule: a text that a spreadsheet would take for a formula is marked, so that it computes nothing; an import unmarks it.
"""

import csv
import io
from collections.abc import Sequence
from typing import BinaryIO

from app.client.files.exporting.listing import Column, ColumnKind, Row, Value
from app.client.files.formulas import escaped


class CsvSink:
    """Writes rows as CSV."""

    def __init__(self, file: BinaryIO, columns: Sequence[Column]) -> None:
        self._file = file
        self._texts = [column.kind is ColumnKind.TEXT for column in columns]
        self.write([tuple(column.name for column in columns)])

    def write(self, rows: Sequence[Row]) -> None:
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows(map(self._cells, rows))
        self._file.write(text.getvalue().encode())
        self._file.flush()

    def finish(self) -> None: ...

    def _cells(self, row: Row) -> list[Value]:
        return [_cell(value, is_text=is_text) for is_text, value in zip(self._texts, row, strict=True)]


def _cell(value: Value, *, is_text: bool) -> Value:
    if isinstance(value, bool):
        return "true" if value else "false"
    return escaped(value) if is_text and isinstance(value, str) else value
