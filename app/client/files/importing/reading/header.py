"""The first row of a file: which cell is which.

Rule: a column that is not known is skipped, and named; what is needed must be there once.
"""

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.client.files.formulas import unescaped
from app.client.files.importing.kind import Kind
from app.client.files.importing.reading.csv_file import CsvFile, UnreadableFile

REJECT_COLUMNS = ("rejected_line", "rejected_because")  # a file of rejected rows has them, and may be imported

_BETWEEN_WORDS = re.compile(r"[\s_-]+")


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a file, in its order; `skipped` are those that say nothing here."""

    names: tuple[str, ...]
    skipped: frozenset[str] = frozenset()

    @classmethod
    def read(cls, file: CsvFile, kind: Kind) -> "Header":
        """Read the first row. Raises UnreadableFile where columns are missing, or there twice."""
        record = next(file.records(), None)
        written = record.cells if record is not None and record.error is None else ()
        names = column_names(written)
        missing = [column for column in kind.required if column not in names]
        if missing:
            raise UnreadableFile(
                f"{file.path.name} has no column {', '.join(missing)}: its first row must name its columns, "
                f"{_spoken(file.delimiter)} between them (--delimiter)."
            )
        known = {*kind.required, *kind.optional}
        twice = sorted(name for name in known if names.count(name) > 1)
        if twice:
            raise UnreadableFile(f"{file.path.name} has the column {twice[0]} twice.")
        return cls(names, frozenset(names) - {*known, *kind.ignored, *REJECT_COLUMNS})

    def remarks(self, kind: Kind) -> Iterator[str]:
        """Yield a sentence for each column that is skipped, in the order of the file."""
        known = (*kind.required, *kind.optional)
        for name in dict.fromkeys(self.names):
            if name in self.skipped and name:
                alike = difflib.get_close_matches(name, set(known).difference(self.names), n=1)
                hint = f" Is it {alike[0]}?" if alike else ""
                yield f"Skipped: the column {name!r}, which {kind.name} do not have.{hint}"

    def error_of(self, cells: Sequence[str]) -> str | None:
        """Return what is wrong with the number of cells of a row; empty ones at its end may be too many."""
        surplus = cells[len(self.names) :]
        if len(cells) < len(self.names) or any(cell.strip() for cell in surplus):
            return f"The row has {len(cells)} cells, the header has {len(self.names)}."
        return None

    def texts(self, cells: Sequence[str]) -> dict[str, str]:
        """Return the cells that say something, without blanks at either end, by column."""
        pairs = zip(self.names, cells, strict=False)
        stripped = ((name, unescaped(cell.strip())) for name, cell in pairs if name not in self.skipped)
        return {name: text for name, text in stripped if text}


def column_names(cells: Sequence[str]) -> tuple[str, ...]:
    """Return the cells of a header as names: `On Hand` and `on-hand` are on_hand."""
    return tuple(_BETWEEN_WORDS.sub("_", unescaped(cell.strip()).lower()).strip("_") for cell in cells)


def _spoken(delimiter: str) -> str:
    return "a tab" if delimiter == "\t" else repr(delimiter)
