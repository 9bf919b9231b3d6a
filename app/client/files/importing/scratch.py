"""A table on disk for what must be known of all rows of a file.

Rule: it is a temporary database with a small cache, so that memory does not grow with the file.
"""

import sqlite3
from types import TracebackType
from typing import ClassVar, Self

CACHE_KIB = 8_192  # holds the names of about 100,000 lines; a longer file goes to disk


class ScratchTable:
    """A table by text, emptied with its end. Each kind of them says which `columns` it has besides."""

    columns: ClassVar[str]

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)  # no name: SQLite deletes the file itself
        for statement in (
            f"PRAGMA cache_size = -{CACHE_KIB}",
            "PRAGMA journal_mode = OFF",
            f"CREATE TABLE known (name TEXT PRIMARY KEY, {self.columns}) WITHOUT ROWID",
            "BEGIN",
        ):
            self._database.execute(statement)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()
