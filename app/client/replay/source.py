"""The sales file: its bytes, read once, and the rows in it.

Rule: the digest stands for the content. The same sales have it packed or unpacked, under any name.
"""

import csv
import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path

COLUMNS = ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID")
DIGEST_BYTES = 8  # tells some millions of files apart, and leaves room in a key

_GZIP_MAGIC = b"\x1f\x8b"
# The second edition of the data set names three columns otherwise.
_SECOND_EDITION = {"Invoice": "InvoiceNo", "Price": "UnitPrice", "Customer ID": "CustomerID"}


class UnreadableSalesFile(Exception):
    """The file is not what it should be; the message is one sentence for the user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SalesFile:
    """The whole text of a file, and a digest of its content."""

    name: str
    text: str
    digest: str

    @classmethod
    def read(cls, path: Path) -> "SalesFile":
        """Read a file, packed with gzip or not. Raises UnreadableSalesFile."""
        try:
            content = path.read_bytes()
            if content.startswith(_GZIP_MAGIC):
                content = gzip.decompress(content)
        except (OSError, EOFError, zlib.error) as error:
            raise UnreadableSalesFile(f"{path} cannot be read: {error}.") from error
        digest = hashlib.blake2b(content, digest_size=DIGEST_BYTES).hexdigest()
        return cls(name=path.name, text=_decoded(content), digest=digest)

    @property
    def row_count(self) -> int:
        """About how many rows follow the header: a description may hold a line break."""
        return max(0, self.text.count("\n") - 1)

    def rows(self) -> Iterator[Sequence[str] | None]:
        """Yield the fields named in COLUMNS of each row, None where a row has no such fields.

        Raises UnreadableSalesFile where the header lacks a column.
        """
        records = _records(self.text)
        header = next(records, None) or []
        names = [_SECOND_EDITION.get(name, name) for name in map(str.strip, header)]
        missing = [name for name in COLUMNS if name not in names]
        if missing:
            raise UnreadableSalesFile(
                f"{self.name} is no sales file: its first line does not name {', '.join(missing)}."
            )
        pick = itemgetter(*map(names.index, COLUMNS))
        for record in records:
            yield pick(record) if record is not None and len(record) == len(names) else None


def _records(text: str) -> Iterator[list[str] | None]:
    """Yield the records, None for one that the CSV reader refuses; an empty line is none."""
    reader = csv.reader(io.StringIO(text, newline=""))
    while True:
        try:
            record = next(reader)
        except csv.Error:
            yield None
        except StopIteration:
            return
        else:
            if record:
                yield record


def _decoded(content: bytes) -> str:
    """Return the text: UTF-8, or what the spreadsheets of the time wrote."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")
