"""What a run shows and writes."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from bench.measure import Result

FILE = Path("build", "bench.json")

_NUMBERS = ("ours", "other", "ratio", "CPU ratio")
_COLUMNS = (
    *("name", "ours", "other", "unit", "ratio", "target", "met", "p50 / p99 ms"),
    *("CPU ratio", "CPU ours", "CPU other"),
)
_MARKS = {True: "[green]yes[/]", False: "[red]no[/]", None: ""}


def show(results: Sequence[Result]) -> None:
    """Print the figures as a table."""
    table = Table(title="Ours against other, medians of rounds; CPU in µs per operation")
    for column in _COLUMNS:
        table.add_column(column, justify="right" if column in _NUMBERS else "left", no_wrap=True)
    for result in results:
        extra = result.extra
        table.add_row(
            result.name,
            _number(median(result.ours)),
            _number(median(result.other)) if result.other else "",
            result.unit,
            "" if result.ratio is None else f"{result.ratio:.2f}",
            str(result.target or ""),
            _MARKS[result.is_met],
            " / ".join(f"{value:.1f}" for value in extra.get("ours_latency_ms", {}).values()),
            str(extra.get("cpu_ratio") or ""),
            _cpu(extra.get("ours_cpu_us", {})),
            _cpu(extra.get("other_cpu_us", {})),
        )
    Console(width=None if Console().is_terminal else 200).print(table)


def write(results: Sequence[Result], path: Path = FILE) -> None:
    """Write the figures for machines."""
    path.parent.mkdir(parents=True, exist_ok=True)
    entries = [result.to_json() for result in results]
    path.write_text(json.dumps(entries, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def _cpu(figures: Mapping[str, float]) -> str:
    return " · ".join(f"{process} {value:.0f}" for process, value in figures.items() if value)
