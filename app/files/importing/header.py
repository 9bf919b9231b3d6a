"""The first row of a file: which cell is which."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.files.importing.csv_file import CsvFile, UnreadableFile
from app.files.importing.kind import Kind

REJECT_COLUMNS = ("rejected_line", "rejected_because")  # a file of rejected rows has them, and may be imported


@dataclass(frozen=True, slots=True)
class Header:
    """The columns of a file, in its order."""

    names: tuple[str, ...]

    @classmethod
    def read(cls, file: CsvFile, kind: Kind) -> "Header":
        """Read the first row. Raises UnreadableFile where columns are missing, unknown, or there twice."""
        record = next(file.records(), None)
        written = record.cells if record is not None and record.fault is None else ()
        names = tuple(cell.strip().lower() for cell in written)
        missing = [column for column in kind.required if column not in names]
        if missing:
            raise UnreadableFile(
                f"{file.path.name} has no column {', '.join(missing)}: its first row must name its columns, "
                f"{_spoken(file.delimiter)} between them (--delimiter)."
            )
        known = (*kind.required, *kind.optional)
        unknown = [name for name in names if name not in (*known, *kind.ignored, *REJECT_COLUMNS)]
        if unknown:
            raise UnreadableFile(
                f"{file.path.name} has the column {unknown[0]!r}, which {kind.name} do not have: "
                f"they have {', '.join(known)}."
            )
        if len(set(names)) < len(names):
            raise UnreadableFile(f"{file.path.name} has a column twice: {', '.join(names)}.")
        return cls(names)

    def fault(self, cells: Sequence[str]) -> str | None:
        """Return what is wrong with the number of cells of a row; empty ones at its end may be too many."""
        surplus = cells[len(self.names) :]
        if len(cells) < len(self.names) or any(cell.strip() for cell in surplus):
            return f"The row has {len(cells)} cells, the header has {len(self.names)}."
        return None

    def texts(self, cells: Sequence[str]) -> dict[str, str]:
        """Return the cells that are not empty, without blanks at either end, by column."""
        stripped = ((name, cell.strip()) for name, cell in zip(self.names, cells, strict=False))
        return {name: text for name, text in stripped if text}


def _spoken(delimiter: str) -> str:
    return "a tab" if delimiter == "\t" else repr(delimiter)
