"""How fast the server answered, as figures."""

from collections.abc import Sequence
from math import ceil
from typing import Any

from app.client.http.api_client import ServerStatus
from app.client.replay.tally import ReplayTally

PERCENTILES = {"p50": 50, "p90": 90, "p99": 99, "max": 100}


def speed_figures(tally: ReplayTally, *, connections: int, presence: ServerStatus) -> dict[str, Any]:
    """Return the figures of all invoices that were answered; none if none was."""
    latencies, seconds = sorted(tally.latencies_seconds), tally.played_seconds
    if not latencies or not seconds:
        return {}
    return {
        "connections": connections,
        "seconds": round(seconds, 2),
        "invoices_per_second": round(len(latencies) / seconds, 1),
        "lines_per_second": round(tally.lines_answered / seconds, 1),
        **{f"latency_{name}_ms": _percentile(latencies, share) for name, share in PERCENTILES.items()},
        "times_told_to_wait": presence.waits,
        "seconds_without_the_server": [round(seconds, 1) for seconds in presence.away_seconds],
        "requests_without_an_answer": tally.unanswered,
    }


def _percentile(sorted_seconds: Sequence[float], percent: int) -> float:
    """Return the nearest-rank percentile in milliseconds."""
    rank = max(1, ceil(len(sorted_seconds) * percent / 100))
    return round(sorted_seconds[rank - 1] * 1_000, 2)
