"""The data directory of the embedded servers, locked by one process.

Rule: one Stockpulse per directory. The lock is the kernel's (flock): it ends with its process and is never stale.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.embedded.errors import DataDirInUse, DataDirUnusable


@contextmanager
def locked(data_dir: Path) -> Iterator[Path]:
    """Create the directory if need be and keep it locked; yield its absolute path.

    Raise DataDirInUse if another process holds it, DataDirUnusable if it cannot be written.
    """
    path = data_dir.expanduser().absolute()
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)  # the servers ask for no password
        lock = (path / "lock").open("a+")
    except OSError as error:
        raise DataDirUnusable(path, error) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise DataDirInUse(path, pid=lock.read().strip()) from None
        try:
            lock.truncate(0)
            os.write(lock.fileno(), f"{os.getpid()}\n".encode())
        except OSError as error:
            raise DataDirUnusable(path, error) from error
        yield path
