"""All figures of a soak as JSON has them: what the page and its pictures are made of."""

import os
import platform
from dataclasses import asdict
from typing import Any

from app.client.soak.faults.injector import FaultRecord
from app.client.soak.load.meter import KindFigures
from app.client.soak.parts import SoakParts
from app.client.soak.proofs.health import MIB, bound_of
from app.client.soak.run import Soak

Figures = dict[str, Any]


def figures_of(soak: Soak, *, version: str, started: str) -> Figures:
    """Return everything that is known of a soak, also of one that was ended early."""
    parts, options = soak.parts, soak.options
    return {
        "verdict": _verdict(soak),
        "run": {
            "command": options.command,
            "version": version,
            "started": started,
            "seconds": round(soak.seconds, 1),
            "wanted_seconds": options.seconds,
            "rate": options.rate,
            "seed": options.seed,
            "subscribers": options.subscribers,
            "machine": _machine(),
            "passes": soak.passes,
        },
        "totals": {} if parts is None else _totals(parts),
        "faults": [] if parts is None or parts.injector is None else list(map(fault_figures, parts.injector.records)),
        "operations": {}
        if parts is None
        else {kind: _kind(each) for kind, each in sorted(parts.caller.figures.items())},
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


def _verdict(soak: Soak) -> Figures:
    findings = soak.findings
    return {
        "isGood": findings.is_good and soak.has_ended,
        "hasEnded": soak.has_ended,
        "violations": {each.value: number for each, number in findings.violations.items()},
        "examples": [
            {"invariant": each.invariant.value, "second": round(each.second, 1), "what": each.what}
            for each in findings.examples
        ],
        "checks": {each.value: number for each, number in findings.checks.items()},
    }


def _totals(parts: SoakParts) -> Figures:
    audience = parts.audience
    return {
        "operations": parts.journal.kinds.total(),
        "ledger_lines": parts.audit.lines,
        "left_out": parts.pacer.left_out,
        "events": sum(feed.events for feed in audience.feeds),
        "resyncs": audience.resyncs,
        "webhook_messages": audience.webhook.messages,
        "webhook_repeats": audience.webhook.repeated,
        "connections_ended": dict(audience.ends.most_common()),
    }


def fault_figures(record: FaultRecord) -> Figures:
    """Return what is known of a fault."""
    return {
        "fault": record.fault.name,
        "part": record.part,
        "second": round(record.second, 1),
        "frozen_seconds": round(record.fault.frozen_seconds, 1),
        "taken_over_after": None if record.taken_over_after is None else round(record.taken_over_after, 2),
        "mended_after": round(record.mended_after, 1),
        "without_write": round(record.without_write, 2),
        "without_change": None if record.without_change is None else round(record.without_change, 2),
        "sendings": {what.value: asdict(counts) for what, counts in sorted(record.sendings.counts.items())},
        "subscriptions_ended": record.subscriptions_ended,
    }


def _kind(figures: KindFigures) -> Figures:
    return {"count": figures.answered, "repeated": figures.repeated, **figures.latencies.milliseconds()}


def _machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    system = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    return f"{os.cpu_count()} CPUs, {memory:.0f} GiB, {system}"
