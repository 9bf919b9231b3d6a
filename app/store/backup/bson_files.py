"""Files of BSON documents, compressed by gzip, as `mongodump --gzip` writes them: one document after the other.

Rule: both ways hold a few megabytes, whatever the size of the file. What is written is on disk before it is closed.
"""

import hashlib
import os
import zlib
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from app.store.backup.errors import UnusableBackup
from app.store.backup.manifest import Contents

LEVEL = 3  # higher ones take much longer for little less
READ_BYTES = 1 << 20
MAX_DOCUMENT_BYTES = (16 << 20) + (16 << 10)  # the server's own limit

_GZIP = 31  # zlib's number for gzip's header, with the largest window
_LEAST_BYTES = 5  # of an empty document


class BsonFileWriter:
    """Writes one file. Call `write` with whole documents; `contents` is what was written."""

    def __init__(self, path: Path) -> None:
        self._file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
        self._gzip = zlib.compressobj(LEVEL, wbits=_GZIP)
        self._sha256 = hashlib.sha256()
        self._documents = self._bytes = 0

    def write(self, documents: bytes) -> int:
        """Write the bytes of whole documents, and return how many these are."""
        count = _count(documents)
        self._documents += count
        self._bytes += len(documents)
        self._sha256.update(documents)
        self._file.write(self._gzip.compress(documents))
        return count

    @property
    def contents(self) -> Contents:
        """What was written so far."""
        return Contents(documents=self._documents, bytes=self._bytes, sha256=self._sha256.hexdigest())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        with self._file:
            if error is None:
                self._file.write(self._gzip.flush())
                self._file.flush()
                os.fsync(self._file.fileno())


def read_documents(path: Path, expected: Contents) -> Iterator[list[bytes]]:
    """Yield the documents of a file, about a megabyte at a time. Raise UnusableBackup unless it is as expected.

    The checksum is known at the end only: to rely on it, read the file twice.
    """
    sha256 = hashlib.sha256()
    documents = size = 0
    rest = b""
    for piece in _decompressed(path):
        sha256.update(piece)
        size += len(piece)
        whole, rest = _split(rest + piece, path)
        documents += len(whole)
        if whole:
            yield whole
    if rest or (documents, size, sha256.hexdigest()) != (expected.documents, expected.bytes, expected.sha256):
        raise UnusableBackup(
            f"{path} was changed or cut off: it has {documents:,} documents with {size:,} bytes, and the manifest "
            f"says {expected.documents:,} with {expected.bytes:,} and another checksum."
        )


def _decompressed(path: Path) -> Iterator[bytes]:
    gzip = zlib.decompressobj(wbits=_GZIP)
    try:
        with path.open("rb") as file:
            while not gzip.eof:
                compressed = gzip.unconsumed_tail or file.read(READ_BYTES)
                piece = gzip.decompress(compressed, READ_BYTES)
                if not compressed and not piece:
                    raise UnusableBackup(f"{path} was cut off.")
                yield piece
            if gzip.unused_data or file.read(1):
                raise UnusableBackup(f"{path} was changed: there is more behind its end.")
    except FileNotFoundError as error:
        raise UnusableBackup(f"{path} is missing.") from error
    except zlib.error as error:
        raise UnusableBackup(f"{path} was changed: it cannot be decompressed ({error}).") from error


def _split(data: bytes, path: Path) -> tuple[list[bytes], bytes]:
    """Return the whole documents at the beginning, and the rest."""
    documents, at = [], 0
    while at + 4 <= len(data):
        length = int.from_bytes(data[at : at + 4], "little")
        if not _LEAST_BYTES <= length <= MAX_DOCUMENT_BYTES:
            raise UnusableBackup(f"{path} was changed: a document in it has an impossible length.")
        if at + length > len(data):
            break
        documents.append(data[at : at + length])
        at += length
    return documents, data[at:]


def _count(documents: bytes) -> int:
    count = at = 0
    while at < len(documents):
        at += int.from_bytes(documents[at : at + 4], "little")
        count += 1
    assert at == len(documents), "only whole documents are written"
    return count
