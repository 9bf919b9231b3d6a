"""Latencies in buckets, so that a million of them take no more memory than ten, and those of processes add up.

Rule: a percentile is by nearest rank and at most 1 % too high; the longest is exact.
"""

import math
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

PERCENTS: Final = (50, 90, 99)

_SHORTEST_SECONDS: Final = 1e-6  # what is shorter, or before its beginning by clocks that differ, counts as this
_BUCKETS_PER_E: Final = 100.0  # each bucket ends 1 % above the one before


class Latencies:
    """How long things took."""

    __slots__ = ("_buckets", "longest")

    def __init__(self, buckets: Mapping[int, int] | None = None, *, longest: float = 0.0) -> None:
        self._buckets: Counter[int] = Counter(buckets or {})
        self.longest = longest

    def __len__(self) -> int:
        return self._buckets.total()

    def add(self, seconds: float, log: Any = math.log, ceil: Any = math.ceil) -> None:  # noqa: ANN401 - bound here for speed
        """Count one."""
        ratio = seconds / _SHORTEST_SECONDS
        self._buckets[ceil(log(ratio) * _BUCKETS_PER_E) if ratio > 1 else 0] += 1
        self.longest = max(self.longest, seconds)

    def merge(self, other: "Latencies") -> None:
        """Count all of another."""
        self._buckets.update(other._buckets)  # noqa: SLF001 - of its own class
        self.longest = max(self.longest, other.longest)

    def percentile(self, percent: float) -> float:
        """Return the nearest-rank percentile in seconds. Raises ValueError where there are none."""
        rank = math.ceil(len(self) * percent / 100)
        counted = 0
        for bucket, count in sorted(self._buckets.items()):
            counted += count
            if counted >= rank:
                return min(_SHORTEST_SECONDS * math.exp(bucket / _BUCKETS_PER_E), self.longest or _SHORTEST_SECONDS)
        raise ValueError("There are no latencies.")

    def milliseconds(self) -> dict[str, float]:
        """Return the percentiles and the longest in milliseconds; nothing where there are none."""
        if not self._buckets:
            return {}
        found = {f"p{percent}": round(self.percentile(percent) * 1_000, 2) for percent in PERCENTS}
        return {**found, "max": round(self.longest * 1_000, 2)}

    def to_json(self) -> dict[str, Any]:
        """Return what another process reads with `of_json`."""
        return {"buckets": list(self._buckets.items()), "longest": self.longest}

    @classmethod
    def of_json(cls, found: Mapping[str, Any]) -> "Latencies":
        """Read what `to_json` returned."""
        return cls(dict(found["buckets"]), longest=found["longest"])
