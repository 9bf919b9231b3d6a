"""The database of a command that reads or writes it by itself: the one that is set, or the embedded one."""

from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import SecretStr

from app.config import Settings
from app.embedded.running_mongod import mongod_of
from app.server.checks.databases import check_mongo

PATIENT_SECONDS = 60.0  # a server that writes as fast as it can pauses for seconds


@contextmanager
def database_of(settings: Settings, *, may_be_new: bool = False) -> Iterator[Settings]:
    """Yield the settings with the URL of the database. Raises PreflightError and EmbeddedError.

    A data directory without a database is an error, unless it `may_be_new`.
    """
    if settings.mongo_url is not None:
        check_mongo(settings.mongo_url, timeout_seconds=settings.mongo_timeout_seconds)
        yield settings
        return
    with mongod_of(settings.data_dir, cache_gb=settings.mongod_cache_gb, may_be_new=may_be_new) as url:
        yield settings.model_copy(update={"mongo_url": SecretStr(url)})


@contextmanager
def patient_database_of(settings: Settings, *, may_be_new: bool = False) -> Iterator[Settings]:
    """Yield the same, with a time for each answer that suits a command which reads or writes everything."""
    with database_of(settings, may_be_new=may_be_new) as found:
        yield found.model_copy(update={"mongo_timeout_seconds": PATIENT_SECONDS})
