"""All figures of a soak as JSON has them: what the page and its pictures are made of."""

import os
import platform
from typing import Any

from app.client.soak.load.meter import KindFigures
from app.client.soak.proofs.health import MIB, bound_of
from app.client.soak.run import Soak

Figures = dict[str, Any]


def figures_of(soak: Soak, *, version: str, started: str) -> Figures:
    """Return everything that is known of a soak, also of one that was ended early."""
    caller, audience = getattr(soak, "caller", None), getattr(soak, "audience", None)
    injector, journal = getattr(soak, "injector", None), getattr(soak, "journal", None)
    options, findings = soak.options, soak.findings
    return {
        "verdict": {
            "isGood": findings.is_good and soak.has_ended,
            "hasEnded": soak.has_ended,
            "violations": {each.value: number for each, number in findings.violations.items()},
            "examples": [
                {"invariant": each.invariant.value, "second": round(each.second, 1), "what": each.what}
                for each in findings.examples
            ],
            "checks": {each.value: number for each, number in findings.checks.items()},
        },
        "run": {
            "command": options.command,
            "version": version,
            "started": started,
            "seconds": round(soak.seconds or soak.timeline.now, 1),
            "wanted_seconds": options.seconds,
            "rate": options.rate,
            "seed": options.seed,
            "subscribers": options.subscribers,
            "machine": _machine(),
            "passes": soak.passes,
        },
        "totals": {
            "operations": 0 if journal is None else journal.kinds.total(),
            "ledger_lines": soak.audit.lines if hasattr(soak, "audit") else 0,
            "left_out": soak.pacer.left_out if hasattr(soak, "pacer") else 0,
            "events": 0 if audience is None else sum(feed.events for feed in audience.feeds),
            "resyncs": 0 if audience is None else audience.resyncs,
            "webhook_messages": 0 if audience is None else audience.webhook.messages,
            "webhook_repeats": 0 if audience is None else audience.webhook.repeated,
            "connections_ended": {} if audience is None else dict(audience.ends.most_common()),
        },
        "faults": [
            {
                "fault": each.fault.name,
                "part": each.part,
                "second": round(each.second, 1),
                "frozen_seconds": round(each.fault.frozen_seconds, 1),
                "mended_after": round(each.mended_after, 1),
                "without_write": round(each.without_write, 2),
                "without_change": None if each.without_change is None else round(each.without_change, 2),
            }
            for each in (() if injector is None else injector.records)
        ],
        "operations": {} if caller is None else {kind: _kind(each) for kind, each in sorted(caller.figures.items())},
        "memory": {
            part: {"peak_mib": round(peak / MIB, 1), "bound_mib": bound_of(part) // MIB}
            for part, peak in sorted(soak.memory.peaks.items())
        },
        "timeline": [
            {
                "second": point.second,
                "operations": point.operations,
                "milliseconds": {what.value: list(each) for what, each in point.milliseconds.items()},
                "memory_mib": {part: round(used / MIB, 1) for part, used in point.memory.items()},
            }
            for point in soak.timeline.points()
        ],
    }


def _kind(figures: KindFigures) -> Figures:
    return {"count": figures.answered, "repeated": figures.repeated, **figures.latencies.milliseconds()}


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    return f"{os.cpu_count()} CPUs, {memory:.0f} GiB, {system}"
