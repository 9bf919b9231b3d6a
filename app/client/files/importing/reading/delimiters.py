"""What stands between the cells of a file whose user did not say."""

import csv
import re
from collections.abc import Callable

NamesColumns = Callable[[tuple[str, ...]], bool]  # whether the cells of a line are names of columns

LIKELY = (",", ";", "\t", "|")

# The line `sep=;`, which Excel reads and takes for no row.
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)


def declared_delimiter(line: str) -> str | None:
    """Return the delimiter that the first line of a file declares, if that is all that it does."""
    match = _SEPARATOR_LINE.fullmatch(line)
    return match[1] if match else None


def likely_delimiter(line: str, *, names_columns: NamesColumns) -> str:
    """Return the delimiter that makes columns of a first line; a comma where none does."""
    return next((mark for mark in LIKELY if names_columns(_cells(line, mark))), LIKELY[0])


def _cells(line: str, delimiter: str) -> tuple[str, ...]:
    try:
        return tuple(next(csv.reader([line], delimiter=delimiter), ()))
    except csv.Error:
        return ()
