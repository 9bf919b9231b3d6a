"""Imported by a server of ours: it counts, logs and traces nothing, to be compared with one that does."""

from typing import Any

from app.telemetry import metrics
from app.web.graphql.transport.http import view
from app.web.graphql.transport.observation import Observation


class _Nothing:
    """Stands for a metric: takes whatever it is given."""

    def __getattr__(self, _: str) -> "_Nothing":
        return self

    def __call__(self, *_: object, **__: object) -> "_Nothing":
        return self


_begin = metrics.Metrics.__init__


def _begin_without(self: Any) -> None:  # noqa: ANN401 - its attributes are replaced
    _begin(self)
    for name in vars(self):
        if name != "registry":
            setattr(self, name, _Nothing())


def _nothing(*_: object) -> None:
    return None


# No settings turn them off.
metrics.Metrics.__init__ = _begin_without  # type: ignore[method-assign]
Observation.answered = _nothing  # type: ignore[method-assign]
view.begin_work = _nothing  # type: ignore[assignment]
