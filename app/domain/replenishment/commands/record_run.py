"""Record the result of a requested replenishment run."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from app.domain.command import Decision, ReadSet, View
from app.domain.errors import InventoryError
from app.domain.operation import CommandInfo
from app.domain.replenishment.replenishment_run import ReplenishmentRun, RunResult
from app.domain.time import Moment
from app.domain.validation import info_errors


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReplenishmentRun:
    """A run that has ended, over these items and locations, None for all. Its orders are operations of their own.

    The result is not part of the input: a repeated request does not know it.
    """

    info: CommandInfo
    skus: tuple[str, ...] | None
    locations: tuple[str, ...] | None
    is_review: bool
    result: RunResult = field(default_factory=RunResult)

    def content(self) -> object:
        return (self.skus, self.locations, self.is_review)

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from info_errors(self.info, now=now)

    def read_set(self) -> ReadSet:
        return ReadSet()

    def decide(self, view: View) -> Decision:
        return Decision(documents=(ReplenishmentRun.ended(self.info.operation_id, self.result, at=view.now),))
