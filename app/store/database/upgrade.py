"""Brings a database up to date, says what that would do, or waits until another process has done it (ADR 62).

Rule: a build changes nothing in a database that a newer release has prepared; it serves as it is.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from app.domain.failures import Unavailable
from app.store.database.collection_changes import CollectionChanges, collection_changes
from app.store.database.collections import ensure_collections
from app.store.database.format import check_format
from app.store.database.process_registry import ALIVE_SECONDS, RunningProcess, check_neighbours, running_processes
from app.store.database.release import RELEASE, ReleaseTooFar, newest_release, note_release
from app.store.driver.client import Database
from app.store.migrations.migration_list import MIGRATIONS
from app.store.migrations.migrator import Migrator, Pending

LOOK_SECONDS: Final = 1.0
REPORT_SECONDS: Final = 30.0


class NotMigrated(Unavailable):
    """The database is not up to date, and this process must not change that."""

    def __init__(self, left: Sequence[str]) -> None:
        super().__init__(
            f"it is not up to date ({', '.join(left)}), and STOCKPULSE_MIGRATE is check. Run `stockpulse migrate` first"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedMigration:
    """A pending migration with how many documents are left, None where their index is not built yet."""

    pending: Pending
    remaining: int | None

    @property
    def seconds(self) -> float | None:
        """How long it took on the machine that it was measured on."""
        return None if self.remaining is None else self.remaining / self.pending.migration.per_second


@dataclass(frozen=True, slots=True, kw_only=True)
class UpgradePlan:
    """What an upgrade would do; nothing, where a newer release has prepared the database."""

    newest_release: int
    changes: CollectionChanges | None
    migrations: Sequence[PlannedMigration]
    processes: Sequence[RunningProcess]


class Upgrade:
    """Upgrades one database to this build. Raises NewerFormatError and ReleaseTooFar where it must not use it."""

    def __init__(self, database: Database, *, holder: str, report: Callable[[str], None]) -> None:
        """`holder` is a name of this process alone."""
        self._database = database
        self._report = report
        self._migrator = Migrator(database, holder=holder, report=report, migrations=MIGRATIONS)

    async def run(self) -> None:
        """Bring the database up to date, if it is this build's to do. Raises MigrationFailed."""
        if not await self.is_ours():
            self._report("Database: a newer release has prepared it, and it stays as it is")
            return
        await ensure_collections(self._database, report=self._report)
        await note_release(self._database)
        await self._migrator.run()

    async def wait(self) -> None:
        """Return once the database is up to date, by another process."""
        reported_at = float("-inf")
        while await self.is_ours() and (left := await self._left()):
            if time.monotonic() - reported_at >= REPORT_SECONDS:
                reported_at = time.monotonic()
                self._report(f"Database: waiting for `stockpulse migrate` ({', '.join(left)})")
            await asyncio.sleep(LOOK_SECONDS)

    async def check(self) -> None:
        """Raise NotMigrated unless the database is up to date."""
        if await self.is_ours() and (left := await self._left()):
            raise NotMigrated(left)

    async def plan(self) -> UpgradePlan:
        """Return what `run` would do."""
        await check_format(self._database)
        newest = await newest_release(self._database)
        is_ours = newest <= RELEASE
        changes = await collection_changes(self._database) if is_ours else None
        pending = await self._migrator.pending() if is_ours else []
        return UpgradePlan(
            newest_release=newest,
            changes=changes,
            migrations=[await self._planned(each, changes) for each in pending if changes is not None],
            processes=await running_processes(self._database),
        )

    async def _planned(self, pending: Pending, changes: CollectionChanges) -> PlannedMigration:
        migration = pending.migration
        if migration.collection in changes.collections:
            return PlannedMigration(pending=pending, remaining=0)
        if migration.index in changes.missing.get(migration.collection, ()):
            return PlannedMigration(pending=pending, remaining=None)
        return PlannedMigration(pending=pending, remaining=await pending.remaining(self._database))

    async def is_ours(self) -> bool:
        """Return whether no newer release has prepared the database. A process that was killed is waited for."""
        await check_format(self._database)
        newest = await newest_release(self._database)
        deadline = time.monotonic() + ALIVE_SECONDS
        is_reported = False
        while True:
            try:
                await check_neighbours(self._database)
            except ReleaseTooFar as error:
                if time.monotonic() >= deadline:
                    raise
                if not is_reported:
                    self._report(f"{error}. Waiting {ALIVE_SECONDS} s, in case that it was killed")
                    is_reported = True
                await asyncio.sleep(LOOK_SECONDS)
            else:
                return newest <= RELEASE

    async def _left(self) -> Sequence[str]:
        changes = await collection_changes(self._database)
        pending = await self._migrator.pending() if not changes.are_needed else []
        collections = ["collections"] if changes.are_needed else []
        return [*collections, *(each.migration.name for each in pending if not each.is_again)]
