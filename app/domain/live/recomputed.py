"""The event of a figure that was computed again, such as a sum or a ranking."""

from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from typing import Generic, Self, TypeVar

V = TypeVar("V")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recomputed(Generic[V]):
    """A figure as it is now, and as it was in the event before, None in the first that a subscriber gets.

    A subscriber that lagged, or has just come, may not have got the event before.
    """

    value: V
    before: V | None = None
    reading: object = field(default_factory=object, compare=False)  # no two readings are one, whatever they found

    @property
    def identity(self) -> Hashable:
        """What the event says, as a key."""
        return self.reading, self.before is None

    def alone(self) -> Self:
        """Return the event for those who have not got the one before."""
        return replace(self, before=None)
