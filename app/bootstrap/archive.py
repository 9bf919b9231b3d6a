"""Connects the archive of the ledger: it reads and writes the database itself, beside servers or without any."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from app.bootstrap.foundation import connected
from app.config import Settings
from app.domain.time import Moment
from app.store.archive import run
from app.store.archive.run import ArchiveRun, Phase, Proven
from app.store.database.clock import DatabaseClock
from app.store.database.format import check_format
from app.store.database.unfinished import check_finished
from app.store.driver.client import Database
from app.store.driver.failures import driver_failures


async def archive(settings: Settings, folder: Path, *, before: Moment, phase: Phase) -> ArchiveRun:
    """Move old lines. Raises BackupError, OSError and Unavailable."""
    async with _open(settings) as (database, now):
        return await run.archive(database, folder, before=before, now=now, phase=phase)


async def count_lines(settings: Settings, *, before: Moment) -> int:
    """Return how many lines would be moved. Raises BackupError and Unavailable."""
    async with _open(settings) as (database, now):
        return await run.counted(database, before=before, now=now)


async def prove_archive(settings: Settings, folder: Path, *, phase: Phase) -> Proven:
    """Prove that archive and ledger are one. Raises BackupError, OSError and Unavailable."""
    async with _open(settings) as (database, _):
        return await run.proven(database, folder, phase=phase)


@asynccontextmanager
async def _open(settings: Settings) -> AsyncIterator[tuple[Database, Moment]]:
    async with connected(settings) as client:
        with driver_failures():
            database = client[settings.mongo_database]
            await check_format(database)
            await check_finished(database)
            clock = DatabaseClock(client)
            await clock.read()
            yield database, clock()
