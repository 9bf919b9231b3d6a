"""Ledger offsets: how far a reader of the ledger has come, and the cursor of that (ADR 8).

The ledger has many writers and no common clock, so an offset is a moment for each of them. Writers that have been
silent for longer than any commit can take need no entry of their own: `base` stands for all of them.
"""

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.domain.failures import BadArgument
from app.domain.operation import Operation
from app.domain.stock.movement import Movement
from app.domain.time import Moment

MAX_CURSOR_LENGTH = 32_768  # base64 characters; several hundred writers
_MAX_MOMENT = 2**63 - 1
_MORE = ("parts", "list")  # what the cursor of a feed of documents may contain besides


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerOffset:
    """Everything recorded before `base`, and each named writer's entries up to the moment reached.

    The entries are the lines of the ledger and the operations that change documents.
    """

    base: Moment
    reached: Mapping[str, Moment]

    def of(self, writer: str) -> Moment:
        """Return the moment up to which this writer's entries lie before the offset."""
        return self.reached.get(writer, Moment(self.base - 1))

    def is_past(self, entry: Movement | Operation) -> bool:
        """Tell whether the entry lies before the offset."""
        writer, moment = writer_and_moment(entry)
        return moment <= self.of(writer)

    def has_reached(self, other: "LedgerOffset") -> bool:
        """Tell whether each writer named in the other offset is at least as far here."""
        return all(self.of(writer) >= moment for writer, moment in other.reached.items())

    def after(self, *entries: Movement | Operation) -> "LedgerOffset":
        """Return the offset behind these entries too, some of which may lie before it already."""
        reached = dict(self.reached)
        for writer, moment in map(writer_and_moment, entries):
            reached[writer] = max(moment, reached.get(writer, Moment(self.base - 1)))
        return LedgerOffset(base=self.base, reached=reached)

    def joined(self, other: "LedgerOffset") -> "LedgerOffset":
        """Return the offset behind everything that lies before either."""
        base = max(self.base, other.base)
        moments = {writer: max(self.of(writer), other.of(writer)) for writer in {*self.reached, *other.reached}}
        return LedgerOffset(base=base, reached={writer: at for writer, at in moments.items() if at >= base})


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerBatch:
    """The result of one read of the ledger: entries in order, the offset behind them, and whether nothing was left.

    Every operation in it changes documents. Both lists reach equally far. `size` is the number of lines: those of the
    ledger and those of documents.
    """

    lines: Sequence[Movement]
    operations: Sequence[Operation]
    size: int
    offset: LedgerOffset
    is_complete: bool


def writer_and_moment(entry: Movement | Operation) -> tuple[str, Moment]:
    """Return the writer of an entry and its moment, which no other entry of this writer has."""
    if isinstance(entry, Movement):
        return entry.writer, entry.recorded_at
    assert entry.writer is not None, entry
    assert entry.published_at is not None, entry
    return entry.writer, entry.published_at


def cursor_of(offset: LedgerOffset, **more: object) -> str:
    """Return the opaque cursor of an offset, with what a DocumentOffset adds."""
    content = {"t": offset.base, "w": offset.reached, **more}
    return base64.urlsafe_b64encode(json.dumps(content, separators=(",", ":")).encode()).decode()


def offset_of(cursor: str) -> LedgerOffset:
    """Return the offset of a cursor. Raises BadArgument where it is none of a feed of the ledger."""
    try:
        offset, _ = read_cursor(cursor)
    except ValueError as error:
        raise BadArgument(
            "The cursor was not given by the live movements feed. Cursors of the `movements` list do not fit here."
        ) from error
    return offset


def read_cursor(cursor: str) -> tuple[LedgerOffset, Mapping[str, object]]:
    """Return the offset of a cursor, and what a DocumentOffset adds, which is not checked yet. Raises ValueError."""
    if len(cursor) > MAX_CURSOR_LENGTH:
        raise ValueError("too long")
    try:
        content = json.loads(base64.b64decode(cursor.encode(), altchars=b"-_", validate=True))
    except RecursionError as error:
        raise ValueError("too deep") from error
    if not isinstance(content, dict) or not {"t", "w"} <= content.keys() <= {"t", "w", *_MORE}:
        raise ValueError("not of a feed")
    base, reached = content.pop("t"), content.pop("w")
    if not isinstance(reached, dict) or not all(map(str.isprintable, reached)):
        raise ValueError("no writers")
    if not all(map(is_moment, (base, *reached.values()))):
        raise ValueError("no moments")
    return LedgerOffset(base=Moment(base), reached=reached), content


def is_moment(value: object) -> bool:
    """Tell whether a value in a cursor can be a moment."""
    return type(value) is int and 0 <= value <= _MAX_MOMENT
