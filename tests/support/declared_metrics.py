"""The metrics as they are declared: what the pages, the panels and the alert rules may name."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from prometheus_client.metrics import MetricWrapperBase

from app.telemetry.metrics import Metrics

_SUFFIXES = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_sum", "_count")}


class DeclaredMetric(NamedTuple):
    """One metric, by the name that the page has it under."""

    name: str
    type: str
    labels: tuple[str, ...]
    help: str

    @property
    def series(self) -> Iterator[str]:
        """The names of its series."""
        base = self.name.removesuffix("_total")
        return (f"{base}{suffix}" for suffix in _SUFFIXES[self.type])


def declared() -> list[DeclaredMetric]:
    """Return all of them, in the order of their declaration."""
    metrics = (getattr(each, "metric", each) for each in vars(Metrics()).values())
    found = [each for each in metrics if isinstance(each, MetricWrapperBase)]
    return [
        DeclaredMetric(
            f"{each._name}{'_total' if each._type == 'counter' else ''}",
            each._type,
            tuple(each._labelnames),
            each._documentation,
        )
        for each in found
    ]


def labels_by_series() -> Mapping[str, frozenset[str]]:
    """Return the labels of each series, those that Prometheus adds included."""
    added = {"instance", "job"}
    return {
        name: frozenset({*metric.labels, *added, *({"le"} if name.endswith("_bucket") else ())})
        for metric in declared()
        for name in metric.series
    } | {"up": frozenset(added)}
