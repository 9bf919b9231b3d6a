"""What was measured over time, in steps of ten seconds: latencies, lags, rates and memory.

Rule: a step that is over is a few numbers, so that a day takes a megabyte.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from app.client.live_bench.latencies import Latencies

STEP_SECONDS = 10


class MeasuredTime(StrEnum):
    """What durations are of."""

    WRITE = "write"
    READ = "read"
    SUBSCRIBER = "subscriber"  # from the commit of a change to its arrival
    WEBHOOK = "webhook"  # likewise


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelinePoint:
    """One step. Durations are their median and their 99th percentile in milliseconds, memory is in bytes."""

    second: float
    operations: int
    milliseconds: Mapping[MeasuredTime, tuple[float, float]]
    memory: Mapping[str, int]


@dataclass(slots=True)
class _Step:
    durations: dict[MeasuredTime, Latencies] = field(
        default_factory=lambda: {each: Latencies() for each in MeasuredTime}
    )
    memory: dict[str, int] = field(default_factory=dict)


class Timeline:
    """All steps of a run."""

    def __init__(self) -> None:
        self.begin()

    def begin(self) -> None:
        """Begin anew: what was before is no part of it."""
        self._began = time.monotonic()
        self._points: list[TimelinePoint] = []
        self._step, self._number = _Step(), 0

    @property
    def now(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self._began

    def took(self, what: MeasuredTime, seconds: float) -> None:
        """Take note of one duration."""
        self._present().durations[what].add(seconds)

    def uses(self, part: str, memory_bytes: int) -> None:
        """Take note of the memory of a part."""
        self._present().memory[part] = memory_bytes

    def points(self) -> list[TimelinePoint]:
        """Return all steps, also the one that is not over."""
        return [*self._points, self._point()]

    def _present(self) -> _Step:
        number = int(self.now // STEP_SECONDS)
        if number != self._number:
            self._points.append(self._point())
            self._step, self._number = _Step(), number
        return self._step

    def _point(self) -> TimelinePoint:
        found = self._step.durations
        return TimelinePoint(
            second=(self._number + 0.5) * STEP_SECONDS,
            operations=len(found[MeasuredTime.WRITE]) + len(found[MeasuredTime.READ]),
            milliseconds={
                what: (round(each.percentile(50) * 1_000, 2), round(each.percentile(99) * 1_000, 2))
                for what, each in found.items()
                if len(each)
            },
            memory=self._step.memory,
        )
