"""The offset of a feed of documents, and its cursor.

A ledger offset lies between operations. But one operation may change several documents, and a snapshot is read page by
page. So that every event has its own cursor, a document offset is a ledger offset and what was sent beyond it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from app.domain.failures import BadArgument
from app.domain.operation import Operation
from app.domain.time import Moment
from app.services.live.ledger_offset import LedgerOffset, cursor_of, is_moment, read_cursor, writer_and_moment
from app.services.page_cursor import KeysetPosition as ListPosition


class PartialOperation(NamedTuple):
    """The first documents of one operation of a writer, named by its moment."""

    moment: Moment
    documents: int


class SnapshotProgress(NamedTuple):
    """The entries of a list up to one of them. `of` identifies the list."""

    of: str
    created_at: int
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentOffset:
    """A ledger offset, and what was sent beyond it: parts of operations, by writer, or of the list of a snapshot.

    There may be several parts: while one operation is being sent, another with an earlier moment can become visible.
    """

    offset: LedgerOffset
    parts: Mapping[str, PartialOperation] = field(default_factory=dict)
    shown: SnapshotProgress | None = None

    @property
    def cursor(self) -> str:
        """The opaque cursor of the offset."""
        parts = {writer: part for writer, part in self.parts.items() if part.moment > self.offset.of(writer)}
        more = {"parts": parts, "list": self.shown}
        return cursor_of(self.offset, **{name: value for name, value in more.items() if value})

    @property
    def end_of_shown(self) -> ListPosition | None:
        """The position in the list behind which nothing was sent yet."""
        return None if self.shown is None else self.shown[1:]

    def documents_past(self, operation: Operation) -> int:
        """Return how many of an operation's documents lie before the offset."""
        if self.offset.is_past(operation):
            return len(operation.documents)
        writer, moment = writer_and_moment(operation)
        part = self.parts.get(writer)
        return part.documents if part is not None and part.moment == moment else 0

    def after(self, *operations: Operation) -> "DocumentOffset":
        """Return the offset behind these operations too, some of which may lie before it already."""
        return replace(self, offset=self.offset.after(*operations))

    def within(self, operation: Operation, *, documents: int) -> "DocumentOffset":
        """Return the offset behind so many documents of one more operation."""
        if documents == len(operation.documents):
            return self.after(operation)
        writer, moment = writer_and_moment(operation)
        return replace(self, parts={**self.parts, writer: PartialOperation(moment, documents)})


def document_offset_of(cursor: str, *, of: str) -> DocumentOffset:
    """Return the offset of a cursor. `of` identifies the list that the feed shows.

    Raises BadArgument where the cursor is none of a feed of the ledger, or belongs to the snapshot of another list.
    """
    try:
        offset, more = read_cursor(cursor)
        document_offset = DocumentOffset(offset=offset, parts=_parts(more), shown=_shown(more))
    except ValueError as error:
        raise BadArgument("The cursor was not given by a live feed. Cursors of lists do not fit here.") from error
    if document_offset.shown is not None and document_offset.shown.of != of:
        raise BadArgument("The cursor was given before its snapshot was complete: it fits the same filter only.")
    return document_offset


def _parts(more: Mapping[str, object]) -> dict[str, PartialOperation]:
    parts = more.get("parts", {})
    if not isinstance(parts, dict):
        raise ValueError("no parts of operations")
    return {writer: _part(part) for writer, part in parts.items()}


def _part(value: object) -> PartialOperation:
    match value:
        case [int(moment), int(documents)] if is_moment(moment) and is_moment(documents):
            return PartialOperation(Moment(moment), documents)
    raise ValueError("no part of an operation")


def _shown(more: Mapping[str, object]) -> SnapshotProgress | None:
    match more.get("list"):
        case None:
            return None
        case [str(of), int(created_at), str(id)] if is_moment(created_at) and id.isprintable():
            return SnapshotProgress(of, created_at, id)
    raise ValueError("no part of a list")
