"""A counter that follows a number which is kept elsewhere."""

from typing import Protocol


class Grows(Protocol):
    """A counter, or what is counted of a histogram."""

    def inc(self, amount: float, /) -> None:
        """Add to it."""


class Growing:
    """A counter that follows a number which something else counts, and which only grows."""

    __slots__ = ("_counter", "_seen")

    def __init__(self, counter: Grows, *, since: float = 0.0) -> None:
        self._counter, self._seen = counter, since

    def follow(self, number: float) -> None:
        """Add what the number has grown by."""
        if number > self._seen:
            self._counter.inc(number - self._seen)
        self._seen = number
