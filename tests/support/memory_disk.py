"""A folder in memory for the data of the servers that tests start: each commit waits for the disk, which is slower."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MEMORY = Path("/dev/shm")  # noqa: S108 - a folder in there is made for this run alone
NEEDED_BYTES = 4 << 30  # for three processes, each with a mongod: 0.3 GB of journal, then what the tests write
_PREFIX = f"stockpulse-tests-{os.getuid()}-"


@contextmanager
def memory_folder() -> Iterator[Path | None]:
    """Give a folder in memory, removed at the end, or None where the system has no room for it.

    A run that was killed leaves its folder, which the next one removes: nothing holds a lock on it any more.
    """
    if not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < NEEDED_BYTES:
        yield None
        return
    with _locked(MEMORY):
        for left in MEMORY.glob(f"{_PREFIX}*"):
            _remove_unless_held(left)
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=MEMORY))
        held = os.open(folder, os.O_RDONLY)
        fcntl.flock(held, fcntl.LOCK_EX)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(held)


@contextmanager
def _locked(folder: Path, *, waits: bool = True) -> Iterator[None]:
    """Hold the lock of a folder. Raise BlockingIOError where another process has it, unless this one waits."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if waits else fcntl.LOCK_NB))
        yield
    finally:
        os.close(descriptor)


def _remove_unless_held(folder: Path) -> None:
    try:
        with _locked(folder, waits=False):
            shutil.rmtree(folder, ignore_errors=True)
    except (BlockingIOError, FileNotFoundError):
        pass
