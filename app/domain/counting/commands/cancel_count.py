"""Cancel a count: nothing of it is ever posted."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.domain.command import Decision, ReadSet, View, required
from app.domain.counting.count import Count, CountState, count_key
from app.domain.errors import InventoryError
from app.domain.operation import CommandInfo
from app.domain.time import Moment
from app.domain.validation import info_errors


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelCount:
    """The end of an open count. What was counted can still be read."""

    info: CommandInfo
    count_id: str

    def content(self) -> object:
        return (self.count_id,)

    def validate(self, *, now: Moment) -> Iterator[InventoryError]:
        yield from info_errors(self.info, now=now)

    def read_set(self) -> ReadSet:
        return ReadSet(documents=(count_key(self.count_id),))

    def decide(self, view: View) -> Decision:
        """Decide. Raises UnknownDocument, or WrongState where posting has begun."""
        count = required(view, count_key(self.count_id), Count, states=frozenset({CountState.OPEN}))
        return Decision(documents=(count.cancelled(),))
