"""The probes of one process: what its parts know of themselves, as metrics."""

from collections.abc import Sequence
from importlib.metadata import version

from app.bootstrap.application import Application
from app.store.database_format import FORMAT
from app.telemetry.metrics import Metrics
from app.telemetry.process import process_probe
from app.telemetry.sampling import Probe


def probes_over(application: Application, metrics: Metrics) -> Sequence[Probe]:
    """Return the probes."""
    metrics.build_info.labels(version("stockpulse"), str(FORMAT)).set(1)
    return (process_probe(metrics),)
