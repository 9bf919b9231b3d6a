"""Events of subscriptions: levels, movements and documents.

Rule: the events of a level or document have growing versions, so a client that keeps the newest version is up to date.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from msgspec import Struct

from app.domain.document import Document
from app.domain.failures import ServiceError
from app.domain.live.level_delta import LevelDelta
from app.domain.stock.level import Level
from app.domain.stock.movement import Movement

D = TypeVar("D", bound=Document)


class LevelEventKind(StrEnum):
    """Why the event of a level is sent."""

    SNAPSHOT = "SNAPSHOT"  # as it was when the subscription began
    CHANGE = "CHANGE"  # it has just changed
    RESYNC = "RESYNC"  # it changed while single changes could not be followed


class LevelEvent(Struct, frozen=True, kw_only=True, gc=False):
    """A level as it is now. `movement` is the change that led to it, and only a CHANGE has one.

    Changes in quick succession may be sent as one event: then the movement is the last of them. `gathered` is what all
    of them changed, where they were gathered on purpose.
    """

    kind: LevelEventKind
    level: Level
    movement: Movement | None = None
    gathered: LevelDelta | None = None

    @property
    def delta(self) -> LevelDelta | None:
        """What changed since an earlier version; None where no earlier one is known."""
        if self.gathered is None and self.movement is not None:
            return LevelDelta.of(self.movement)
        return self.gathered

    @property
    def identity(self) -> Hashable:
        """What the event says, as a key: a version of a level is one state of it."""
        since = None if self.gathered is None else self.gathered.since
        return self.kind, self.level.key, self.level.version, self.movement is None, since

    @property
    def trace(self) -> str | None:
        """The place in a trace of the operation behind it, where that is traced."""
        return None if self.movement is None else self.movement.trace


class MovementEvent(Struct, frozen=True, kw_only=True, gc=False):
    """A ledger line, and the opaque cursor from which a feed resumes after it.

    `present` is its level as it is now, where that is known without a read. A feed that starts now sends a first event
    without a line, so that a feed resumed from its cursor misses nothing.
    """

    movement: Movement | None
    cursor: str
    present: Level | None = None

    @property
    def identity(self) -> Hashable:
        """What the event says, as a key: the line, the cursor, and how the level is now."""
        line, present = self.movement, self.present
        return line and (line.after.key, line.after.version), present and present.version, self.cursor

    @property
    def trace(self) -> str | None:
        """The place in a trace of the operation behind it, where that is traced."""
        return None if self.movement is None else self.movement.trace


class DocumentEventKind(StrEnum):
    """Why the event of a document is sent."""

    SNAPSHOT = "SNAPSHOT"  # it existed when the subscription began
    CHANGE = "CHANGE"  # it was changed


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentEvent(Generic[D]):
    """A version of a document, and the opaque cursor from which a feed resumes after it.

    `recorded` is that version, `document` the newest that was known when the event was sent. `cause` is the kind of the
    operation that made the version, and only a CHANGE has one.
    """

    kind: DocumentEventKind
    recorded: D
    document: D
    cause: str | None
    cursor: str

    @property
    def identity(self) -> Hashable:
        """What the event says, as a key: the version, the newest one, and the cursor."""
        recorded = self.recorded
        return self.kind, type(recorded), recorded.id, recorded.version, self.document.version, self.cursor


class SlowConsumer(ServiceError):
    """A subscriber is slower than its events arrive. It should subscribe again and get a new snapshot."""

    def __init__(self, *, waiting_max: int) -> None:
        self.waiting_max = waiting_max
        super().__init__(f"More than {waiting_max} changed levels waited to be taken. Subscribe again.")
