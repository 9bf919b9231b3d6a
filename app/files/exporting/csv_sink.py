"""Rows as CSV in UTF-8: a header, then one line per row; what has no value is an empty cell."""

import csv
import io
from collections.abc import Sequence
from typing import BinaryIO

from app.files.exporting.listing import Column, Row


class CsvSink:
    """See Sink."""

    def __init__(self, file: BinaryIO, columns: Sequence[Column]) -> None:
        self._file = file
        self.write([tuple(column.name for column in columns)])

    def write(self, rows: Sequence[Row]) -> None:
        """See Sink."""
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows(rows)
        self._file.write(text.getvalue().encode())
        self._file.flush()

    def finish(self) -> None:
        """See Sink."""
