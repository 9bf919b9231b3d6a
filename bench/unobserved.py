"""Imported by a server of ours: it counts, logs and traces nothing, to be compared with one that does."""

import bench.unmetered  # noqa: F401 - it counts nothing either
from app.web.graphql.transport.http import view
from app.web.graphql.transport.observation import Observation


def _nothing(*_: object) -> None:
    return None


# No settings turn them off.
Observation.answered = _nothing  # type: ignore[method-assign]
view.begin_work = _nothing  # type: ignore[assignment]
