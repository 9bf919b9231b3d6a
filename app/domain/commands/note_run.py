"""Record that somebody had the server order what levels need."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.command import Decision, Touches, View
from app.domain.errors import InventoryError
from app.domain.operation import Cause
from app.domain.time import Moment
from app.domain.validation import cause_faults


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRun:
    """A run over these items and locations, None for all, that has ended. Its orders are operations of their own."""

    cause: Cause
    skus: tuple[str, ...] | None
    locations: tuple[str, ...] | None
    is_review: bool

    def content(self) -> object:
        """See Command."""
        return (self.skus, self.locations, self.is_review)

    def faults(self, *, now: Moment) -> Iterator[InventoryError]:
        """See Command."""
        yield from cause_faults(self.cause, now=now)

    def touches(self) -> Touches:
        """See Command."""
        return Touches()

    def decide(self, view: View) -> Decision:
        """See Command."""
        return Decision()
