"""The file of rejected rows: each as it stood in the file, after its line and why it was rejected.

Rule: it can be mended and imported again. It begins when the first row is rejected; without one there is none.
"""

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from app.client.files.importing.reading.csv_file import CsvFile
from app.client.files.importing.reading.header import REJECT_COLUMNS, Header
from app.client.files.importing.reading.rows import Reject
from app.client.http.retrying_client import CannotGoOn


class Rejects:
    """Writes rejected rows. What an earlier import left under the same name is replaced."""

    def __init__(self, path: Path, *, file: CsvFile, header: Header) -> None:
        self.path, self.count = path, 0
        self._source, self._header = file, header
        self._file: io.TextIOWrapper | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, rejects: Sequence[Reject]) -> None:
        """Write some rows, in the order of their lines. Raises CannotGoOn where the file cannot be made."""
        if not rejects:
            return
        if self._file is None:
            self._file = self._opened()
            self._write([(*REJECT_COLUMNS, *self._kept(self._header.names))])
        ordered = sorted(rejects, key=lambda reject: reject.record.line)
        self._write([self._told(reject) for reject in ordered])
        self._file.flush()
        self.count += len(rejects)

    def _opened(self) -> io.TextIOWrapper:
        try:
            return self.path.open("w", encoding=self._source.encoding, newline="")
        except OSError as error:
            raise CannotGoOn(
                f"The rejected rows cannot be written to {self.path}: {error.strerror}. Name another file with "
                "--rejects, and run the command again to go on."
            ) from error

    def _told(self, reject: Reject) -> Sequence[str]:
        record = reject.record
        cells = record.cells if record.error else self._kept(record.cells)
        return (str(record.line), " ".join(reject.reasons), *cells)

    def _kept(self, cells: Sequence[str]) -> list[str]:
        """Leave out what an earlier import said of the row."""
        names = self._header.names
        return [cell for at, cell in enumerate(cells) if at >= len(names) or names[at] not in REJECT_COLUMNS]

    def _write(self, rows: Sequence[Sequence[str]]) -> None:
        assert self._file is not None
        csv.writer(self._file, delimiter=self._source.delimiter, lineterminator="\n").writerows(rows)
