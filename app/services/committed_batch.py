"""What a writer hands to its listeners after a commit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.domain.operation import Operation
from app.domain.stock.movement import Movement
from app.domain.time import NEVER, Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class CommittedBatch:
    """The result of one batch of one writer: its movements, and its operations that changed documents.

    Each in the order of their moments. `has_catalog` where items or locations may have changed, which the ledger does
    not show; a batch without anything else is handed on for that.
    """

    writer: str
    movements: Sequence[Movement]
    operations: Sequence[Operation] = ()
    has_catalog: bool = False

    @property
    def to(self) -> Moment:
        """The moment of the last entry."""
        last_movement = self.movements[-1].recorded_at if self.movements else NEVER
        last_operation = self.operations[-1].published_at if self.operations else NEVER
        return max(last_movement, last_operation or NEVER)


OnCommitted = Callable[[CommittedBatch], None]
