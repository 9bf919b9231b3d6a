"""Imported by a server of ours before it starts: it measures nothing of itself, to be compared with one that does."""

from prometheus_client import Counter, Gauge

from app.telemetry.plain_numbers import Increments, Observations
from app.telemetry.sampling import Sampler
from app.web.observation.meter import RequestMeter


def _nothing(*_: object) -> None:
    return None


# No setting turns metrics off.
RequestMeter.ended = RequestMeter.began = _nothing  # type: ignore[method-assign]
Counter.inc = Gauge.set = Increments.inc = Observations.observe = _nothing  # type: ignore[method-assign]
Sampler.sample = _nothing  # type: ignore[method-assign]
