"""Counts what happens below the application, by the metrics that its lifespan has put into the state of the server.

Rule: a server whose application has none counts nothing.
"""

from collections.abc import Mapping
from typing import Any, Final

from app.telemetry.metrics import Metrics

METRICS: Final = "metrics"  # in the state that the lifespan gives to requests


def count_refusal(state: Mapping[str, Any], reason: str) -> None:
    """Count a request or connection that is refused before any operation."""
    metrics: Metrics | None = state.get(METRICS)
    if metrics is not None:
        metrics.refusals.labels(reason).inc()


def count_slow_client(state: Mapping[str, Any], transport: str) -> None:
    """Count a connection that is ended because its client does not read or answer."""
    metrics: Metrics | None = state.get(METRICS)
    if metrics is not None:
        metrics.slow_clients.labels(transport).inc()
