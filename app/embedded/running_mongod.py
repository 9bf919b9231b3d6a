"""The embedded mongod for a command that runs beside a server, or without one.

Rule: while a server runs, its own mongod is used, which the lock of the data directory tells. Else one is started for
the time of the command.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from app.embedded.errors import DataDirInUse, DataDirUnusable
from app.embedded.mongod import database_url
from app.embedded.pid_file import PidFile
from app.embedded.services import EmbeddedServices


@contextmanager
def mongod_of(data_dir: Path, *, cache_gb: float, may_be_new: bool = False) -> Iterator[str]:
    """Yield the URL of the mongod of a data directory. Raises EmbeddedError, also where nothing is there yet.

    Where it `may_be_new`, an empty one is started then.
    """
    path = data_dir.expanduser().absolute()
    try:
        is_there = (path / "mongodb").is_dir()
    except OSError as error:  # in a directory of another user
        raise DataDirUnusable(path, error) from error
    if not may_be_new and not is_there:
        raise DataDirUnusable(path, FileNotFoundError(None, "no database was ever started there"))
    with ExitStack() as stack:
        try:
            urls = stack.enter_context(EmbeddedServices(data_dir=path, redis=False, mongod_cache_gb=cache_gb))
        except DataDirInUse:
            running = PidFile.read(path / "mongod.pid")
            if running is None:
                raise
            yield database_url(running.port)
            return
        assert urls.mongo_url is not None
        yield urls.mongo_url
