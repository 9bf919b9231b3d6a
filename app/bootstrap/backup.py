"""Connects a backup, a rebuild: they read and write the database themselves, without a server."""

from collections.abc import Callable
from pathlib import Path

from app.bootstrap.foundation import connected
from app.config import Settings
from app.store.backup import dump as writing
from app.store.backup import rebuild as rebuilding
from app.store.backup.dump import Phase
from app.store.backup.load import verified
from app.store.backup.manifest import Manifest
from app.store.backup.rebuild import MadeLevels, Rebuilt
from app.store.database.clock import DatabaseClock
from app.store.driver.failures import driver_failures


async def create_backup(settings: Settings, folder: Path, *, phase: Phase) -> Manifest:
    """Write a backup of the database that the settings name. Raises BackupError, OSError and Unavailable."""
    async with connected(settings) as client:
        with driver_failures():
            clock = DatabaseClock(client)
            await clock.read()
            return await writing.dump(client[settings.mongo_database], folder, moment=clock(), phase=phase)


async def verify_backup(folder: Path, *, phase: Phase) -> Manifest:
    """Prove the checksums of a backup. Raises BackupError and OSError."""
    return await verified(folder, phase=phase)


async def rebuild(settings: Settings, folder: Path, *, phase: Phase, report: Callable[[str], None]) -> Rebuilt:
    """Make the database that the settings name from a backup. Raises BackupError, OSError and Unavailable."""
    async with connected(settings) as client:
        with driver_failures():
            return await rebuilding.rebuild(client[settings.mongo_database], folder, phase=phase, report=report)


async def rebuild_levels(settings: Settings, *, phase: Phase, report: Callable[[str], None]) -> MadeLevels:
    """Make the levels of the database anew from its ledger. Raises BackupError and Unavailable."""
    async with connected(settings) as client:
        with driver_failures():
            return await rebuilding.rebuild_levels(client[settings.mongo_database], phase=phase, report=report)
