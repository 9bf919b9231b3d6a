"""In which line of a file each name stood first.

Rule: it is kept on disk, in a temporary database with a small cache, so that memory does not grow with the file.
"""

import sqlite3
from types import TracebackType
from typing import Self

CACHE_KIB = 8_192  # holds the names of about 100,000 lines; a longer file goes to disk


class FirstLines:
    """A table of names, emptied with its end."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)  # no name: SQLite deletes the file itself
        for statement in (
            f"PRAGMA cache_size = -{CACHE_KIB}",
            "PRAGMA journal_mode = OFF",
            "CREATE TABLE lines (name TEXT PRIMARY KEY, line INTEGER NOT NULL) WITHOUT ROWID",
            "BEGIN",
        ):
            self._database.execute(statement)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._database.close()

    def note(self, name: str, line: int) -> int:
        """Return the line in which a name stood first: this one, if it is new."""
        if self._database.execute("INSERT OR IGNORE INTO lines VALUES (?, ?)", (name, line)).rowcount:
            return line
        first: int = self._database.execute("SELECT line FROM lines WHERE name = ?", (name,)).fetchone()[0]
        return first
