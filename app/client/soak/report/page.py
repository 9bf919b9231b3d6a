"""The report as a page of Markdown: the verdict first."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.client.soak.report.fault_kinds import HEAD, by_kind
from app.client.soak.report.pictures import PICTURES

Figures = Mapping[str, Any]


def page_of(figures: Figures, pictures: Mapping[str, str]) -> str:
    """Return the page; pictures are files beside it."""
    run, totals = figures["run"], figures["totals"]
    parts = [
        "# Soak report",
        *_verdict(figures),
        "## What ran",
        *_table(
            ("", ""),
            [
                ("command", f"`{run['command']}`"),
                ("version", run["version"]),
                ("machine", run["machine"]),
                ("started", run["started"]),
                ("under load", _time(run["seconds"])),
                ("rate", f"{run['rate']:g} operations per second"),
                ("seed", run["seed"]),
                *(_totals(figures) if totals else ()),
            ],
        ),
        "## Faults",
        *_faults(figures["faults"]),
        *_kinds_of_faults(figures["faults"]),
        "## What was checked",
        *_checks(figures["verdict"]),
        "## Operations",
        *_operations(figures["operations"]),
        "## Memory",
        *_table(
            ("part", "most, MiB", "bound, MiB"),
            [(part, f"{each['peak_mib']:,.0f}", f"{each['bound_mib']:,}") for part, each in figures["memory"].items()],
        ),
        *(f"![{name.capitalize()} over time]({name}.svg)" for name in PICTURES if name in pictures),
        "## Connections of subscribers that ended",
        *_table(("how", "count"), [(how, f"{n:,}") for how, n in totals.get("connections_ended", {}).items()]),
    ]
    return "\n\n".join(parts) + "\n"


def verdict_of(figures: Figures) -> str:
    """Return the outcome in a sentence."""
    verdict, run = figures["verdict"], figures["run"]
    violations = sum(verdict["violations"].values())
    state = "held" if verdict["hasEnded"] else "held so far; the soak did not come to its end"
    after = f"after {_time(run['seconds'])}, {len(figures['faults'])} faults and {_answered(figures):,} operations"
    if violations:
        return f"{violations:,} violations {after}."
    return f"All invariants {state}, {after}."


def _verdict(figures: Figures) -> Iterator[str]:
    yield f"**{verdict_of(figures)}**"
    examples = figures["verdict"]["examples"]
    if examples:
        yield "\n".join(f"- {each['second']:,.0f} s, {each['invariant']}: {each['what']}" for each in examples)


def _totals(figures: Figures) -> Iterator[tuple[str, str]]:
    run, totals = figures["run"], figures["totals"]
    yield ("operations, of which mutations", f"{_answered(figures):,}, {totals['operations']:,}")
    yield ("lines of the ledger that were compared", f"{totals['ledger_lines']:,}")
    yield ("subscribers, events", f"{run['subscribers']:,}, {totals['events']:,} ({totals['resyncs']:,} RESYNC)")
    yield ("webhook messages, repeats", f"{totals['webhook_messages']:,}, {totals['webhook_repeats']:,}")
    yield ("left out, as too much was under way", f"{totals['left_out']:,}")


def _faults(faults: Sequence[Figures]) -> Iterator[str]:
    if not faults:
        yield "None."
        return
    yield "Operations are those that were begun from the fault until its window closed: mutations + queries."
    yield from _table(
        _FAULT_HEAD,
        [
            (
                f"{each['second'] / 60:.1f}",
                each["fault"],
                each["part"],
                f"{each['frozen_seconds']:.1f} s" if each["frozen_seconds"] else "",
                "" if each["taken_over_after"] is None else f"{each['taken_over_after']:.1f} s",
                f"{each['mended_after']:.1f} s",
                f"{each['without_write']:.1f} s",
                "" if each["without_change"] is None else f"{each['without_change']:.1f} s",
                *(_sendings(each["sendings"], which) for which in ("operations", "twice", "more", "otherwise")),
                each["subscriptions_ended"],
            )
            for each in faults
        ],
    )


def _sendings(sendings: Figures, which: str) -> str:
    return " + ".join(f"{sendings[what][which]:,}" for what in ("write", "read") if what in sendings)


def _kinds_of_faults(faults: Sequence[Figures]) -> Iterator[str]:
    if faults:
        yield "By kind; the least, the median and the most, and sums of operations:"
        yield from _table(HEAD, by_kind(faults))


def _checks(verdict: Figures) -> Iterator[str]:
    names = sorted(verdict["checks"].keys() | verdict["violations"].keys())
    rows = [(name, f"{verdict['checks'].get(name, 0):,}", f"{verdict['violations'].get(name, 0):,}") for name in names]
    yield from _table(("invariant", "comparisons", "violations"), rows)


def _operations(operations: Mapping[str, Figures]) -> Iterator[str]:
    yield from _table(
        ("operation", "count", "sent more than once", "median, ms", "p99, ms", "longest, ms"),
        [
            (kind, f"{each['count']:,}", f"{each['repeated']:,}", *(f"{each[name]:,.1f}" for name in _SHOWN))
            for kind, each in operations.items()
        ],
    )


def _answered(figures: Figures) -> int:
    return sum(each["count"] for each in figures["operations"].values())


def _time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"


def _table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> Iterator[str]:
    lines = [head, ["---"] * len(head), *rows]
    yield "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)


_SHOWN = ("p50", "p99", "max")
_FAULT_HEAD = (
    *("minute", "fault", "part", "frozen for", "another took over after", "works again after"),
    *("longest without a write", "… a CHANGE", "operations", "sent twice", "more than twice"),
    *("failed as no client retries", "subscriptions ended"),
)
