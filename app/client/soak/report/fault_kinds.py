"""The faults of a soak by their kind: the least, the median and the most of what was felt, and sums of operations."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

HEAD = (
    *("fault", "times", "another took over after", "longest without a write", "… beyond the election", "… a CHANGE"),
    *("operations", "sent twice", "more than twice"),
)


def by_kind(faults: Sequence[Mapping[str, Any]]) -> list[tuple[object, ...]]:
    """Return a row for each kind, in the order of their names."""
    found: defaultdict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for each in faults:
        found[each["fault"]].append(each)
    return [
        (
            kind,
            len(some),
            _spread([each["taken_over_after"] for each in some]),
            _spread([each["without_write"] for each in some]),
            _spread([_beyond(each) for each in some]),
            _spread([each["without_change"] for each in some]),
            *(_sum(some, which) for which in ("operations", "twice", "more")),
        )
        for kind, some in sorted(found.items())
    ]


def _beyond(fault: Mapping[str, Any]) -> float | None:
    """Return how much longer no write was acknowledged than no member was there to take it."""
    election = fault["taken_over_after"]
    return None if election is None else max(0.0, fault["without_write"] - election)


def _sum(faults: Sequence[Mapping[str, Any]], which: str) -> str:
    return f"{sum(counts[which] for each in faults for counts in each['sendings'].values()):,}"


def _spread(values: Sequence[float | None]) -> str:
    known = [value for value in values if value is not None]
    return f"{min(known):.1f} / {median(known):.1f} / {max(known):.1f} s" if known else ""
