"""Ledger lines as Parquet: columns to ask questions of, and the whole document of each line beside them.

Rule: a file has its name once the database knows it; until then it is called `….partial`. What was written is read back
before it counts.
"""

import hashlib
import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import bson
import pyarrow as arrow  # type: ignore[import-untyped]
from pyarrow import parquet

from app.domain.stock.level import COUNTS
from app.store.backup.errors import BackupError
from app.store.driver.client import BsonDocument

ROWS_PER_GROUP: Final = 20_000  # some 10 MB, and as much again while they are written
DOCUMENT: Final = "document"

_SUFFIX = ".partial"

_TEXTS = ("location", "sku", "reason", "writer", "operation", "reference", "channel")
SCHEMA: Final = arrow.schema(
    [
        ("location", arrow.string()),
        ("sku", arrow.string()),
        ("version", arrow.int64()),
        ("recorded_at", arrow.timestamp("us", tz="UTC")),
        *((name, arrow.string()) for name in _TEXTS[2:]),
        *((f"{name}_change", arrow.int64()) for name in COUNTS),
        *((f"{name}_after", arrow.int64()) for name in COUNTS),
        (DOCUMENT, arrow.binary()),
    ]
)
_CHANGES = [f"{name}_change" for name in COUNTS]


class LineFileWriter:
    """Writes one file, which `give_name` gives its name later."""

    def __init__(self, path: Path) -> None:
        self.path, self._partial = path, _partial_of(path)
        for folder in (path.parent.parent, path.parent):  # parents of a folder would get the usual mode
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._rows: list[bytes] = []
        self._digest = hashlib.sha256()
        self.lines = 0
        self._writer = parquet.ParquetWriter(
            str(self._partial), SCHEMA, compression="zstd", compression_level=9, write_statistics=True
        )

    def write(self, documents: Sequence[bytes]) -> None:
        """Add lines, as BSON."""
        self._rows += documents
        self.lines += len(documents)
        for document in documents:
            self._digest.update(document)
        while len(self._rows) >= ROWS_PER_GROUP:
            self._write_group(self._rows[:ROWS_PER_GROUP])
            del self._rows[:ROWS_PER_GROUP]

    def finish(self) -> tuple[int, str]:
        """End the file, read it back, and return its bytes and its SHA-256. Raise BackupError if it differs."""
        if self._rows:
            self._write_group(self._rows)
        self._writer.close()
        self._partial.chmod(0o600)
        _sync(self._partial)
        again = hashlib.sha256()
        for documents in read_lines(self._partial):
            for document in documents:
                again.update(document)
        if again.digest() != self._digest.digest():
            raise BackupError(f"{self._partial} does not have what was written: the disk is not to be trusted.")
        _sync(self.path.parent)
        return self._partial.stat().st_size, sha256_of(self._partial)

    def discard(self) -> None:
        """Remove what was written."""
        with suppress(OSError):  # it writes the end of the file, and the disk may be full
            self._writer.close()
        self._partial.unlink(missing_ok=True)

    def _write_group(self, rows: Sequence[bytes]) -> None:
        lines = [bson.decode(row) for row in rows]
        columns: dict[str, list[Any]] = {name: [line.get(name) for line in lines] for name in (*_TEXTS, "version")}
        columns["recorded_at"] = [line["recorded_at"] for line in lines]
        for name in COUNTS:
            columns[f"{name}_change"] = [line["change"].get(name, 0) for line in lines]
            columns[f"{name}_after"] = [line["after"].get(name, 0) for line in lines]
        columns[DOCUMENT] = list(rows)
        self._writer.write_table(arrow.table(columns, schema=SCHEMA), row_group_size=len(rows))


def give_name(path: Path) -> None:
    """Give a finished file its name, unless it has it."""
    partial = _partial_of(path)
    if partial.exists():
        partial.rename(path)
        _sync(path.parent)


def is_there(path: Path) -> bool:
    """Return whether a file that was written is there, with its name or before it has it."""
    return path.exists() or _partial_of(path).exists()


def remove_partial(folder: Path, known: Collection[str]) -> None:
    """Remove what an interrupted run wrote, except the files that are known."""
    for partial in folder.glob(f"month=*/*{_SUFFIX}"):
        if str(partial.relative_to(folder)).removesuffix(_SUFFIX) not in known:
            partial.unlink()


def _partial_of(path: Path) -> Path:
    return path.with_name(path.name + _SUFFIX)


def read_lines(path: Path) -> Iterator[list[bytes]]:
    """Yield the lines of a file as BSON, in their order. Raises BackupError where it cannot be read."""
    try:
        with parquet.ParquetFile(path) as file:
            for group in range(file.num_row_groups):
                yield file.read_row_group(group, columns=[DOCUMENT])[DOCUMENT].to_pylist()
    except (arrow.ArrowInvalid, OSError) as error:
        raise BackupError(f"{path} cannot be read: it is missing or damaged ({str(error).splitlines()[0]}).") from error


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file. Raises BackupError where it is missing."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise BackupError(f"{path} of the archive cannot be read: {error.strerror}.") from error


def level_sums(paths: Sequence[Path]) -> list[BsonDocument]:
    """Return for each level of these files its number of lines, first and last version, and the sum of each change."""
    keys = ["location", "sku"]
    first = [("version", "min"), ("version", "max"), ("version", "count"), *((name, "sum") for name in _CHANGES)]
    again = [("version_min", "min"), ("version_max", "max"), ("version_count", "sum")]
    again += [(f"{name}_sum", "sum") for name in _CHANGES]
    sums = None
    for path in paths:
        lines = parquet.read_table(path, columns=[*keys, "version", *_CHANGES], partitioning=None)
        found = lines.group_by(keys).aggregate(first)
        if sums is not None:
            found = arrow.concat_tables([sums, found.select(sums.column_names)]).group_by(keys).aggregate(again)
            found = found.rename_columns([n if n in keys else n.rpartition("_")[0] for n in found.column_names])
        sums = found
    return [] if sums is None else sums.to_pylist()


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
