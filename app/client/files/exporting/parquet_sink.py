"""Rows as Parquet, in row groups.

Rule: a row group is gathered before it is written, and no more than that: a larger one would only take more memory.
"""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import BinaryIO

import pyarrow as arrow  # type: ignore[import-untyped]
from pyarrow import parquet

from app.client.files.exporting.listing import Column, ColumnKind, Row, Value

ROWS_PER_GROUP = 10_000  # about 1 MB, so that readers may skip what they do not want

_TYPES = {
    ColumnKind.TEXT: arrow.string(),
    ColumnKind.WHOLE: arrow.int64(),
    ColumnKind.AMOUNT: arrow.decimal128(19, 4),
    ColumnKind.TRUTH: arrow.bool_(),
    ColumnKind.TIME: arrow.timestamp("us", tz="UTC"),
}


class ParquetSink:
    """Writes rows as Parquet, page by page."""

    def __init__(self, file: BinaryIO, columns: Sequence[Column]) -> None:
        self._columns = columns
        self._schema = arrow.schema([(column.name, _TYPES[column.kind]) for column in columns])
        self._writer = parquet.ParquetWriter(file, self._schema)
        self._rows: list[Row] = []

    @property
    def held(self) -> int:
        """How many rows wait for their group to be full."""
        return len(self._rows)

    def write(self, rows: Sequence[Row]) -> None:
        self._rows += rows
        while len(self._rows) >= ROWS_PER_GROUP:
            self._write_group(self._rows[:ROWS_PER_GROUP])
            del self._rows[:ROWS_PER_GROUP]

    def finish(self) -> None:
        if self._rows:
            self._write_group(self._rows)
        self._rows = []
        self._writer.close()

    def _write_group(self, rows: Sequence[Row]) -> None:
        arrays = [
            arrow.array([_stored(column, row[at]) for row in rows], self._schema.field(at).type)
            for at, column in enumerate(self._columns)
        ]
        self._writer.write_table(arrow.Table.from_arrays(arrays, schema=self._schema), row_group_size=len(rows))


def _stored(column: Column, value: Value) -> Value | datetime | Decimal:
    if not isinstance(value, str):
        return value
    match column.kind:
        case ColumnKind.TIME:
            return datetime.fromisoformat(value)
        case ColumnKind.AMOUNT:
            return Decimal(value)
        case _:
            return value
