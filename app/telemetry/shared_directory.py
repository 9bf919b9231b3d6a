"""The directory in which several processes of one server keep their metrics, so that each of them can tell all.

Rule: it is made before the first of them starts, and only where there are several: one process keeps its metrics in
memory, which costs it less.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from prometheus_client.multiprocess import mark_process_dead

_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"  # read by prometheus_client when it is imported
_PREFIX = "stockpulse-metrics-"


@contextmanager
def sharing_metrics() -> Iterator[None]:
    """Let processes that start within the context share their metrics. Raises OSError."""
    with TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True) as path:
        os.environ[_VARIABLE] = path
        try:
            yield
        finally:
            del os.environ[_VARIABLE]


def shared_directory() -> str | None:
    """Return the directory that this process shares with others; None where it is alone."""
    path = Path(os.environ.get(_VARIABLE, ""))
    return str(path) if path.name.startswith(_PREFIX) else None  # else another program's


def forget_process(pid: int) -> None:
    """Remove what a process said of its present state, now that it has died. What it counted stays in all sums."""
    if (path := shared_directory()) is not None:
        mark_process_dead(pid, path)  # type: ignore[no-untyped-call]
