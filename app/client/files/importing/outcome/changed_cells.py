"""What a rehearsal finds that would change: the old and the new value of each cell.

Rule: the first of them, by the lines of the file, are shown; all of them go to a file where the user wants one.
"""

import csv
import io
from bisect import insort
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from app.client.files.formulas import escaped
from app.client.files.importing.kind import Difference
from app.client.files.importing.reading.cells import SEPARATOR

MOST_SHOWN = 20  # what fits on a screen

_COLUMNS = ("line", "name", "column", "old", "new")


class ChangedCells:
    """Gathers differences."""

    def __init__(self, path: Path | None) -> None:
        self._path, self.count = path, 0
        self._first: list[tuple[int, str]] = []
        self._file: io.TextIOWrapper | None = None

    def __enter__(self) -> Self:
        if self._path is not None:
            self._file = self._path.open("w", encoding="utf-8", newline="")
            self._write([_COLUMNS])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, line: int, name: str, differences: Sequence[Difference]) -> None:
        """Take note of what a line of the file would change."""
        if not differences:
            return
        self.count += 1
        spoken = ", ".join(f"{each.column} {_spoken(each.old)} → {_spoken(each.new)}" for each in differences)
        insort(self._first, (line, f"{name}: {spoken}"))
        del self._first[MOST_SHOWN:]
        self._write([(line, escaped(name), each.column, _cell(each.old), _cell(each.new)) for each in differences])

    def sentences(self) -> Iterator[str]:
        """Yield the first changes, and how many more there are."""
        for line, sentence in self._first:
            yield f"  line {line}: {sentence}"
        if self.count > len(self._first):
            where = f"; all are in {self._path}" if self._path else "; --changes FILE writes them all"
            yield f"  and {self.count - len(self._first):,} more{where}."

    def _write(self, rows: Sequence[Sequence[object]]) -> None:
        if self._file is not None:
            csv.writer(self._file, lineterminator="\n").writerows(rows)


def _spoken(value: object) -> str:
    return "nothing" if value in (None, [], ()) else _text(value)


def _cell(value: object) -> str:
    return "" if value is None else escaped(_text(value)) if isinstance(value, str | list | tuple) else str(value)


def _text(value: object) -> str:
    return SEPARATOR.join(map(str, value)) if isinstance(value, list | tuple) else str(value)
