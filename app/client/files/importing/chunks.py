"""Rows in portions that one request may carry.

Rule: where a chunk ends depends on the file alone, because the server compares its content under its key.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from app.client.files.importing.reading.rows import Reject, Row
from app.domain.limits import MAX_LINES_PER_OPERATION

MAX_CHUNK_BYTES = 900_000  # a server takes bodies of 1 MiB


@dataclass(slots=True)
class Chunk:
    """Some rows that follow each other, and those among them that are not to be sent."""

    number: int
    rows: list[Row] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    size_bytes: int = 0

    @property
    def count(self) -> int:
        """How many records it has."""
        return len(self.rows) + len(self.rejects)

    def has_room_for(self, found: Row | Reject) -> bool:
        """Tell whether one more fits."""
        size = len(found.body) if isinstance(found, Row) else 0
        return self.count < MAX_LINES_PER_OPERATION and self.size_bytes + size <= MAX_CHUNK_BYTES

    def add(self, found: Row | Reject) -> None:
        """Take one in."""
        if isinstance(found, Row):
            self.rows.append(found)
            self.size_bytes += len(found.body) + 1
        else:
            self.rejects.append(found)


def chunks_of(rows: Iterable[Row | Reject]) -> Iterator[Chunk]:
    """Yield the chunks, numbered from 0. None is empty."""
    chunk = Chunk(0)
    for found in rows:
        if chunk.count and not chunk.has_room_for(found):
            yield chunk
            chunk = Chunk(chunk.number + 1)
        chunk.add(found)
    if chunk.count:
        yield chunk
