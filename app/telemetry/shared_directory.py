"""The directory in which several processes of one server keep their metrics, so that each of them can tell all.

Rule: it is made before the first of them starts, and only where there are several: one process keeps its metrics in
memory, which costs it less. It is locked as long as its server lives, so that the next start removes what a server
that was killed has left, and nothing else.
"""

import fcntl
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir

from prometheus_client.multiprocess import mark_process_dead

_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"  # read by prometheus_client when it is imported
_PREFIX = "stockpulse-metrics-"
_LOCK = "owner.lock"


@contextmanager
def sharing_metrics() -> Iterator[None]:
    """Let processes that start within the context share their metrics. Raises OSError."""
    _remove_abandoned()
    with TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True) as path, _owned(Path(path)):
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


@contextmanager
def _owned(directory: Path) -> Iterator[None]:
    """Lock a directory within the context: the kernel ends the lock with this process, however that ends."""
    unlocked = directory / f"{_LOCK}.new"  # under its name the lock is held from the first moment on
    with unlocked.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        unlocked.rename(directory / _LOCK)
        yield


def _remove_abandoned() -> None:
    """Remove the directories of this user whose servers have gone."""
    for directory in Path(gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError):  # another user's, another server's, or removed meanwhile
            found = directory.lstat()
            if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
                continue
            with (directory / _LOCK).open("r+") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(directory, ignore_errors=True)
