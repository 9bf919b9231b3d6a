"""Rows as JSON Lines: one object per line, in UTF-8."""

from collections.abc import Sequence
from typing import BinaryIO

import orjson

from app.client.files.exporting.listing import Column, Row


class JsonLinesSink:
    """Writes one JSON object per line."""

    def __init__(self, file: BinaryIO, columns: Sequence[Column]) -> None:
        self._file = file
        self._names = [column.name for column in columns]

    def write(self, rows: Sequence[Row]) -> None:
        for row in rows:
            entry = dict(zip(self._names, row, strict=True))
            self._file.write(orjson.dumps(entry, option=orjson.OPT_APPEND_NEWLINE))
        self._file.flush()

    def finish(self) -> None: ...
