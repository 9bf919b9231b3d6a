"""A CSV file: a digest of its content, and its records one after the other.

Rule: nothing of it is kept. It is read twice, for the digest and for the records, and takes the same memory however
long it is.
"""

import codecs
import csv
import hashlib
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

from app.client.files.importing.reading.delimiters import NamesColumns, declared_delimiter, likely_delimiter
from app.client.files.importing.reading.encoding import encoding_of, foreign_kind

BLOCK_BYTES = 1024 * 1024  # a line that is longer than one or two of these makes no CSV file
BEGINNING_BYTES = 65_536  # which the first line is within, or else it names no columns
DIGEST_BYTES = 16


class UnreadableFile(Exception):
    """The file is not what it should be; the message is one sentence for the user."""


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of a row, and the line in which it begins, counted from 1.

    Where there is an `error`, the row is no CSV, and its whole text is the only cell.
    """

    line: int
    cells: tuple[str, ...]
    error: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CsvFile:
    """A file that was looked through once.

    `lines` is about how many rows it has: a cell may hold a line break. `stamp` tells whether it was changed since.
    Where it `declares` its delimiter, its first line does nothing else.
    """

    path: Path
    delimiter: str
    declares: bool
    encoding: str
    digest: bytes
    lines: int
    stamp: tuple[int, int]

    @classmethod
    def survey(cls, path: Path, *, delimiter: str | None, names_columns: NamesColumns) -> "CsvFile":
        """Look through a file. Without a `delimiter` it is the one that the file declares, or that makes columns of it.

        Raises UnreadableFile where it is not UTF-8, or no text of lines.
        """
        try:
            with path.open("rb") as file:
                beginning = file.read(BEGINNING_BYTES)
                file.seek(0)
                if not beginning.removeprefix(codecs.BOM_UTF8).strip():
                    raise UnreadableFile(f"{path.name} is empty.")
                if foreign := foreign_kind(beginning):
                    raise UnreadableFile(f"{path.name} {foreign}.")
                digest, lines = _surveyed(file, path.name)
                stamp = _stamp(os.fstat(file.fileno()))
        except OSError as error:
            raise UnreadableFile(f"{path} cannot be read: {error.strerror or error}.") from error
        encoding = encoding_of(beginning)
        first_line = next(iter(beginning.decode(encoding, errors="replace").splitlines()), "")
        declared = declared_delimiter(first_line)
        return cls(
            path=path,
            delimiter=delimiter or declared or likely_delimiter(first_line, names_columns=names_columns),
            declares=declared is not None,
            encoding=encoding,
            digest=digest,
            lines=lines,
            stamp=stamp,
        )

    def records(self) -> Iterator[Record]:
        """Yield the records, the header among them. A row without any text is none.

        Raises UnreadableFile at the end if the file is no longer the one that was looked through.
        """
        with self.path.open(encoding=self.encoding, errors="replace", newline="") as file:
            lines = _Lines(file)
            if self.declares:
                next(lines)
                lines.pending = ""
            reader = csv.reader(lines, delimiter=self.delimiter, strict=True)
            while True:
                first = lines.count + 1
                try:
                    cells = next(reader)
                except csv.Error as error:
                    yield Record(first, (lines.pending.rstrip("\r\n"),), error=f"This is no CSV: {error}.")
                except StopIteration:
                    break
                else:
                    if any(cell.strip() for cell in cells):
                        yield Record(first, tuple(cells))
                lines.pending = ""
            if _stamp(os.fstat(file.fileno())) != self.stamp:
                raise UnreadableFile(f"{self.path.name} was changed while it was read.")


class _Lines:
    """The lines of a text, counted; `pending` is what was given out and not yet made a record of."""

    def __init__(self, file: io.TextIOWrapper) -> None:
        self._file = file
        self.count = 0
        self.pending = ""

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = next(self._file)
        self.count += 1
        self.pending += line
        return line


def _stamp(status: os.stat_result) -> tuple[int, int]:
    return status.st_size, status.st_mtime_ns


def _surveyed(file: BinaryIO, name: str) -> tuple[bytes, int]:
    digest, lines = hashlib.blake2b(digest_size=DIGEST_BYTES), 0
    decoder = codecs.getincrementaldecoder("utf-8")()
    for block in iter(partial(file.read, BLOCK_BYTES), b""):
        digest.update(block)
        breaks = max(block.count(b"\n"), block.count(b"\r"))
        if not breaks and len(block) == BLOCK_BYTES:
            raise UnreadableFile(f"{name} is no CSV file: it has a line of more than {BLOCK_BYTES:,} bytes.")
        _check_text(decoder, block, name=name, line=lines + 1)
        lines += breaks
    _check_text(decoder, b"", name=name, line=lines + 1)
    return digest.digest(), lines


def _check_text(decoder: codecs.IncrementalDecoder, block: bytes, *, name: str, line: int) -> None:
    try:
        decoder.decode(block, final=not block)
    except UnicodeDecodeError as error:
        line += error.object[: error.start].count(b"\n")
        raise UnreadableFile(f"{name} is not UTF-8 in line {line}; save it as CSV UTF-8.") from error
