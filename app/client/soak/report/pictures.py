"""The pictures of a soak: memory, latency, throughput and lag over time, with its faults marked."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.client.chart import MAX_LINES, ChartLine, ChartMark, line_chart
from app.client.soak.timeline import STEP_SECONDS

PICTURES = ("memory", "latency", "throughput", "lag")

Point = Mapping[str, Any]


def pictures_of(figures: Mapping[str, Any]) -> dict[str, str]:
    """Return the pictures that there are points enough for, by name."""
    seconds = figures["run"]["seconds"]
    points: Sequence[Point] = [point for point in figures["timeline"] if point["second"] <= seconds]  # under load
    marks = [ChartMark(each["second"] / 60, each["fault"]) for each in figures["faults"]]
    made = {
        "memory": (_memory(points), "Resident memory", "MiB", False),
        "latency": (
            [*_durations(points, "write", "writes"), *_durations(points, "read", "reads")],
            f"Latency, per {STEP_SECONDS} seconds",
            "milliseconds",
            True,
        ),
        "throughput": ([_throughput(points)], "Operations that were answered", "per second", False),
        "lag": (
            [*_durations(points, "subscriber", "subscribers"), *_durations(points, "webhook", "webhook")],
            "From a commit to its arrival",
            "milliseconds",
            True,
        ),
    }
    return {
        name: line_chart(
            lines, title=title, x_label="minutes; dashed: a fault", y_label=unit, marks=marks, is_logarithmic=is_log
        )
        for name, (lines, title, unit, is_log) in made.items()
        if any(len(line.points) > 1 for line in lines)
    }


def _memory(points: Sequence[Point]) -> list[ChartLine]:
    """Return a line for each part, those that take most where there are too many."""
    parts: dict[str, list[tuple[float, float]]] = {}
    for point in points:
        for part, used in point["memory_mib"].items():
            parts.setdefault(part, []).append((point["second"] / 60, used))
    largest = sorted(parts, key=lambda part: max(used for _, used in parts[part]), reverse=True)[:MAX_LINES]
    return [ChartLine(part, parts[part]) for part in sorted(largest)]


def _throughput(points: Sequence[Point]) -> ChartLine:
    return ChartLine("", [(point["second"] / 60, point["operations"] / STEP_SECONDS) for point in points])


def _durations(points: Sequence[Point], what: str, name: str) -> Iterator[ChartLine]:
    found = [(point["second"] / 60, point["milliseconds"][what]) for point in points if what in point["milliseconds"]]
    yield ChartLine(f"{name}, median", [(minute, median) for minute, (median, _) in found])
    yield ChartLine(f"{name}, p99", [(minute, longest) for minute, (_, longest) in found])
