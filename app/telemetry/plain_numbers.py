"""What is measured with every request, batch or message: plain numbers, which the library's metrics take over.

Rule: to measure takes no lock. It costs a fifth of what the library takes (ADR 55); and the garbage collector measures
itself, whatever it has interrupted: the library's lock may be held just then.
"""

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple, Protocol

from prometheus_client import Counter, Histogram

from app.telemetry.growing import Growing, Grows


class TakenOver(Protocol):
    """Plain numbers that belong to a metric of the library."""

    def take_over(self) -> None:
        """Let the metric follow."""


class Increments:
    """The number of a counter."""

    __slots__ = ("_follower", "_number", "metric")

    def __init__(self, metric: Counter) -> None:
        self.metric = metric
        self._follower, self._number = Growing(metric), 0

    def inc(self, amount: int = 1) -> None:
        """Count."""
        self._number += amount

    def take_over(self) -> None:
        """Let the counter follow."""
        self._follower.follow(self._number)


class Observations:
    """The numbers of a histogram, or of one child of it: how many observations each bucket has, and their sum."""

    __slots__ = ("_bounds", "_buckets", "_counts", "_sum", "_total", "metric")

    def __init__(self, metric: Histogram) -> None:
        parts = _parts(metric)
        self.metric = metric
        self._bounds, self._counts, self._total = parts.bounds, [0] * len(parts.bounds), 0.0
        self._buckets, self._sum = [Growing(each) for each in parts.buckets], Growing(parts.sum)

    def observe(self, amount: float) -> None:
        """Add an observation, which is not negative."""
        self._counts[bisect_left(self._bounds, amount)] += 1
        self._total += amount

    def take_over(self) -> None:
        """Let the histogram follow."""
        for bucket, count in zip(self._buckets, self._counts, strict=True):
            bucket.follow(count)
        self._sum.follow(self._total)


class LabelledObservations:
    """Those of a histogram with labels."""

    __slots__ = ("_children", "metric")

    def __init__(self, metric: Histogram) -> None:
        self.metric = metric
        self._children: dict[tuple[str, ...], Observations] = {}

    def labels(self, *values: str) -> Observations:
        """Return those of one child."""
        if values not in self._children:
            self._children[values] = Observations(self.metric.labels(*values))
        return self._children[values]

    def take_over(self) -> None:
        """Let each child follow."""
        for each in self._children.values():
            each.take_over()


class _Parts(NamedTuple):
    """What a histogram consists of."""

    bounds: Sequence[float]  # of the buckets, the last of which is infinity
    buckets: Sequence[Grows]
    sum: Grows


def _parts(histogram: Histogram) -> _Parts:
    """Return the parts of a histogram. They are private: the library only takes observations one at a time."""
    return _Parts(histogram._upper_bounds, histogram._buckets, histogram._sum)  # noqa: SLF001
