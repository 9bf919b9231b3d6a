"""What the metrics say of supervised tasks."""

from types import SimpleNamespace
from typing import Any

from app.bootstrap.observation.probes import TaskProbe
from app.telemetry.metrics import Metrics


def a_task(name: str, *, problem: str | None = None, silent: float = 0.0, restarts: int = 0) -> Any:  # noqa: ANN401
    """Return what is watched of a task."""
    return SimpleNamespace(name=name, problem=problem, silent_seconds=silent, restarts=restarts)


def test_a_task_that_has_been_stopped_is_not_unwell_for_ever() -> None:
    """As that of a webhook is, which was removed while it failed; those of webhooks are told together."""
    metrics = Metrics()
    worker: Any = SimpleNamespace(tasks=[])
    probe = TaskProbe([worker], metrics)

    def told() -> list[float | None]:
        probe()
        names = ("stockpulse_task_up", "stockpulse_task_silent_seconds", "stockpulse_task_restarts_total")
        return [metrics.registry.get_sample_value(name, {"task": "webhook"}) for name in names]

    assert told() == [None, None, None]
    worker.tasks = [
        a_task("webhook a", problem="It failed", silent=7, restarts=2),
        a_task("webhook b", silent=1, restarts=1),
    ]
    assert told() == [0, 7, 3]
    worker.tasks = []
    assert told() == [1, 0, 3]
    worker.tasks = [a_task("webhook c", restarts=1)]
    assert told() == [1, 0, 4]
