"""What is measured, and what is made of it: pure, so that it can be tested.

Rule: a ratio is the median of the rounds' ratios. Both sides of a round ran one right after the other, so what the
machine did to one it did to the other too; a median of each side alone would lose that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from statistics import median
from typing import Any

MICROSECONDS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What one side did in one round: a latency in seconds for each operation."""

    seconds: float
    latencies: Sequence[float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A run, and the CPU seconds that each process took for it."""

    operations: int
    seconds: float
    latencies: Sequence[float] = ()
    cpu_seconds: Mapping[str, float] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Operations per second."""
        return self.operations / self.seconds

    def latency_us(self, percent: int) -> float:
        """Return the nearest-rank percentile in microseconds."""
        ordered = sorted(self.latencies)
        return ordered[max(1, ceil(len(ordered) * percent / 100)) - 1] * MICROSECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a ratio should be at least, or at most where smaller is better; `is_aim` is no promise yet.

    Of a result without another side it is what the figure itself should be.
    """

    ratio: float
    is_most: bool = False
    is_aim: bool = False

    def is_met(self, ratio: float) -> bool:
        """Tell whether a ratio is good enough."""
        return ratio <= self.ratio if self.is_most else ratio >= self.ratio

    def __str__(self) -> str:
        return f"{'aim ' if self.is_aim else ''}{'≤' if self.is_most else '≥'} {self.ratio:g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The figures of one benchmark, one per round on each side; without `other`, figures that stand alone."""

    name: str
    unit: str
    ours: Sequence[float]
    other: Sequence[float] = ()
    target: Target | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ratio(self) -> float | None:
        """The median of the rounds' ratios, ours by other."""
        return median_ratio(self.ours, self.other) if self.other else None

    @property
    def is_met(self) -> bool | None:
        """Whether the target is met; None where there is nothing to meet."""
        return None if self.target is None else self.target.is_met(self.ratio or median(self.ours))

    def to_json(self) -> dict[str, Any]:
        """Return the figures as they are written to the file."""
        ratio = self.ratio
        return {
            "name": self.name,
            "ratio": None if ratio is None else round(ratio, 3),
            "ours": round(median(self.ours), 1),
            "other": round(median(self.other), 1) if self.other else None,
            "unit": self.unit,
            "target": None if self.target is None else str(self.target),
            "met": self.is_met,
            "rounds": [round(mine / theirs, 3) for mine, theirs in zip(self.ours, self.other, strict=False)],
            **self.extra,
        }


def median_ratio(ours: Sequence[float], other: Sequence[float]) -> float:
    """Return the median of the ratios of each round."""
    return median(mine / theirs for mine, theirs in zip(ours, other, strict=True))


def cpu_per_operation(samples: Sequence[Sample]) -> dict[str, float]:
    """Return the CPU microseconds per operation of each process, over all rounds."""
    operations = sum(sample.operations for sample in samples)
    return {
        process: round(sum(sample.cpu_seconds[process] for sample in samples) / operations * MICROSECONDS, 1)
        for process in samples[0].cpu_seconds
    }


def cpu_ratio(ours: Sequence[Sample], other: Sequence[Sample]) -> float | None:
    """Return how much more CPU the other side takes per operation, in all processes together.

    It stays true where others keep the cores busy: then a rate also tells who gets the next turn.
    """
    mine, theirs = (sum(cpu_per_operation(samples).values()) for samples in (ours, other))
    return round(theirs / mine, 2) if mine and theirs else None


def latencies_ms(samples: Sequence[Sample]) -> dict[str, float]:
    """Return the median over the rounds of the 50th and the 99th percentile, in milliseconds."""
    return {
        f"p{percent}": round(median(each.latency_us(percent) for each in samples) / 1_000, 2) for percent in (50, 99)
    }
